package dev.oar.model;

import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A RAR transformer that was trained for any order, as the kind of model that orders are extracted by.
 *
 * @param transformer answers everything
 */
record AnyOrderRar(RarTransformer transformer) implements AnyOrderModel {
    @Override
    public AnyOrderRar packed(WeightFormat format) {
        return new AnyOrderRar(transformer.packed(format));
    }

    @Override
    public AnyOrderRar prepared() {
        return new AnyOrderRar(transformer.prepared());
    }

    @Override
    public Optional<AnyOrderModel> replica() {
        // Dropout of attention weights happens inside LibTorch's attention.
        return transformer.config().attentionDropout() > 0
                ? Optional.empty()
                : Optional.of(new AnyOrderRar(transformer.replica()));
    }

    @Override
    public String description() {
        return transformer.config().toString();
    }

    @Override
    public TokenSpace space() {
        return transformer.space();
    }

    @Override
    public Weights weights() {
        return transformer.weights();
    }

    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return transformer.logits(tokens, conditions, orders, training);
    }

    @Override
    public Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return transformer.states(tokens, conditions, orders, training);
    }

    @Override
    public Tensor predictions(Tensor states) {
        return transformer.predictions(states);
    }

    @Override
    public DecodingState start(int[] conditions) {
        return transformer.start(conditions);
    }

    @Override
    public void close() {
        transformer.close();
    }
}
