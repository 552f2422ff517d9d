package dev.oar.edit;

import dev.oar.image.RgbaImage;
import java.util.BitSet;
import java.util.function.IntFunction;
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
     * @param results how many results are drawn in it; 0 while variations look for the cells to keep, of which none is drawn yet
     * @param done cells drawn in this batch so far, over all windows
     * @param total cells that will be drawn in it
     * @param cells what the model drew of the window it is at
     * @param preview makes a picture of one of the batch's results, numbered from 0, as it stands; decoding it takes time. To be asked
     *     within {@link #stepped}, on its thread; elsewhere it refuses
     */
    record Progress(long firstIndex, int results, int done, int total, Cells cells, IntFunction<RgbaImage> preview) {}

    /**
     * The cells of a window, as far as they are drawn.
     *
     * @param window what of the image the model sees
     * @param hole the cells that it draws; all others are known, or outside of the image
     * @param tokens makes a copy of the tokens so far, {@code [results][cells]}; {@link dev.oar.decode.DecodingListener#UNFILLED} where
     *     there is none yet; to be asked within {@link #stepped}, on its thread
     * @param confidences makes a copy of how sure the model was of each cell when it chose it, {@code [results][cells]}; NaN where it was
     *     not asked; to be asked likewise
     * @param candidateConfidences makes a copy of how sure the model was, in this step, of every cell that the order asked about, those that
     *     it then chose included, {@code [results][cells]}; NaN of cells that were not asked about; to be asked likewise
     */
    record Cells(
            Window window,
            BitSet hole,
            Supplier<int[][]> tokens,
            Supplier<double[][]> confidences,
            Supplier<double[][]> candidateConfidences) {}

    /** Called after a step. */
    void stepped(Progress progress);
}
