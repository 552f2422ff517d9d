package dev.oar.generate;

import dev.oar.decode.DecodingListener;
import dev.oar.image.RgbImage;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Is told after every step of drawing, on the thread that draws, and by one thread at a time where batches are drawn side by side. What
 * it throws ends the call within a step of every batch, and all native memory is freed:
 * {@link java.util.concurrent.CancellationException} cancels it.
 */
@FunctionalInterface
public interface GenerationListener {
    /** Listens to nothing. */
    GenerationListener NONE = progress -> {};

    /**
     * How far a call is.
     *
     * @param indices the images of the batch that has made a step
     * @param done cells drawn so far, of all images of the call
     * @param total cells of all images of the call
     * @param tokens makes a copy of the batch's tokens so far, {@code [images][cells]}; {@link DecodingListener#UNFILLED} where there is
     *     none yet
     * @param confidences makes a copy of how sure the model was of each cell when it chose it, {@code [images][cells]}; NaN where it was not
     *     asked, and of cells that are not drawn yet
     * @param candidateConfidences makes a copy of how sure the model was, in this step, of every cell that the order asked about, those that
     *     it then chose included, {@code [images][cells]}; NaN of cells that were not asked about
     * @param preview makes a picture of one of the batch's images, by its place among the {@code indices}, as it stands, cells that are not
     *     drawn yet in light grey; decoding it takes time. All four are to be asked within {@link #stepped}, on its thread; elsewhere they
     *     refuse
     */
    record Progress(
            long[] indices,
            long done,
            long total,
            Supplier<int[][]> tokens,
            Supplier<double[][]> confidences,
            Supplier<double[][]> candidateConfidences,
            IntFunction<RgbImage> preview) {}

    /** Called after a step. */
    void stepped(Progress progress);
}
