package dev.oar.testing;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.ArpgConfig;
import dev.oar.model.ArpgTransformer;
import dev.oar.model.BlockSizes;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.LearnedEncoder;
import dev.oar.model.LlamaGenGpt;
import dev.oar.model.LlamaGenGptConfig;
import dev.oar.model.OrderNetwork;
import dev.oar.model.OrderNetworkConfig;
import dev.oar.model.RarConfig;
import dev.oar.model.RarTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TrainedOrders;
import dev.oar.model.TransformerConfig;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Real models of a size that tests can afford. */
public final class TinyModels {
    private TinyModels() {}

    /** An any-order transformer of random weights (all of them, the output too) in the given type, without dropout. */
    public static AnyOrderTransformer transformer(
            TransformerConfig.Formulation formulation, TokenGrid grid, long seed, torch.ScalarType type) {
        TransformerConfig config = TransformerConfig.of(formulation, 32, 2, 4).withoutDropout();
        return transformer(config, new TokenSpace(grid, 11, 3), seed, type);
    }

    /** An any-order transformer of this shape, of random weights (all of them, the output too) in the given type. */
    public static AnyOrderTransformer transformer(
            TransformerConfig config, TokenSpace space, long seed, torch.ScalarType type) {
        try (AnyOrderTransformer fresh = AnyOrderTransformer.initialise(config, space, seed);
                Weights wide = fresh.weights()
                        .map(tensor -> Tensors.normal(
                                        CounterRandom.of(seed, "tiny").bits(tensor.numel()), tensor.shape())
                                .mul(new Scalar(0.3)))) {
            return new AnyOrderTransformer(config, space, wide.to(type));
        }
    }

    /**
     * An any-order transformer that draws from captions of 4 tokens of width 6, of random weights (all of them, the output too) in the
     * given type, without dropout; two of its heads share their keys and values with the other two.
     */
    public static AnyOrderTransformer captioned(
            TransformerConfig.Formulation formulation, TokenGrid grid, long seed, torch.ScalarType type) {
        TransformerConfig config = TransformerConfig.of(
                        formulation, new BlockSizes(32, 2, 4, Optional.of(2), Optional.empty(), 32, 1e-5, 100))
                .withoutDropout()
                .conditionedOn(CaptionConditioning.frozen(4, 6));
        TokenSpace space = new TokenSpace(grid, 11, 1);
        try (AnyOrderTransformer fresh = AnyOrderTransformer.initialise(config, space, seed);
                Weights wide = fresh.weights().map(wide(seed))) {
            return new AnyOrderTransformer(config, space, wide.to(type));
        }
    }

    /**
     * An any-order transformer that reads captions of up to 6 of 300 ids itself, of random weights (all of them, the output too) in the
     * given type, without dropout.
     */
    public static AnyOrderTransformer reading(
            TransformerConfig.Formulation formulation, TokenGrid grid, long seed, torch.ScalarType type) {
        TransformerConfig config = TransformerConfig.of(
                        formulation, new BlockSizes(32, 2, 4, Optional.of(2), Optional.empty(), 32, 1e-5, 100))
                .withoutDropout()
                .conditionedOn(new CaptionConditioning(
                        6, CaptionConditioning.TooLong.REFUSE, new LearnedEncoder(300, 16, 2, 2, 3)));
        TokenSpace space = new TokenSpace(grid, 11, 1);
        try (AnyOrderTransformer fresh = AnyOrderTransformer.initialise(config, space, seed);
                Weights wide = fresh.weights().map(wide(seed))) {
            return new AnyOrderTransformer(config, space, wide.to(type));
        }
    }

