package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.order.EnlargedGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
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
 * {@link #withCaptions}. Several threads may use one at once.
 */
public final class AnyOrderTransformer implements AnyOrderModel, CaptionModel {
    static final String TOKENS = "tok_embeddings.weight";
    private static final String ROTATIONS = "rotations";
    private static final String CAPTION_POSITIONS = "caption positions";

    private final TransformerConfig config;
    private final TokenSpace space;
    private final Weights weights;
    private final Weights tables;
    private final SequenceTransformer<RotaryRows> transformer;
    private final @Nullable Captions captions;
    private final Ownership owned;

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
                Ownership.WEIGHTS,
                type -> RotaryEmbedding2d.table(
                        space.grid(), nowhere(config), config.headWidth(), config.ropeBase(), type),
                null);
    }

    private AnyOrderTransformer(
            TransformerConfig config,
            TokenSpace space,
            Weights weights,
            Ownership owned,
            Function<torch.ScalarType, Tensor> table,
            @Nullable Captions captions) {
        weights.requireShapes("the any-order transformer", shapes(config, space));
        this.config = config;
        this.space = space;
        this.weights = weights;
        this.captions = captions;
        this.owned = owned;
        torch.ScalarType type = weights.get(RotaryTrunk.OUTPUT).scalar_type();
        this.tables = weights.device()
                .compute(() -> TensorScope.compute(() -> Weights.owning(tables(config, table.apply(type), type))));
        ConditionPrefix condition = config.captions().map(this::prefix).orElseGet(() -> new ClassToken(space, weights));
        this.transformer = new SequenceTransformer<>(
                space,
                TrainedOrders.ANY,
                weights.device(),
                new RotaryTrunk(config, weights, rotations()),
                config.formulation().over(config, weights, rotations(), condition));
    }

    private static Map<String, Tensor> tables(TransformerConfig config, Tensor rotations, torch.ScalarType type) {
        Map<String, Tensor> tables = new LinkedHashMap<>();
        tables.put(ROTATIONS, rotations);
        config.captions().ifPresent(sizes -> {
            if (sizes.encoder() instanceof LearnedEncoder encoder) {
                tables.put(CAPTION_POSITIONS, LearnedCaptionTokens.positions(sizes.length(), encoder, type));
            }
        });
        return tables;
    }

    private ConditionPrefix prefix(CaptionConditioning sizes) {
        if (sizes.encoder() instanceof LearnedEncoder encoder) {
            return new LearnedCaptionTokens(
                    sizes.length(), encoder, space, weights, tables.get(CAPTION_POSITIONS), (TokenizedCaptions)
                            captions);
        }
        return CaptionTokens.of(sizes.length(), space, weights, (CaptionEmbeddings) captions);
    }

    /** Words of captions are looked at one by one; the class token of public models is not. */
    private static RotaryEmbedding2d.Nowhere nowhere(TransformerConfig config) {
        return config.captions().isPresent() ? RotaryEmbedding2d.Nowhere.UNTURNED : RotaryEmbedding2d.Nowhere.ZERO;
    }

    /**
     * Fresh weights: normal with deviation 0.02, norms 1, output 0 (so that training starts at the uniform distribution). The embedding
     * that stands for no caption has a deviation of one over the root of its width, and training does not change it.
     */
    public static AnyOrderTransformer initialise(TransformerConfig config, TokenSpace space, long seed) {
        Map<String, Double> deviations = new LinkedHashMap<>();
        config.captions().ifPresent(sizes -> {
            if (sizes.encoder() instanceof FrozenEncoder encoder) {
                deviations.put(CaptionTokens.UNCONDITIONAL, CaptionTokens.initialDeviation(encoder));
            }
        });
        return new AnyOrderTransformer(
                config, space, InitialWeights.of(shapes(config, space), RotaryTrunk.OUTPUT, seed, deviations));
    }

    /** Names and shapes of all weights. */
    public static Map<String, long[]> shapes(TransformerConfig config, TokenSpace space) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.putAll(config.formulation().shapes(config, space));
        shapes.putAll(config.captions()
                .map(sizes -> captionShapes(sizes, config))
                .orElseGet(() -> ClassToken.shapes(config, space)));
        shapes.put(TOKENS, new long[] {space.vocabularySize(), config.width()});
        shapes.putAll(RotaryTrunk.shapes(config, space.vocabularySize()));
        return shapes;
    }

    private static Map<String, long[]> captionShapes(CaptionConditioning sizes, TransformerConfig config) {
        CaptionEncoder encoder = sizes.encoder();
        return encoder instanceof LearnedEncoder learned
                ? LearnedCaptionTokens.shapes(learned, config)
                : CaptionTokens.shapes(sizes.length(), (FrozenEncoder) encoder, config);
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
                Ownership.NOTHING,
                type -> RotaryEmbedding2d.extrapolated(
                        grid, nowhere(config), boundary, config.headWidth(), config.ropeBase(), type),
                captions);
    }

    /**
     * The same weights for these captions: conditions {@code 0 .. count - 1} are the captions. The unconditional one is the empty or the
     * negative caption for an encoder inside the model; for a frozen one it is the negative caption or, without one, the whole of the
     * model's own embedding of no caption, whatever these captions are.
     *
     * @param given in the form and of the sizes that the model was made for; they stay the caller's and must outlive the view
     * @return a view that shares these weights; close it before this model, whose weights it does not free
     * @throws IllegalArgumentException if the model draws from classes, or the captions have other sizes
     */
    @Override
    public AnyOrderTransformer withCaptions(Captions given) {
        return captioned(given, Ownership.NOTHING);
    }

    @Override
    public AnyOrderTransformer conditionedOn(Captions given) {
        try {
            AnyOrderTransformer captioned = captioned(given, owned.withCaptions());
            tables.close();
            closeCaptions();
            return captioned;
        } catch (IllegalArgumentException refusal) {
            close();
            given.close();
            throw refusal;
        }
    }

    private AnyOrderTransformer captioned(Captions given, Ownership ownership) {
        Require.that(
                config.captions().isPresent(),
                "only a transformer conditioned on captions can be given captions, but this one is conditioned on %s"
                        + " classes; use its classes, or another model",
                space.classCount());
        requireFitting(given, config.captions().orElseThrow());
        return new AnyOrderTransformer(
                config,
                new TokenSpace(space.grid(), space.vocabularySize(), given.count()),
                weights,
                ownership,
                type -> rotations(),
                given);
    }

    private static void requireFitting(Captions given, CaptionConditioning sizes) {
        if (sizes.encoder() instanceof LearnedEncoder encoder) {
            Require.that(
                    given instanceof TokenizedCaptions,
                    "this transformer reads captions itself and needs their ids, but was given %s embedded captions; use"
                            + " the tokenizer of its model folder",
                    given.count());
            LearnedCaptionTokens.require((TokenizedCaptions) given, sizes.length(), encoder);
            return;
        }
        Require.that(
                given instanceof CaptionEmbeddings,
                "this transformer needs captions as its text encoder embeds them, but was given the ids of %s; embed them"
                        + " first",
                given.count());
        CaptionTokens.require((CaptionEmbeddings) given, sizes);
    }

    /** The same model with weights of its own. */
    private AnyOrderTransformer over(Weights own) {
        return TensorScope.handedOver(
                own,
                given -> new AnyOrderTransformer(
                        config, space, given, Ownership.WEIGHTS, type -> rotations(), captions));
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
    public Optional<Captions> captions() {
        return Optional.ofNullable(captions);
    }

    @Override
    public String conditionsFingerprint() {
        return captions == null ? "" : "captions " + captions.fingerprint();
    }

    @Override
    public int[] conditionIds(int condition) {
        if (config.captions().isEmpty()) {
            return AnyOrderModel.super.conditionIds(condition);
        }
        return captions instanceof TokenizedCaptions read && condition != space.unconditional()
                ? read.ids(condition).clone()
                : new int[0];
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
        return transformer.logits(tokens, conditions, orders, training);
    }

    @Override
    public Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return transformer.states(tokens, conditions, orders, training);
    }

    @Override
    public Tensor predictions(Tensor states) {
        return transformer.trunk().predictions(states);
    }

    @Override
    public DecodingState start(int[] conditions) {
        return transformer.start(conditions);
    }

    /**
     * The rotary table: complex, {@code [1 + cells, headWidth / 2]}. Row 0 is for tokens that stand nowhere: zero in a model of classes,
     * one (which turns nothing) in a model of captions.
     */
    public Tensor rotations() {
        return tables.get(ROTATIONS);
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
        Tensors.runWithoutGradient(() -> {
            var unused = transformer.states(
                    tokens, conditions, orders, false, (point, state) -> states.put(point, around.hold(state)));
        });
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
        if (!(transformer.formulation() instanceof PositionInstruction instruction)) {
            throw new IllegalArgumentException("position instruction tokens belong to the formulation"
                    + " position-instruction, but this transformer is of " + config.formulation());
        }
        return instruction.positionTokens(orders.add(new Scalar(1)));
    }

    @Override
    public void close() {
        if (owned.weights()) {
            weights.close();
        }
        tables.close();
        closeCaptions();
    }

    private void closeCaptions() {
        if (owned.captions() && captions != null) {
            captions.close();
        }
    }
}
