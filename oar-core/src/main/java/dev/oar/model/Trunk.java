package dev.oar.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The blocks of a transformer and its output. Knows sequences, not cells.
 *
 * @param <P> what it needs to know of the positions of a sequence besides their embeddings
 */
interface Trunk<P> {
    /** Sees the hidden states pass by, for comparison with reference numbers; they die with their block unless it holds them. */
    @FunctionalInterface
    interface Probe {
        /** Sees nothing. */
        Probe NONE = (point, hidden) -> {};

        /** Called with the name of a point and its hidden states {@code [batch, length, width]}. */
        void see(String point, Tensor hidden);
    }

    /**
     * Runs all blocks over a sequence.
     *
     * @param from the first position that predicts
     * @param count how many positions predict, one behind the other
     * @param training whether dropout is applied; that on the attention weights is up to {@code attention}
     * @return the states that predict: {@code [batch, count, width]}
     */
    Tensor forward(
            SequenceInputs<P> inputs, int from, int count, Attention attention, boolean training, Probe probe);

    /** The logits {@code [..., vocabulary]} of states that predict, {@code [..., width]}. */
    Tensor predictions(Tensor states);

    /** An empty cache for the keys and values of all blocks. */
    KvCache cache(int batch, int capacity);

    /** How many query heads share keys and values. */
    int headsOfAGroup();

    /** The dropout on attention weights in training. */
    double attentionDropout();

    /** The type that attention runs in. */
    torch.ScalarType attentionType();
}