    /** Random captions for {@link #captioned}, one of each length; behind the last token of each stands something, too. */
    public static CaptionEmbeddings captions(long seed, int... lengths) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor embeddings =
                    Tensors.normal(CounterRandom.of(seed, "captions").bits(0), lengths.length, 4, 6);
            return CaptionEmbeddings.of(embeddings, lengths);
        }
    }

    /** The same, the last one being what unconditional rows see. */
    public static CaptionEmbeddings captionsWithNegative(long seed, int... lengths) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor embeddings =
                    Tensors.normal(CounterRandom.of(seed, "captions").bits(0), lengths.length, 4, 6);
            return CaptionEmbeddings.withNegative(embeddings, lengths);
        }
    }

    /** A RAR transformer of random weights (all of them, the modulation too) in the given type, without dropout. */
    public static RarTransformer rar(TrainedOrders orders, TokenGrid grid, long seed, torch.ScalarType type) {
        RarConfig config = RarConfig.of(32, 2, 4).trainedFor(orders).withoutDropout();
        TokenSpace space = new TokenSpace(grid, 11, 3);
        try (RarTransformer fresh = RarTransformer.initialise(config, space, seed);
                Weights wide = fresh.weights().map(wide(seed))) {
            return RarTransformer.of(config, space, wide.to(type));
        }
    }

    /** The same, trained for any order. */
    public static AnyOrderModel anyOrderRar(TokenGrid grid, long seed, torch.ScalarType type) {
        return (AnyOrderModel) rar(TrainedOrders.ANY, grid, seed, type);
    }

    /** An ARPG transformer of random weights (all of them, the output too) in the given type, without dropout. */
    public static ArpgTransformer arpg(TokenGrid grid, long seed, torch.ScalarType type) {
        ArpgConfig config = ArpgConfig.of(32, 4, 4).withoutDropout();
        TokenSpace space = new TokenSpace(grid, 11, 3);
        try (ArpgTransformer fresh = ArpgTransformer.initialise(config, space, seed);
                Weights wide = fresh.weights().map(wide(seed))) {
            return new ArpgTransformer(config, space, wide.to(type));
        }
    }

    /** A LlamaGen transformer of random weights (all of them, the output too) in the given type. */
    public static LlamaGenGpt llamaGen(TokenGrid grid, long seed, torch.ScalarType type) {
        return llamaGen(LlamaGenGptConfig.of(32, 2, 4), new TokenSpace(grid, 11, 3), seed, type);
    }

    /** The same for {@link #captions}, of which it has none yet. */
    public static LlamaGenGpt captionedLlamaGen(TokenGrid grid, long seed, torch.ScalarType type) {
        LlamaGenGptConfig config = LlamaGenGptConfig.of(32, 2, 4).conditionedOn(CaptionConditioning.frozen(4, 6));
        return llamaGen(config, new TokenSpace(grid, 11, 1), seed, type);
    }

    private static LlamaGenGpt llamaGen(LlamaGenGptConfig config, TokenSpace space, long seed, torch.ScalarType type) {
        UnaryOperator<Tensor> wide = wide(seed);
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            LlamaGenGpt.shapes(config, space)
                    .forEach((name, shape) -> tensors.put(
                            name,
                            wide.apply(Tensors.empty(torch.ScalarType.Float, shape))
                                    .to(type)));
            return new LlamaGenGpt(config, space, Weights.owning(tensors));
        }
    }

    /** An order network of random weights (all of them, the output too) in the given type. */
    public static OrderNetwork orderNetwork(OrderNetwork.Inputs inputs, long seed, torch.ScalarType type) {
        OrderNetworkConfig config = new OrderNetworkConfig(32, 2, 4);
        try (OrderNetwork fresh = OrderNetwork.initialise(config, inputs, seed);
                Weights wide = fresh.weights().map(wide(seed))) {
            return new OrderNetwork(config, inputs, wide.to(type));
        }
    }

    /** Random tensors, another for every call, so that no two weights are alike. */
    private static UnaryOperator<Tensor> wide(long seed) {
        CounterRandom random = CounterRandom.of(seed, "wide");
        AtomicLong number = new AtomicLong();
        return tensor -> Tensors.normal(random.bits(number.getAndIncrement()), tensor.shape())
                .mul(new Scalar(0.3));
    }
}
