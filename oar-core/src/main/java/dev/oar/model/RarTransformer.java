package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * RAR's class-conditional transformer (Yu et al., "Randomized Autoregressive Visual Generation", arXiv 2411.00776), with the
 * state-dict names of its public checkpoints. Owns its weights.
 *
 * <p>The sequence of an order {@code pi}, position by position; the logits at position t, 1 to N, predict the cell
 * {@code pi_t}:
 *
 * <pre>
 *     0        cls_token               + pos_embed[0]
 *     1        embeddings[class]       + pos_embed[1]          + target_aware_pos_embed[2 + pi_1]
 *     1 + t    embeddings[x at pi_t]   + pos_embed[2 + pi_t]   + target_aware_pos_embed[2 + pi_(t+1)]
 * </pre>
 *
 * <p>Each position is modulated by {@code embeddings[class] + timesteps_embeddings[position]}, which depends on how many cells
 * are filled, not on which. As an input names the cell asked for next, the network can answer for any cell, and was trained so
 * before its orders were annealed to raster; which orders it may be asked for is said by {@link RarConfig#trainedOrders()}. The
 * token committed last is pending until the next cell is known, as in {@link DualPosition}: a candidate is the pending token's
 * input with another next cell.
 */
public final class RarTransformer implements AutoregressiveModel {
    private static final String CLS = "cls_token";
    private static final String OWN_POSITIONS = "pos_embed";
    private static final String NEXT_POSITIONS = "target_aware_pos_embed";
    private static final String STEPS = "timesteps_embeddings";
    private static final String EMBEDDINGS = "embeddings.weight";
    private static final double INITIAL_DEVIATION = 0.02;

    /** Rows of the joint vocabulary beside codes and classes: a mask token in between, never used, and no class at the end. */
    private static final long OTHER_ROWS = 2;

    /** Rows of the position tables in front of those of the cells: the cls token's and the class's. */
    private static final int PREFIX = 2;

    /** Rows that the published tables have beyond one per cell. */
    private static final int SPARE_POSITIONS = 1024;

    private static final int SPARE_STEPS = 100;

    private final RarConfig config;
    private final TokenSpace space;
    private final Weights weights;
    private final RarTrunk trunk;

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public RarTransformer(RarConfig config, TokenSpace space, Weights weights) {
        weights.requireShapes("the RAR transformer", shapes(config, space));
        this.config = config;
        this.space = space;
        this.weights = weights;
        this.trunk = new RarTrunk(config, weights);
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
                if (name.equals(CLS) || name.endsWith(".bias") || RarTrunk.modulates(name)) {
                    tensor = Tensors.zeros(torch.ScalarType.Float, shape);
                } else if (shape.length == 1) {
                    tensor = Tensors.full(1, torch.ScalarType.Float, shape);
                } else {
                    tensor = Tensors.normal(random.bits(tensors.size()), shape).mul(new Scalar(INITIAL_DEVIATION));
                }
                tensors.put(name, tensor);
            });
            return new RarTransformer(config, space, Weights.owning(tensors));
        }
    }

    /** The same model with weights of its own. */
    private RarTransformer over(Weights own) {
        return TensorScope.handedOver(own, given -> new RarTransformer(config, space, given));
    }

    @Override
    public RarTransformer packed(WeightFormat format) {
        return over(weights.packed(format));
    }

    @Override
    public RarTransformer prepared() {
        return over(weights.prepared());
    }

    /** The same model with gradients of its own; see {@link AnyOrderModel#replica()}. */
    RarTransformer replica() {
        return over(weights.sharing());
    }

    /** Names and shapes of all weights. */
    public static Map<String, long[]> shapes(RarConfig config, TokenSpace space) {
        long width = config.width();
        long positions = space.cells() + SPARE_POSITIONS;
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(CLS, new long[] {1, 1, width});
        shapes.put(OWN_POSITIONS, new long[] {1, positions, width});
        shapes.put(NEXT_POSITIONS, new long[] {1, positions, width});
        shapes.put(STEPS, new long[] {1, space.cells() + SPARE_STEPS, width});
        shapes.put(EMBEDDINGS, new long[] {space.vocabularySize() + OTHER_ROWS + space.classCount(), width});
        shapes.putAll(RarTrunk.shapes(config, space.vocabularySize()));
        return shapes;
    }

    /** The architecture. */
    public RarConfig config() {
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
        return config.trainedOrders();
    }

    /**
     * This transformer as an any-order model. Both are one: closing either frees the weights.
     *
     * @throws IllegalArgumentException if it was trained for raster order only
     */
    public AnyOrderModel anyOrder() {
        Require.that(
                trainedOrders() == TrainedOrders.ANY,
                "an any-order model needs weights trained for any order, but these were trained for %s; name the"
                        + " trained orders in the configuration, or use other weights",
                trainedOrders());
        return new AnyOrderRar(this);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if an order is not raster and the model was trained for raster order only
     */
    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return predictions(states(tokens, conditions, orders, training));
    }

    /** The hidden states that whole images are predicted from, see {@link AnyOrderModel#states}. */
    Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        if (trainedOrders() == TrainedOrders.RASTER) {
            TrainedOrders.requireRaster(Tensors.longs(orders), space.cells());
        }
        Tensor classes = classRows(conditions);
        Tensor told = told(tokens, classes, orders).narrow(1, 0, space.cells());
        return states(Tensors.cat(1, clsTokens(told), told.add(asked(orders))), classes, training);
    }

    /** The logits that hidden states predict, see {@link AnyOrderModel#predictions}. */
    Tensor predictions(Tensor states) {
        return trunk.logits(states);
    }

    /**
     * Teacher-forced logits behind every token, for comparison with reference numbers: as {@link #logits} without dropout, for any
     * order, and in last place those at the token that comes last, where no cell is asked for.
     *
     * @return {@code [batch, cells + 1, vocabulary]} in decoding order
     */
    public Tensor logitsToTheEnd(Tensor tokens, Tensor conditions, Tensor orders) {
        Tensor classes = classRows(conditions);
        Tensor told = told(tokens, classes, orders);
        Tensor asking = told.narrow(1, 0, space.cells()).add(asked(orders));
        return predictions(
                states(Tensors.cat(1, clsTokens(told), asking, told.narrow(1, space.cells(), 1)), classes, false));
    }

    /** Class and tokens with their own positions: {@code [batch, 1 + cells, width]}. */
    private Tensor told(Tensor tokens, Tensor classes, Tensor orders) {
        Tensor classPosition = Tensors.full(1, torch.ScalarType.Long, classes.shape());
        Tensor rows = Tensors.cat(1, classes, tokens.gather(1, orders));
        return told(rows, Tensors.cat(1, classPosition, orders.add(new Scalar(PREFIX))));
    }

    private Tensor told(Tensor rows, Tensor positions) {
        return Operations.embedding(weights.get(EMBEDDINGS), rows)
                .add(Operations.embedding(table(OWN_POSITIONS), positions));
    }

    /** The positions asked for: {@code [batch, cells, width]}. */
    private Tensor asked(Tensor cells) {
        return Operations.embedding(table(NEXT_POSITIONS), cells.add(new Scalar(PREFIX)));
    }

    private Tensor clsTokens(Tensor others) {
        Tensor first = weights.get(CLS).add(weights.get(OWN_POSITIONS).narrow(1, 0, 1));
        return first.expand(others.size(0), 1, config.width());
    }

    private Tensor states(Tensor embeddings, Tensor classes, boolean training) {
        long length = embeddings.size(1);
        double dropout = training ? config.attentionDropout() : 0;
        Tensor conditions = conditions(classes, Tensors.range(0, length));
        Tensor hidden = trunk.forward(
                embeddings,
                conditions,
                (layer, query, key, value) -> Operations.causalAttention(query, key, value, dropout),
                training);
        return trunk.predicting(hidden.narrow(1, 1, length - 1), conditions.narrow(1, 1, length - 1));
    }

    /** What modulates: {@code [batch, steps, width]} of {@code classes: [batch, 1]} in the joint vocabulary. */
    private Tensor conditions(Tensor classes, Tensor steps) {
        return Operations.embedding(weights.get(EMBEDDINGS), classes).add(Operations.embedding(table(STEPS), steps));
    }

    /** Class ids in the joint vocabulary: {@code [batch, 1]}. */
    private Tensor classRows(Tensor conditions) {
        return conditions.add(new Scalar(classRow(0))).unsqueeze(1);
    }

    /** The row of a class in the joint vocabulary: behind the codes and the mask token. */
    private int classRow(int condition) {
        return space.vocabularySize() + 1 + condition;
    }

    private Tensor table(String name) {
        return weights.get(name).select(0, 0);
    }

    @Override
    public RarState start(int[] conditions) {
        space.requireConditions(conditions);
        torch.ScalarType type = weights.get(EMBEDDINGS).scalar_type();
        int batch = conditions.length;
        StateMemory memory = StateMemory.of(
                batch,
                space.cells(),
                () -> new KvCache(config.layers(), config.heads(), config.headWidth(), batch, 1 + space.cells(), type));
        return new RarState(this, memory, conditions);
    }

    /**
     * Answers for cells that can be asked for, see {@link CachedState#ask}. Each query of a group stands at a step of its own, and all
     * hold the token committed last.
     */
    Tensor ask(RarState state, int[][] cells, boolean isolated) {
        int queries = cells[0].length;
        int cached = state.cache().length();
        int settled = state.waiting();
        if (settled + queries == 0) {
            return Tensors.empty(weights.get(EMBEDDINGS).scalar_type(), state.batch(), 0, space.vocabularySize());
        }
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            Tensor classes = classRows(Tensors.of(state.conditions(), state.batch()));
            int[] steps = steps(cached, settled, queries, isolated);
            Tensor conditions = conditions(classes, Tensors.of(steps, steps.length));
            Tensor hidden = trunk.forward(
                    embeddings(state, cells), conditions, passAttention(state, settled, queries, isolated), false);
            state.passed(cells, isolated);
            Tensor asking = steps.length == 1 ? conditions : conditions.narrow(1, settled, queries);
            return predictions(trunk.predicting(hidden.narrow(1, settled, queries), asking));
        }));
    }

    private TransformerTrunk.Attention passAttention(RarState state, int settled, int queries, boolean isolated) {
        KvCache cache = state.cache();
        // Among fewer candidates there are few scores to leave out, and merging would cost more than it saves.
        if (isolated && queries > cache.length() + settled && device().isHost()) {
            return new CandidateAttention(cache, settled, 1);
        }
        Tensor mask = PassMask.of(cache.length(), settled, queries, isolated);
        return (layer, query, key, value) ->
                Operations.attention(query, cache.writeKeys(layer, key), cache.writeValues(layer, value), mask);
    }

    /** The step of each position of a pass; a single one if all stand at the same, as candidates do when nothing else waits. */
    private static int[] steps(int cached, int settled, int queries, boolean isolated) {
        if (isolated && settled == 0) {
            return new int[] {cached};
        }
        int last = isolated ? cached + settled : Integer.MAX_VALUE;
        return IntStream.range(cached, cached + settled + queries)
                .map(step -> Math.min(step, last))
                .toArray();
    }

    /** The positions that have not run yet and then the queries: {@code [batch, positions, width]}. */
    private Tensor embeddings(RarState state, int[][] cells) {
        int first = Math.max(1, state.cache().length());
        int query = state.committed() + 1;
        int length = query - first + cells[0].length;
        int[][] positions = new int[state.batch()][length];
        int[][] next = new int[state.batch()][length];
        for (int row = 0; row < state.batch(); row++) {
            for (int i = 0; i < length; i++) {
                int at = Math.min(first + i, query);
                positions[row][i] = at == 1 ? 1 : PREFIX + state.cell(row, at - 1);
                next[row][i] = first + i < query ? state.cell(row, at) : cells[row][first + i - query];
            }
        }
        Tensor asking = told(rows(state, first, query, cells[0].length), Tensors.of(positions))
                .add(asked(Tensors.of(next)));
        return state.cache().length() == 0 ? Tensors.cat(1, clsTokens(asking), asking) : asking;
    }

    /** What positions {@code first .. query - 1} tell, and then what each of the queries does: {@code [batch, positions]}. */
    private Tensor rows(RarState state, int first, int query, int queries) {
        // Position 1 tells the class, any later one the token committed in the place before.
        List<Tensor> rows = new ArrayList<>();
        if (first == 1) {
            int[] classes =
                    Arrays.stream(state.conditions()).map(this::classRow).toArray();
            rows.add(Tensors.of(classes, classes.length, 1).expand(state.batch(), query == 1 ? queries : 1));
        }
        int tokensFrom = Math.max(first, 2) - 2;
        if (query - 2 > tokensFrom) {
            rows.add(state.tokens().range(tokensFrom, query - 2));
        }
        if (query > 1) {
            rows.add(state.tokens().range(query - 2, query - 1).expand(state.batch(), queries));
        }
        return Tensors.cat(1, rows);
    }

    @Override
    public void close() {
        weights.close();
    }
}
