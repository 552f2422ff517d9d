package dev.oar.generate;

import dev.oar.image.RgbImage;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells a listener of the steps of batches that may be drawn side by side; once it throws, all of them end. */
final class DrawingProgress {
    private final GenerationListener listener;
    private final long total;
    private long done;
    private @Nullable RuntimeException ended;

    DrawingProgress(GenerationListener listener, long total) {
        this.listener = listener;
        this.total = total;
    }

    /**
     * Tells of a step.
     *
     * @param drawn how many cells it has drawn of images that are asked for
     */
    synchronized void stepped(
            long[] indices,
            long drawn,
            Supplier<int[][]> tokens,
            Supplier<double[][]> confidences,
            Supplier<double[][]> candidateConfidences,
            IntFunction<RgbImage> preview) {
        if (ended != null) {
            throw ended;
        }
        done += drawn;
        try {
            listener.stepped(new GenerationListener.Progress(
                    indices, done, total, tokens, confidences, candidateConfidences, preview));
        } catch (RuntimeException e) {
            ended = e;
            throw e;
        }
    }
}
