package dev.oar.edit;

import dev.oar.image.RgbaImage;
import java.util.List;
import java.util.function.Supplier;

/**
 * Is told after every step of an edit, on the thread that draws. What it throws ends the edit within that step, and all native memory is
 * freed: {@link java.util.concurrent.CancellationException} cancels it.
 */
@FunctionalInterface
public interface EditListener {
    /** Listens to nothing. */
    EditListener NONE = progress -> {};

    /**
     * The progress of an edit.
     *
     * @param firstIndex index of the first result of the batch under way
     * @param results how many results are drawn in it
     * @param done cells drawn in this batch so far, over all windows
     * @param total cells that will be drawn in it
     * @param previews makes pictures of the batch's results as they stand; decoding them takes time. To be asked within
     *     {@link #stepped}, on its thread; elsewhere it refuses
     */
    record Progress(long firstIndex, int results, int done, int total, Supplier<List<RgbaImage>> previews) {}

    /** Called after a step. */
    void stepped(Progress progress);
}
