package dev.oar.model;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.Optional;

/** A RAR transformer that was trained for any order, as the kind of model that orders are extracted by. */
final class AnyOrderRar extends RarTransformer implements AnyOrderModel {
    AnyOrderRar(RarConfig config, TokenSpace space, Weights weights) {
        super(config, space, weights);
    }

    private AnyOrderRar over(Weights own) {
        return TensorScope.handedOver(own, given -> new AnyOrderRar(config(), space(), given));
    }

    @Override
    public AnyOrderRar packed(WeightFormat format) {
        return over(weights().packed(format));
    }

    @Override
    public AnyOrderRar prepared() {
        return over(weights().prepared());
    }

    @Override
    public Optional<AnyOrderModel> replica() {
        // Dropout of attention weights happens inside LibTorch's attention.
        return config().attentionDropout() > 0 ? Optional.empty() : Optional.of(over(weights().sharing()));
    }
}
