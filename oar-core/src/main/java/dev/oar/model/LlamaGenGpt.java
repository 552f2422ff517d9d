package dev.oar.model;

import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * LlamaGen's class-conditional transformer (Sun et al., arXiv 2406.06525): {@code [c, x_0, x_1, ...]} in raster order, the logits
 * at one position predicting the next token. Blocks and state-dict names are those that RandAR took over, so that the trunk is
 * shared; there are no position instruction tokens, and so no other order than raster. Owns its weights.
 */
public final class LlamaGenGpt implements AutoregressiveModel {
    private static final String TOKENS = AnyOrderTransformer.TOKENS;
    private static final String CLASSES = ClassToken.TABLE;
    private static final String OUTPUT = AnyOrderTransformer.OUTPUT;

    private final LlamaGenGptConfig config;
    private final TokenSpace space;
    private final Weights weights;
    private final Weights tables;
    private final TransformerTrunk trunk;

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public LlamaGenGpt(LlamaGenGptConfig config, TokenSpace space, Weights weights) {
        weights.requireShapes("the LlamaGen transformer", shapes(config, space));
        this.config = config;
        this.space = space;
        this.weights = weights;
        torch.ScalarType type = weights.get(OUTPUT).scalar_type();
        this.tables = weights.device()
                .compute(() -> TensorScope.compute(() -> Weights.owning(Map.of(
                        "rotations",
                        RotaryEmbedding2d.table(space.grid(), config.headWidth(), config.ropeBase(), type)))));
        this.trunk = new TransformerTrunk(config, weights, rotations());
    }

    /** The same model with weights of its own. */
    private LlamaGenGpt over(Weights own) {
        return TensorScope.handedOver(own, given -> new LlamaGenGpt(config, space, given));
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
        shapes.put(CLASSES, new long[] {space.classCount() + 1, config.width()});
        shapes.put(TOKENS, new long[] {space.vocabularySize(), config.width()});
        shapes.putAll(TransformerTrunk.shapes(config));
        shapes.put(OUTPUT, new long[] {space.vocabularySize(), config.width()});
        return shapes;
    }

    /** The architecture. */
    public LlamaGenGptConfig config() {
        return config;
    }

    @Override
    public TokenSpace space() {
        return space;
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
        int cells = space.cells();
        TrainedOrders.requireRaster(Tensors.longs(orders), cells);
        Tensor before = Operations.embedding(weights.get(TOKENS), tokens.narrow(1, 0, cells - 1L));
        Tensor embeddings = Tensors.cat(1, classTokens(conditions), before);
        Tensor rows = Tensors.range(0, cells).expand(tokens.size(0), cells);
        Tensor hidden = trunk.forward(
                new SequenceInputs(embeddings, rows, rows),
                (layer, query, key, value) ->
                        Operations.causalAttention(query, trunk.perHead(key), trunk.perHead(value)),
                training,
                (point, states) -> {});
        return weights.linear("output", hidden);
    }

    @Override
    public DecodingState start(int[] conditions) {
        space.requireConditions(conditions);
        torch.ScalarType type =
                weights.attentionType(weights.get(OUTPUT).scalar_type().intern());
        int batch = conditions.length;
        StateMemory memory = StateMemory.of(
                batch,
                space.cells(),
                () -> new KvCache(config.layers(), config.groups(), config.headWidth(), batch, space.cells(), type));
        return new State(memory, conditions);
    }

    private Tensor classTokens(Tensor conditions) {
        return Operations.embedding(weights.get(CLASSES), conditions).unsqueeze(1);
    }

    @Override
    public void close() {
        weights.close();
        tables.close();
    }

    /** What has been committed, and whether the last position has been asked. */
    private final class State extends CachedState {
        private boolean asked;

        private State(StateMemory memory, int[] conditions) {
            super(memory, conditions, space, TrainedOrders.RASTER);
        }

        @Override
        Tensor ask(int[][] cells, boolean isolated) {
            return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
                SequenceInputs inputs = inputs();
                int waiting = Math.toIntExact(inputs.embeddings().size(1));
                Tensor mask = GroupedHeads.forEachHead(
                        PassMask.causal(cache().length(), waiting), config.heads() / config.groups());
                Tensor hidden = trunk.forward(
                        inputs,
                        (layer, query, key, value) -> GroupedHeads.attention(
                                query, cache().writeKeys(layer, key), cache().writeValues(layer, value), mask),
                        false,
                        (point, states) -> {});
                long length = hidden.size(1);
                // The last position is asked again if nothing is committed meanwhile; it settles with the commit.
                cache().settle(Math.toIntExact(length) - 1);
                asked = true;
                return weights.linear("output", hidden.narrow(1, length - 1, 1));
            }));
        }

        /** The positions that have not run yet: position 0 is the class token, position p the token of cell p - 1. */
        private SequenceInputs inputs() {
            int from = cache().length();
            int length = committed() + 1 - from;
            Tensor rows = Tensors.range(from, from + (long) length).expand(batch(), length);
            Tensor embeddings = Operations.embedding(
                    weights.get(TOKENS), tokens().range(Math.max(1, from) - 1, committed()));
            if (from == 0) {
                embeddings = Tensors.cat(1, classTokens(Tensors.of(conditions(), batch())), embeddings);
            }
            return new SequenceInputs(embeddings, rows, rows);
        }

        @Override
        void filled(int[][] cells, int place) {
            if (asked) {
                cache().settle(1);
                asked = false;
            }
        }

        @Override
        void dropRowsBehind(int rows) {
            // Nothing else is kept of a row.
        }
    }
}
