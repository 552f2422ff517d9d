package dev.oar.decode;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * Is told after every step of a decoding call, on the thread that decodes. What it throws ends the call, whose native memory is freed:
 * {@link java.util.concurrent.CancellationException} cancels it.
 */
@FunctionalInterface
public interface DecodingListener {
    /** Listens to nothing. */
    DecodingListener NONE = progress -> {};

    /** Stands for the token of a cell that is not filled yet. */
    int UNFILLED = -1;

    /**
     * How far a call is.
     *
     * @param filled cells of each row that are filled, the known ones included
     * @param total cells of each row that will be filled in the end
     * @param tokens makes a copy of the tokens so far, {@code [batch][cells]}; {@link #UNFILLED} where there is none yet;
     *     to be asked within {@link #stepped}, on its thread
     * @param confidences makes a copy of the confidences so far, as {@link DecodedTokens#confidences}; to be asked likewise, and waits for
     *     nothing
     * @param candidateConfidences makes a copy of how sure the model was, in this step, of every cell that the order asked about, those that
     *     it then chose included, {@code [batch][cells]}, by the order's measure and without noise and locality; NaN of cells that were not
     *     asked about: all of them in an order known beforehand, and those beside a shortlist. To be asked likewise, and waits for nothing
     */
    record Progress(
            int filled,
            int total,
            Supplier<int[][]> tokens,
            Supplier<double[][]> confidences,
            Supplier<double[][]> candidateConfidences) {}

    /** Called after a step. */
    void stepped(Progress progress);

    /**
     * Called within a step, before its cells are filled.
     *
     * @param cells {@code [batch][count]} the cells of the step
     * @param logits {@code [batch, count, vocabulary]} what their tokens are drawn from, guided and not filtered yet; of real images the
     *     conditional logits. They die with the step
     */
    default void predicted(int[][] cells, Tensor logits) {}
}
