package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.order.EnlargedGrid;
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
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The decoder-only transformer behind {@link AnyOrderModel}, conditioned on classes or captions, in either formulation; sizes and
 * state-dict names follow RandAR (arXiv 2412.01827). Owns its weights, unless it is a view of another, {@link #enlarged} or
 * {@link #withCaptions}.
 */
public final class AnyOrderTransformer implements AnyOrderModel {
    static final String TOKENS = "tok_embeddings.weight";
    static final String OUTPUT = "output.weight";
    private static final String OUTPUT_LAYER = "output";

    private final TransformerConfig config;
    private final TokenSpace space;
    private final Weights weights;
    private final Weights tables;
    private final TransformerTrunk trunk;
    private final CellFormulation formulation;
    private final ConditionPrefix prefix;
    private final @Nullable CaptionEmbeddings captions;
    private final boolean ownsWeights;

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape
     */
    public AnyOrderTransformer(TransformerConfig config, TokenSpace space, Weights weights) {
        this(
                config,
                space,
                weights,
                true,
                type -> RotaryEmbedding2d.table(space.grid(), config.headWidth(), config.ropeBase(), type),
                null);
    }

    private AnyOrderTransformer(
            TransformerConfig config,
            TokenSpace space,
            Weights weights,
            boolean ownsWeights,
            Function<torch.ScalarType, Tensor> table,
            @Nullable CaptionEmbeddings captions) {
        weights.requireShapes("the any-order transformer", shapes(config, space));
        this.config = config;
        this.space = space;
        this.weights = weights;
        this.captions = captions;
        this.ownsWeights = ownsWeights;
        torch.ScalarType type = weights.get(OUTPUT).scalar_type();
        this.tables = weights.device()
                .compute(() -> TensorScope.compute(() -> Weights.owning(Map.of("rotations", table.apply(type)))));
        Tensor rotations = rotations();
        this.trunk = new TransformerTrunk(config, weights, rotations);
        this.formulation = switch (config.formulation()) {
            case POSITION_INSTRUCTION -> new PositionInstruction(config, weights, rotations);
            case DUAL_POSITION -> new DualPosition(config, space, weights);
        };
        this.prefix = config.captions()
                .<ConditionPrefix>map(sizes -> new CaptionTokens(sizes, space, weights, captions))
                .orElseGet(() -> new ClassToken(space, weights));
    }

    /**
     * Fresh weights: normal with deviation 0.02, norms 1, output 0 (so that training starts at the uniform distribution). The embedding
     * that stands for no caption has a deviation of one over the root of its width, and training does not change it.
     */
    public static AnyOrderTransformer initialise(TransformerConfig config, TokenSpace space, long seed) {
        Map<String, Double> deviations = config.captions()
                .map(sizes -> Map.of(CaptionTokens.UNCONDITIONAL, CaptionTokens.initialDeviation(sizes)))
                .orElse(Map.of());
        return new AnyOrderTransformer(
                config, space, InitialWeights.of(shapes(config, space), OUTPUT, seed, deviations));
    }

    /** Names and shapes of all weights. */
    public static Map<String, long[]> shapes(TransformerConfig config, TokenSpace space) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.putAll(
                switch (config.formulation()) {
                    case POSITION_INSTRUCTION -> PositionInstruction.shapes(config);
                    case DUAL_POSITION -> DualPosition.shapes(config, space);
                });
        shapes.putAll(config.captions()
                .map(sizes -> CaptionTokens.shapes(sizes, config))
                .orElseGet(() -> ClassToken.shapes(config, space)));
        shapes.put(TOKENS, new long[] {space.vocabularySize(), config.width()});
        shapes.putAll(TransformerTrunk.shapes(config));
        shapes.put(OUTPUT, new long[] {space.vocabularySize(), config.width()});
        return shapes;
    }

    /**
     * The same weights on a larger grid, untrained for it (RandAR's zero-shot resolution extrapolation, arXiv 2412.01827). The cells of
     * this model's grid stand at every {@code factor}-th row and column of the enlarged one. The fastest frequencies of the rotary
     * embedding count the enlarged grid's cells; the others are stretched so that it spans the positions known from training.
     *
     * @param factor how many times as high and wide the enlarged grid is, at least 2
     * @param boundary how many frequencies of each axis are not stretched, in {@code 0 .. headWidth / 4}
     * @return a view that shares these weights; close it before this model, which frees the view's rotary table alone
     * @throws IllegalArgumentException if a number is out of range, or if cells have learned positions, which a larger grid lacks
     */
    public AnyOrderTransformer enlarged(int factor, int boundary) {
        Require.that(
                config.formulation() == TransformerConfig.Formulation.POSITION_INSTRUCTION,
                "only the formulation position-instruction knows cells that it was not trained for, but this model is"
                        + " of formulation %s; use a RandAR model",
                config.formulation());
        EnlargedGrid grid = new EnlargedGrid(space.grid(), factor);
        return new AnyOrderTransformer(
                config,
                new TokenSpace(grid.enlarged(), space.vocabularySize(), space.classCount()),
                weights,
                false,
                type -> RotaryEmbedding2d.extrapolated(grid, boundary, config.headWidth(), config.ropeBase(), type),
                captions);
    }

    /**
     * The same weights for these captions: conditions {@code 0 .. count - 1} are the captions, and the unconditional one is the model's
     * own embedding of no caption, of which as many positions are seen as the longest of these captions has tokens.
     *
     * @param given of the length and width that the model was made for; they stay the caller's and must outlive the view
     * @return a view that shares these weights; close it before this model, whose weights it does not free
     * @throws IllegalArgumentException if the model draws from classes, or the captions have other sizes
     */
    public AnyOrderTransformer withCaptions(CaptionEmbeddings given) {
        Require.that(
                config.captions().isPresent(),
                "only a transformer conditioned on captions can be given captions, but this one is conditioned on %s"
                        + " classes; use its classes, or another model",
                space.classCount());
        CaptionConditioning sizes = config.captions().orElseThrow();
        Require.that(
                given.length() == sizes.length() && given.width() == sizes.width(),
                "captions must have %s tokens of width %s for this transformer, but these %s have %s tokens of width"
                        + " %s; embed them with the text encoder and the length that it was trained with",
                sizes.length(),
                sizes.width(),
                given.count(),
                given.length(),
                given.width());
        return new AnyOrderTransformer(
                config,
                new TokenSpace(space.grid(), space.vocabularySize(), given.count()),
                weights,
                false,
                type -> rotations(),
                given);
    }

    /** The same model with weights of its own. */
    private AnyOrderTransformer over(Weights own) {
        return TensorScope.handedOver(
                own, given -> new AnyOrderTransformer(config, space, given, true, type -> rotations(), captions));
    }

    @Override
    public AnyOrderTransformer packed(WeightFormat format) {
        return over(weights.packed(format));
    }

    @Override
    public AnyOrderTransformer prepared() {
        return over(weights.prepared());
    }

    @Override
    public Optional<AnyOrderModel> replica() {
        return Optional.of(over(weights.sharing()));
    }

    /** The captions that this view was given. */
    public Optional<CaptionEmbeddings> captions() {
        return Optional.ofNullable(captions);
    }

    /** The architecture. */
    public TransformerConfig config() {
        return config;
    }

    @Override
    public String description() {
        return config.toString();
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
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return predictions(states(tokens, conditions, orders, training));
    }

    @Override
    public Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        Tensor hidden = hidden(tokens, conditions, orders, training, (point, states) -> {});
        return formulation.predictions(hidden, prefix.length());
    }

    @Override
    public Tensor predictions(Tensor states) {
        return weights.linear(OUTPUT_LAYER, states);
    }

    /** The rotary table: complex, {@code [1 + cells, headWidth / 2]}, row 0 (tokens that stand nowhere) being zero. */
    public Tensor rotations() {
        return tables.get("rotations");
    }

    /**
     * The hidden states inside the network, for comparison with reference numbers; arguments as for {@link #logits}, no dropout.
     *
     * @return by the names that RandAR's reference numbers bear: {@code hidden_input}, {@code layer_0_attention_out},
     *     {@code hidden_layer_0}, ..., {@code hidden_final_norm}; {@code [batch, prefix + positions, width]}
     */
    public Map<String, Tensor> hiddenStates(Tensor tokens, Tensor conditions, Tensor orders) {
        Map<String, Tensor> states = new LinkedHashMap<>();
        TensorScope around = TensorScope.innermost();
        Tensors.withoutGradient(() ->
                hidden(tokens, conditions, orders, false, (point, state) -> states.put(point, around.hold(state))));
        return states;
    }

    /**
     * The position instruction tokens P(l) of an order.
     *
     * @param orders {@code [batch, cells]}, int64
     * @return {@code [batch, cells, width]}
     * @throws IllegalArgumentException if the formulation has no such tokens
     */
    public Tensor positionInstructionTokens(Tensor orders) {
        if (!(formulation instanceof PositionInstruction instruction)) {
            throw new IllegalArgumentException("position instruction tokens belong to the formulation"
                    + " position-instruction, but this transformer is of " + config.formulation());
        }
        return instruction.positionTokens(orders.add(new Scalar(1)));
    }

    /** The hidden states of the whole sequence behind the final normalisation: {@code [batch, prefix + positions, width]}. */
    Tensor hidden(Tensor tokens, Tensor conditions, Tensor orders, boolean training, TransformerTrunk.Probe probe) {
        SequenceInputs inputs = behind(prefix.embed(conditions), formulation.training(tokens, orders));
        int[] padding = prefix.padding(conditions);
        return trunk.forward(inputs, causal(padding, inputs.embeddings().size(1)), training, probe);
    }

    private TransformerTrunk.Attention causal(int[] padding, long length) {
        if (Arrays.stream(padding).allMatch(count -> count == 0)) {
            return (layer, query, key, value) ->
                    Operations.causalAttention(query, trunk.perHead(key), trunk.perHead(value));
        }
        Tensor mask = ConditionPrefix.withoutPadding(PassMask.causal(0, Math.toIntExact(length)), padding);
        return (layer, query, key, value) ->
                Operations.attention(query, trunk.perHead(key), trunk.perHead(value), mask);
    }

    @Override
    public TransformerState start(int[] conditions) {
        prefix.require(conditions);
        int capacity = prefix.length() + formulation.positionsPerCell() * space.cells();
        int batch = conditions.length;
        StateMemory memory = StateMemory.of(
                batch,
                space.cells(),
                () -> new KvCache(
                        config.layers(), config.groups(), config.headWidth(), batch, capacity, attentionType()));
        return new TransformerState(this, formulation, memory, conditions);
    }

    private torch.ScalarType attentionType() {
        return weights.attentionType(weights.get(OUTPUT).scalar_type().intern());
    }

    /** Answers for cells that can be asked for, see {@link CachedState#ask}. */
    Tensor ask(TransformerState state, int[][] cells, boolean isolated) {
        int queries = cells[0].length;
        List<SequenceEntry> entries = new ArrayList<>(state.waiting());
        for (int i = 0; i < queries; i++) {
            entries.add(formulation.query(state.last(), CachedState.column(cells, i)));
        }
        if (entries.isEmpty() && !state.atStart()) {
            return Tensors.empty(weights.get(OUTPUT).scalar_type(), state.batch(), 0, space.vocabularySize());
        }
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            SequenceInputs inputs = state.atStart()
                    ? behind(prefix.embed(state.conditions()), entries, state)
                    : formulation.embed(entries, state.tokens(), state.masked());
            int length = Math.toIntExact(inputs.embeddings().size(1));
            int settled = length - queries;
            Tensor hidden = trunk.forward(
                    inputs, passAttention(state, settled, queries, isolated), false, (point, states) -> {});
            state.passed(settled, cells, isolated);
            return predictions(hidden.narrow(1, settled, queries));
        }));
    }

    private TransformerTrunk.Attention passAttention(
            TransformerState state, int settled, int queries, boolean isolated) {
        KvCache cache = state.cache();
        int headsOfAGroup = config.heads() / config.groups();
        int[] padding = prefix.padding(state.conditions());
        boolean padded = Arrays.stream(padding).anyMatch(count -> count > 0);
        // Among fewer candidates there are few scores to leave out, and merging would cost more than it saves.
        if (isolated && queries > cache.length() + settled && !padded && device().isHost()) {
            return new CandidateAttention(cache, settled, headsOfAGroup);
        }
        Tensor visible =
                ConditionPrefix.withoutPadding(PassMask.of(cache.length(), settled, queries, isolated), padding);
        Tensor mask = GroupedHeads.forEachHead(Operations.additive(visible, attentionType()), headsOfAGroup);
        return (layer, query, key, value) ->
                GroupedHeads.attention(query, cache.writeKeys(layer, key), cache.writeValues(layer, value), mask);
    }

    /** Positions behind the condition's tokens {@code [batch, prefix, width]}. */
    private SequenceInputs behind(Tensor condition, List<SequenceEntry> entries, TransformerState state) {
        if (entries.isEmpty()) {
            Tensor rows = nowhere(condition);
            return new SequenceInputs(condition, rows, rows);
        }
        return behind(condition, formulation.embed(entries, state.tokens(), state.masked()));
    }

    private SequenceInputs behind(Tensor condition, SequenceInputs sequence) {
        Tensor nowhere = nowhere(condition);
        Tensor queryRows = Tensors.cat(1, nowhere, sequence.queryRows());
        Tensor keyRows =
                sequence.keyRows() == sequence.queryRows() ? queryRows : Tensors.cat(1, nowhere, sequence.keyRows());
        return new SequenceInputs(Tensors.cat(1, condition, sequence.embeddings()), queryRows, keyRows);
    }

    private Tensor nowhere(Tensor condition) {
        return Tensors.zeros(torch.ScalarType.Long, condition.size(0), prefix.length());
    }

    @Override
    public void close() {
        if (ownsWeights) {
            weights.close();
        }
        tables.close();
    }
}
