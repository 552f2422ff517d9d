package dev.oar.model;

import dev.oar.order.TokenGrid;
import dev.oar.tensor.Weights;
import org.bytedeco.pytorch.Tensor;

/**
 * A transformer that predicts the token of any cell from any set of committed cells.
 *
 * <p>Decoder, extractor and training loop know models by this seam alone: teacher-forced logits for training, and a decoding
 * state on which cells are peeked at and tokens committed. Which formulation stands behind it (position instruction tokens or
 * dual position) is the model's own business. Rows of a batch may stand at different cells, but always at the same number of
 * committed cells.
 */
public interface AnyOrderModel {
    /** The grid of one image. */
    TokenGrid grid();

    /** The number of discrete codes, K. */
    int vocabularySize();

    /** The number of classes; condition {@code classCount()} is the unconditional one. */
    int classCount();

    /** The parameters, by public state-dict names. */
    Weights weights();

    /**
     * Teacher-forced logits of whole images.
     *
     * @param tokens {@code [batch, cells]}, int64, raster order
     * @param conditions {@code [batch]}, int64 class ids, {@code classCount()} for unconditional
     * @param orders {@code [batch, cells]}, int64, {@code orders[b, t]} the cell filled at step t
     * @param training whether dropout is applied (with LibTorch's default generator)
     * @return {@code [batch, cells, vocabulary]} in decoding order: {@code [b, t]} predicts {@code tokens[b, orders[b, t]]}
     */
    Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training);

    /**
     * Begins decoding.
     *
     * @param conditions {@code [batch]}, int64 class ids, {@code classCount()} for unconditional
     * @return a state without committed cells; close it to free its cache
     */
    DecodingState start(Tensor conditions);

    /**
     * Scores cells without filling them: each candidate attends to the committed context and itself, never to another candidate.
     *
     * @param cells {@code [batch, candidates]}, int64, not committed yet
     * @return {@code [batch, candidates, vocabulary]}
     */
    Tensor peek(DecodingState state, Tensor cells);

    /**
     * Predicts a group of cells at once as RandAR's parallel decoding does: the queries stand one after the other, and each sees
     * the earlier queries of the group (not their tokens).
     *
     * @param cells {@code [batch, group]}, int64, not committed yet
     * @return {@code [batch, group, vocabulary]}
     */
    Tensor predictGroup(DecodingState state, Tensor cells);

    /**
     * Fills cells. Afterwards the state equals that of a causal forward over the committed sequence.
     *
     * @param cells {@code [batch, count]}, int64, not committed yet
     * @param tokens {@code [batch, count]}, int64
     */
    void commit(DecodingState state, Tensor cells, Tensor tokens);
}
