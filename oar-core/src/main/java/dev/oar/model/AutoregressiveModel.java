package dev.oar.model;

import dev.oar.tensor.Device;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import org.bytedeco.pytorch.Tensor;

/**
 * A transformer that predicts the token of a cell from committed cells.
 *
 * <p>Decoder, extractor and training loop know models by this seam alone: teacher-forced logits for training, and a decoding
 * state on which cells are peeked at and tokens committed. Which architecture stands behind it is the model's own business. Rows
 * of a batch may stand at different cells, but always at the same number of committed cells. A model that was trained for raster
 * order only answers for the next cell in raster order and refuses others; models that answer for any cell are
 * {@link AnyOrderModel}s.
 *
 * <p>A model may be used by several threads at once, as long as nobody changes its weights meanwhile; a decoding state is one thread's.
 */
public interface AutoregressiveModel extends AutoCloseable {
    /** The grid, vocabulary and classes this model speaks of. */
    TokenSpace space();

    /** The parameters, by public state-dict names. */
    Weights weights();

    /** The device that the parameters are on; put it in force while the model is used. */
    default Device device() {
        return weights().device();
    }

    /**
     * The same model for drawing and scoring alone, its linear layers prepacked when they are first used. It records
     * no gradients and does not see later changes of the weights. Close it before this model.
     */
    AutoregressiveModel packed(WeightFormat format);

    /**
     * The same model to be packed again and again: what is {@link #packed} of it shares the layers that the first one prepacked, those of
     * every format that was asked for being kept until this is closed. Workflows pack the model they are given in each call, so a caller
     * with many calls saves the packing by handing them this. It does not see later changes of the weights.
     *
     * <p>Several threads may pack it, and use what is packed of it, at the same time. Close what is packed of it first, then this, then
     * this model.
     */
    AutoregressiveModel prepared();

    /** The orders that the weights were trained for. */
    TrainedOrders trainedOrders();

    /**
     * Teacher-forced logits of whole images.
     *
     * @param tokens {@code [batch, cells]}, int64, raster order
     * @param conditions {@code [batch]}, int64 class ids, {@link TokenSpace#unconditional()} for none
     * @param orders {@code [batch, cells]}, int64, {@code orders[b, t]} the cell filled at step t
     * @param training whether dropout is applied, see {@link dev.oar.tensor.Dropout}
     * @return {@code [batch, cells, vocabulary]} in decoding order: {@code [b, t]} predicts {@code tokens[b, orders[b, t]]}
     */
    Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training);

    /**
     * Begins decoding.
     *
     * @param conditions class ids, one per row, {@link TokenSpace#unconditional()} for none
     * @return a state without committed cells; close it to free its cache
     */
    DecodingState start(int[] conditions);

    /**
     * What a condition is made of, in numbers, for a small network beside the model that is to know what is drawn
     * ({@link OrderNetwork}): a class is itself, a caption that the model reads itself is its words.
     *
     * @param condition a class or caption, or {@link TokenSpace#unconditional()}
     * @return ids, each at least 0; none of no condition, and none of captions that a frozen encoder has embedded
     */
    default int[] conditionIds(int condition) {
        return condition == space().unconditional() ? new int[0] : new int[] {condition};
    }

    /** Frees the weights. */
    @Override
    void close();
}
