package dev.oar.model;

import dev.oar.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/** The loop over the blocks of a network. */
final class Blocks {
    private Blocks() {}

    /** One block. */
    @FunctionalInterface
    interface Block {
        /** What the block of this number makes of hidden states {@code [batch, length, width]}; the same shape. */
        Tensor apply(int number, Tensor hidden);
    }

    /**
     * Runs blocks {@code 0 .. count - 1}, nested from the last one inwards: the scope of each frees its input and all that it has made
     * as soon as it is done, so that the next finds warm memory. A pass over a long prefix would otherwise hold all of it at once.
     *
     * @param embedded {@code [batch, length, width]}
     */
    static Tensor run(int count, Tensor embedded, Block block) {
        if (count == 0) {
            return embedded;
        }
        return TensorScope.tensor(() -> block.apply(count - 1, run(count - 1, embedded, block)));
    }
}
