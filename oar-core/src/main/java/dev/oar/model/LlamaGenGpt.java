package dev.oar.model;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * LlamaGen's class-conditional transformer (Sun et al., arXiv 2406.06525): tokens in raster order, each predicted by the one before.
 * Blocks and state-dict names are those that RandAR took over; there are no position instruction tokens, and so no other order than
 * raster. Owns its weights.
 */
public final class LlamaGenGpt implements AutoregressiveModel {
    private final LlamaGenGptConfig config;
    private final Weights weights;
    private final Weights tables;
    private final SequenceTransformer<RotaryRows> transformer;

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public LlamaGenGpt(LlamaGenGptConfig config, TokenSpace space, Weights weights) {
        weights.requireShapes("the LlamaGen transformer", shapes(config, space));
        this.config = config;
        this.weights = weights;
        torch.ScalarType type = weights.get(RotaryTrunk.OUTPUT).scalar_type();
        this.tables = weights.device()
                .compute(() -> TensorScope.compute(() -> Weights.owning(Map.of(
                        "rotations",
                        RotaryEmbedding2d.table(space.grid(), config.headWidth(), config.ropeBase(), type)))));
        this.transformer = new SequenceTransformer<>(
                space,
                TrainedOrders.RASTER,
                weights.device(),
                new RotaryTrunk(config, weights, rotations()),
                new RasterTokens(space, weights));
    }

    /** The same model with weights of its own. */
    private LlamaGenGpt over(Weights own) {
        return TensorScope.handedOver(own, given -> new LlamaGenGpt(config, space(), given));
    }

    @Override
    public LlamaGenGpt packed(WeightFormat format) {
        return over(weights.packed(format));
    }

    @Override
    public LlamaGenGpt prepared() {
        return over(weights.prepared());
    }

    /** Names and shapes of all weights. */
    public static Map<String, long[]> shapes(LlamaGenGptConfig config, TokenSpace space) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.putAll(ClassToken.shapes(config, space));
        shapes.put(AnyOrderTransformer.TOKENS, new long[] {space.vocabularySize(), config.width()});
        shapes.putAll(RotaryTrunk.shapes(config, space.vocabularySize()));
        return shapes;
    }

    /** The architecture. */
    public LlamaGenGptConfig config() {
        return config;
    }

    @Override
    public TokenSpace space() {
        return transformer.space();
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public TrainedOrders trainedOrders() {
        return TrainedOrders.RASTER;
    }

    /** The rotary table: complex, {@code [1 + cells, headWidth / 2]}, row 0 (the class token) being zero. */
    public Tensor rotations() {
        return tables.get("rotations");
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if an order is not raster
     */
    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return transformer.logits(tokens, conditions, orders, training);
    }

    @Override
    public DecodingState start(int[] conditions) {
        return transformer.start(conditions);
    }

    @Override
    public void close() {
        weights.close();
        tables.close();
    }
}
