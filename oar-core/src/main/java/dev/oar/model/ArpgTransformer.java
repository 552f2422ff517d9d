package dev.oar.model;

import dev.oar.tensor.Dropout;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * ARPG's class-conditional transformer (Li et al., arXiv 2503.10568): two passes, the first over what is known, the second over what
 * is asked for. Owns its weights.
 *
 * <p>The first half of the blocks is causal self-attention over {@code [c, x_{pi_1}, x_{pi_2}, ...]}, each token rotated to its own
 * cell. Its result is projected once, to keys and values that all blocks of the second half share. Their queries are one learned
 * vector, the mask token, rotated to the cell that is asked for; a query attends to class and committed tokens alone, never to
 * another query. So peeking at all remaining cells costs the second half only, and a group of cells is predicted as if each had been
 * peeked at.
 *
 * <p>Behind the class token alone there is one key only, and attention to one key does not depend on the query: before the first
 * commit all cells get the same logits, the model not knowing yet which it is asked for. A most-confident-first order therefore
 * begins with a tie, which goes to cell 0 unless noise or a measure that looks at the cell's own token decides it.
 *
 * <p>One table embeds a joint vocabulary of K codes and C classes: {@code 0 .. K-1} are the codes, {@code K} is the mask token,
 * {@code K+1 .. K+C} are the classes, {@code K+C+1} is the condition that stands for no class, and {@code K+C+2} is there in the
 * public checkpoints but not used. These ids stay inside this class; its callers speak of {@link TokenSpace} alone.
 */
public final class ArpgTransformer implements AnyOrderModel {
    private static final String EMBEDDINGS = "embeddings.weight";
    private static final String OUTPUT = "head.weight";
    private static final String FIRST_HALF = "layers.self_dec.";
    private static final String SECOND_HALF = "layers.cross_dec.";

    private final ArpgConfig config;
    private final TokenSpace space;
    private final Weights weights;
    private final Weights tables;

    /** What the second half attends to: {@code [batch, heads, length, headWidth]} each, keys rotated. */
    private record Context(Tensor keys, Tensor values) {}

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public ArpgTransformer(ArpgConfig config, TokenSpace space, Weights weights) {
        weights.requireShapes("the ARPG transformer", shapes(config, space));
        this.config = config;
        this.space = space;
        this.weights = weights;
        this.tables = weights.device()
                .compute(() -> TensorScope.compute(() -> Weights.owning(Map.of(
                        "rotations",
                        RotaryEmbedding2d.table(space.grid(), config.headWidth(), config.ropeBase(), type())))));
    }

    /** Fresh weights: normal with deviation 0.02, norms 1, output 0 (so that training starts at the uniform distribution). */
    public static ArpgTransformer initialise(ArpgConfig config, TokenSpace space, long seed) {
        return new ArpgTransformer(config, space, InitialWeights.of(shapes(config, space), OUTPUT, seed));
    }

    /** The same model with weights of its own. */
    private ArpgTransformer over(Weights own) {
        return TensorScope.handedOver(own, given -> new ArpgTransformer(config, space, given));
    }

    @Override
    public ArpgTransformer packed(WeightFormat format) {
        return over(weights.packed(format));
    }

    @Override
    public ArpgTransformer prepared() {
        return over(weights.prepared());
    }

    @Override
    public Optional<AnyOrderModel> replica() {
        return Optional.of(over(weights.sharing()));
    }

    /** Names and shapes of all weights. */
    public static Map<String, long[]> shapes(ArpgConfig config, TokenSpace space) {
        long width = config.width();
        long[] square = {width, width};
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(EMBEDDINGS, new long[] {space.vocabularySize() + space.classCount() + 3L, width});
        for (int layer = 0; layer < config.layersPerHalf(); layer++) {
            for (String projection : new String[] {"to_q", "to_k", "to_v"}) {
                shapes.put(FIRST_HALF + layer + ".attn." + projection + ".weight", square);
            }
            putBlockEnd(shapes, FIRST_HALF + layer, config);
        }
        for (int layer = 0; layer < config.layersPerHalf(); layer++) {
            shapes.put(SECOND_HALF + layer + ".attn.to_q.weight", square);
            putBlockEnd(shapes, SECOND_HALF + layer, config);
        }
        shapes.put("layers.norm.weight", new long[] {width});
        shapes.put("layers.to_k.weight", square);
        shapes.put("layers.to_v.weight", square);
        shapes.put("norm.weight", new long[] {width});
        shapes.put(OUTPUT, new long[] {space.vocabularySize(), width});
        return shapes;
    }

