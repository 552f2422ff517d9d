package dev.oar.model;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * RAR's class-conditional transformer (Yu et al., "Randomized Autoregressive Visual Generation", arXiv 2411.00776), with the
 * state-dict names of its public checkpoints. Owns its weights.
 *
 * <p>As an input names the cell asked for next, the network can answer for any cell, and was trained so before its orders were annealed
 * to raster; which orders it may be asked for is said by {@link RarConfig#trainedOrders()}. One that was trained for any order is an
 * {@link AnyOrderModel}.
 */
public sealed class RarTransformer implements AutoregressiveModel permits AnyOrderRar {
    private static final double INITIAL_DEVIATION = 0.02;

    private final RarConfig config;
    private final Weights weights;
    private final RarPositions positions;
    private final SequenceTransformer<Tensor> transformer;

    RarTransformer(RarConfig config, TokenSpace space, Weights weights) {
        weights.requireShapes("the RAR transformer", shapes(config, space));
        this.config = config;
        this.weights = weights;
        this.positions = new RarPositions(space, weights);
        this.transformer = new SequenceTransformer<>(
                space, config.trainedOrders(), weights.device(), new AdaLnTrunk(config, weights), positions);
    }

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public static RarTransformer of(RarConfig config, TokenSpace space, Weights weights) {
        return switch (config.trainedOrders()) {
            case ANY -> new AnyOrderRar(config, space, weights);
            case RASTER -> new RarTransformer(config, space, weights);
        };
    }

    /**
     * Fresh weights as the published training begins with: normal with deviation 0.02, biases and the cls token 0, norms 1, and
     * all modulation 0, so that a fresh block changes nothing.
     */
    public static RarTransformer initialise(RarConfig config, TokenSpace space, long seed) {
        CounterRandom random = CounterRandom.of(seed, "RAR weights");
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes(config, space).forEach((name, shape) -> {
                Tensor tensor;
                if (name.equals(RarPositions.CLS) || name.endsWith(".bias") || AdaLnTrunk.modulates(name)) {
                    tensor = Tensors.zeros(torch.ScalarType.Float, shape);
                } else if (shape.length == 1) {
                    tensor = Tensors.full(1, torch.ScalarType.Float, shape);
                } else {
                    tensor = Tensors.normal(random.bits(tensors.size()), shape).mul(new Scalar(INITIAL_DEVIATION));
                }
                tensors.put(name, tensor);
            });
            return of(config, space, Weights.owning(tensors));
        }
    }

    private RarTransformer over(Weights own) {
        return TensorScope.handedOver(own, given -> of(config, space(), given));
    }

    @Override
    public RarTransformer packed(WeightFormat format) {
        return over(weights.packed(format));
    }

    @Override
    public RarTransformer prepared() {
        return over(weights.prepared());
    }

    /** Names and shapes of all weights. */
    public static Map<String, long[]> shapes(RarConfig config, TokenSpace space) {
        Map<String, long[]> shapes = new LinkedHashMap<>(RarPositions.shapes(config, space));
        shapes.putAll(AdaLnTrunk.shapes(config, space.vocabularySize()));
        return shapes;
    }

    /** The architecture. */
    public final RarConfig config() {
        return config;
    }

    @Override
    public final TokenSpace space() {
        return transformer.space();
    }

    @Override
    public final Weights weights() {
        return weights;
    }

    @Override
    public final TrainedOrders trainedOrders() {
        return config.trainedOrders();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if an order is not raster and the model was trained for raster order only
     */
    @Override
    public final Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return transformer.logits(tokens, conditions, orders, training);
    }

    /** The hidden states that whole images are predicted from, see {@link AnyOrderModel#states}. */
    public final Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return transformer.states(tokens, conditions, orders, training);
    }

    /** The logits that hidden states predict, see {@link AnyOrderModel#predictions}. */
    public final Tensor predictions(Tensor states) {
        return transformer.trunk().predictions(states);
    }

    /**
     * Teacher-forced logits behind every token, for comparison with reference numbers: as {@link #logits} without dropout, for any
     * order, and in last place those at the token that comes last, where no cell is asked for.
     *
     * @return {@code [batch, cells + 1, vocabulary]} in decoding order
     */
    public final Tensor logitsToTheEnd(Tensor tokens, Tensor conditions, Tensor orders) {
        return predictions(transformer.states(
                positions.toTheEnd(tokens, conditions, orders),
                positions.padding(conditions),
                false,
                Trunk.Probe.NONE));
    }

    @Override
    public final DecodingState start(int[] conditions) {
        return transformer.start(conditions);
    }

    @Override
    public final void close() {
        weights.close();
    }
}
