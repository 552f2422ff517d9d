package dev.oar.model;

import dev.oar.tensor.WeightFormat;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A transformer that predicts the token of any cell from any set of committed cells. Orders are extracted by such models, and
 * recorded orders are learnt by them.
 *
 * <p>Several threads may use one at once, see {@link AutoregressiveModel}; threads that train have a {@link #replica} each.
 */
public interface AnyOrderModel extends AutoregressiveModel {
    /**
     * A text that is equal for models of one architecture, and differs with all that its weights do not show: heads, constants, dropout. A
     * checkpoint states it, so that no training is resumed with another network.
     */
    String description();

    @Override
    AnyOrderModel packed(WeightFormat format);

    @Override
    AnyOrderModel prepared();

    /**
     * The same model for another thread to train with: its weights lie in the same memory, its gradients are its own. Close it
     * before this model.
     *
     * @return empty if dropout of this model draws from LibTorch's default generator, which threads would take by turns
     */
    Optional<AnyOrderModel> replica();

    /**
     * The hidden states that whole images are predicted from, teacher-forced; arguments as for {@link #logits}, which are the
     * {@link #predictions} of these.
     *
     * @return {@code [batch, cells, width]} in decoding order
     */
    Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training);

    /**
     * The logits that hidden states predict, each for itself.
     *
     * @param states {@code [..., width]}
     * @return {@code [..., vocabulary]}
     */
    Tensor predictions(Tensor states);

    /**
     * A text that changes with what conditions stand for, if that is no part of the weights; a training that was begun with other ones
     * is not resumed.
     */
    default String conditionsFingerprint() {
        return "";
    }

    @Override
    default TrainedOrders trainedOrders() {
        return TrainedOrders.ANY;
    }
}