    private static void putBlockEnd(Map<String, long[]> shapes, String block, ArpgConfig config) {
        long width = config.width();
        long hidden = config.feedForwardWidth();
        shapes.put(block + ".attn.proj.weight", new long[] {width, width});
        shapes.put(block + ".ffn.w1.weight", new long[] {hidden, width});
        shapes.put(block + ".ffn.w3.weight", new long[] {hidden, width});
        shapes.put(block + ".ffn.w2.weight", new long[] {width, hidden});
        shapes.put(block + ".attn_norm.weight", new long[] {width});
        shapes.put(block + ".ffn_norm.weight", new long[] {width});
    }

    /** The architecture. */
    public ArpgConfig config() {
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

    /** The rotary table: complex, {@code [1 + cells, headWidth / 2]}, row 0 (the class token) being zero. */
    public Tensor rotations() {
        return tables.get("rotations");
    }

    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return predictions(states(tokens, conditions, orders, training));
    }

    @Override
    public Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        long cells = space.cells();
        // The token filled last predicts nothing; query t sees the class and the t tokens before it.
        Tensor before = tokens.gather(1, orders).narrow(1, 0, cells - 1);
        Tensor ids = Tensors.cat(1, conditions.add(new Scalar(firstClass())).unsqueeze(1), before);
        Tensor asked = orders.add(new Scalar(1));
        Tensor nowhere = Tensors.zeros(torch.ScalarType.Long, tokens.size(0), 1);
        Tensor rows = Tensors.cat(1, nowhere, asked.narrow(1, 0, cells - 1));
        Context context = firstHalf(
                ids, rows, (layer, query, key, value) -> Operations.causalAttention(query, key, value), training);
        return secondHalf(
                asked, query -> Operations.causalAttention(query, context.keys(), context.values()), training);
    }

    @Override
    public DecodingState start(int[] conditions) {
        space.requireConditions(conditions);
        int layers = config.layersPerHalf() + 1;
        int capacity = 1 + space.cells();
        int batch = conditions.length;
        StateMemory memory = StateMemory.of(
                batch,
                space.cells(),
                () -> new KvCache(layers, config.heads(), config.headWidth(), batch, capacity, type()));
        return new ArpgState(this, memory, conditions);
    }

    /** Answers for cells that can be asked for, see {@link CachedState#ask}. */
    Tensor ask(ArpgState state, int[][] cells) {
        runWaiting(state);
        int queries = cells[0].length;
        if (queries == 0) {
            return Tensors.empty(type(), state.batch(), 0, space.vocabularySize());
        }
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            Tensor keys = state.cache().committedKeys(config.layersPerHalf());
            Tensor values = state.cache().committedValues(config.layersPerHalf());
            Tensor asked = Tensors.of(cells).add(new Scalar(1));
            // One answer for all cells while there is one key, so that rounding does not break the tie between them.
            Tensor different = state.committed() == 0 ? asked.narrow(1, 0, 1) : asked;
            return predictions(secondHalf(different, query -> Operations.fullAttention(query, keys, values), false))
                    .expand(state.batch(), queries, space.vocabularySize())
                    .contiguous();
        }));
    }

    /** Runs what was committed, and at the start the class token, through the first half. */
    private void runWaiting(ArpgState state) {
        if (state.waiting() == 0) {
            return;
        }
        KvCache cache = state.cache();
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
            Tensor mask = state.mask();
            Context context = firstHalf(
                    state.ids(firstClass()),
                    state.rows(),
                    (layer, query, key, value) -> Operations.attention(
                            query, cache.writeKeys(layer, key), cache.writeValues(layer, value), mask),
                    false);
            var unusedKeys = cache.writeKeys(config.layersPerHalf(), context.keys());
            var unusedValues = cache.writeValues(config.layersPerHalf(), context.values());
            cache.settle(state.waiting());
        }));
    }

    /**
     * Self-attention over what is known.
     *
     * @param ids {@code [batch, length]} of the joint vocabulary
     * @param rows {@code [batch, length]} of the rotary table
     */
    private Context firstHalf(Tensor ids, Tensor rows, Attention attention, boolean training) {
        Tensor turns = turns(rows);
        Tensor embedded =
                Dropout.apply(Operations.embedding(weights.get(EMBEDDINGS), ids), config.tokenDropout(), training);
        Tensor last = Blocks.run(config.layersPerHalf(), embedded, (layer, hidden) -> {
            String block = FIRST_HALF + layer;
            Tensor input = norm(hidden, block + ".attn_norm");
            Tensor attended = attention.attend(
                    layer,
                    rotatedHeads(input, block + ".attn.to_q", turns),
                    rotatedHeads(input, block + ".attn.to_k", turns),
                    heads(input, block + ".attn.to_v").transpose(1, 2));
            return blockEnd(block, hidden, attended, training);
        });
        Tensor result = norm(last, "layers.norm");
        return new Context(
                rotatedHeads(result, "layers.to_k", turns),
                heads(result, "layers.to_v").transpose(1, 2));
    }

    /**
     * Cross-attention of the cells that are asked for.
     *
     * @param rows {@code [batch, queries]} of the rotary table
     * @param attention from rotated queries {@code [batch, heads, queries, headWidth]} to what they find, of the same shape
     * @return {@code [batch, queries, width]}
     */
    private Tensor secondHalf(Tensor rows, UnaryOperator<Tensor> attention, boolean training) {
        Tensor turns = turns(rows);
        Tensor mask = weights.get(EMBEDDINGS)
                .narrow(0, space.vocabularySize(), 1)
                .unsqueeze(0)
                .expand(rows.size(0), rows.size(1), config.width());
        Tensor last = Blocks.run(config.layersPerHalf(), mask, (layer, hidden) -> {
            String block = SECOND_HALF + layer;
            Tensor query = rotatedHeads(norm(hidden, block + ".attn_norm"), block + ".attn.to_q", turns);
            return blockEnd(block, hidden, attention.apply(query), training);
        });
        return norm(last, "norm");
    }

    @Override
    public Tensor predictions(Tensor states) {
        return weights.linear("head", states);
    }

    /** What follows attention in a block of either half; {@code attended: [batch, heads, length, headWidth]}. */
    private Tensor blockEnd(String block, Tensor hidden, Tensor attended, boolean training) {
        Tensor joined = attended.transpose(1, 2).reshape(hidden.shape());
        Tensor projected = linear(joined, block + ".attn.proj");
        Tensor between = hidden.add(Dropout.apply(projected, config.residualDropout(), training));
        Tensor input = norm(between, block + ".ffn_norm");
        Tensor gated = torch.silu(linear(input, block + ".ffn.w1")).mul(linear(input, block + ".ffn.w3"));
        Tensor fed = linear(gated, block + ".ffn.w2");
        return between.add(Dropout.apply(fed, config.feedForwardDropout(), training));
    }

    /** Projects {@code [batch, length, width]} to heads and rotates them: {@code [batch, heads, length, headWidth]}. */
    private Tensor rotatedHeads(Tensor input, String projection, Tensor turns) {
        return RotaryEmbedding2d.rotate(heads(input, projection), turns).transpose(1, 2);
    }

    private Tensor heads(Tensor input, String projection) {
        // Attention runs in the type of the weights even under autocast: bfloat16 attention is slow on CPUs.
        return linear(input, projection)
                .to(type())
                .view(input.size(0), input.size(1), config.heads(), config.headWidth());
    }

    private Tensor turns(Tensor rows) {
        return Operations.embedding(rotations(), rows);
    }

    private Tensor linear(Tensor input, String name) {
        return weights.linear(name, input);
    }

    private Tensor norm(Tensor hidden, String name) {
        return Operations.rmsNorm(hidden, weights.get(name + ".weight"), config.normEpsilon());
    }

    private int firstClass() {
        return space.vocabularySize() + 1;
    }

    private torch.ScalarType type() {
        return weights.get(OUTPUT).scalar_type();
    }

    @Override
    public void close() {
        weights.close();
        tables.close();
    }
}
