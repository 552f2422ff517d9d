package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import dev.oar.text.PaddingSide;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * LlamaGen's transformer (Sun et al., arXiv 2406.06525), conditioned on classes or captions: tokens in raster order, each predicted by
 * the one before. Blocks and state-dict names are those that RandAR took over; there are no position instruction tokens, and so no other
 * order than raster. Owns its weights, unless it is a view of another, {@link #withCaptions}. Several threads may use one at once.
 *
 * <p>The rotary rows of a condition's tokens are zero, as the published weights were trained: their queries and keys vanish, and an image
 * token sees all tokens of a caption alike.
 */
public final class LlamaGenGpt implements CaptionModel {
    private final LlamaGenGptConfig config;
    private final Weights weights;
    private final Weights tables;
    private final SequenceTransformer<RotaryRows> transformer;
    private final @Nullable CaptionEmbeddings captions;
    private final PaddingSide side;
    private final Ownership owned;

    /**
     * A transformer with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public LlamaGenGpt(LlamaGenGptConfig config, TokenSpace space, Weights weights) {
        this(config, space, weights, Ownership.WEIGHTS, null, PaddingSide.LEFT);
    }

    private LlamaGenGpt(
            LlamaGenGptConfig config,
            TokenSpace space,
            Weights weights,
            Ownership owned,
            @Nullable CaptionEmbeddings captions,
            PaddingSide side) {
        weights.requireShapes("the LlamaGen transformer", shapes(config, space));
        this.config = config;
        this.weights = weights;
        this.captions = captions;
        this.side = side;
        this.owned = owned;
        torch.ScalarType type = weights.get(RotaryTrunk.OUTPUT).scalar_type();
        this.tables = weights.device()
                .compute(() -> TensorScope.compute(() -> Weights.owning(Map.of(
                        "rotations",
                        RotaryEmbedding2d.table(space.grid(), config.headWidth(), config.ropeBase(), type)))));
        ConditionPrefix condition = config.captions()
                .<ConditionPrefix>map(sizes -> CaptionTokens.ofLlamaGen(sizes.length(), space, weights, captions, side))
                .orElseGet(() -> new ClassToken(space, weights));
        this.transformer = new SequenceTransformer<>(
                space,
                TrainedOrders.RASTER,
                weights.device(),
                new RotaryTrunk(config, weights, rotations()),
                new RasterTokens(space, weights, condition));
    }

    /**
     * The same weights for these captions, padded in front as the model was trained: conditions {@code 0 .. count - 1} are the captions,
     * and the unconditional one is their negative caption or, without one, the model's own embedding of no caption, of which as many
     * positions are seen as the longest of these captions has tokens.
     *
     * @param given embedded, of the length and width that the model was made for; they stay the caller's and must outlive the view
     * @return a view that shares these weights; close it before this model, whose weights it does not free
     * @throws IllegalArgumentException if the model draws from classes, or the captions have other sizes
     */
    @Override
    public LlamaGenGpt withCaptions(Captions given) {
        return withCaptions(embedded(given), PaddingSide.LEFT);
    }

    private static CaptionEmbeddings embedded(Captions given) {
        if (given instanceof CaptionEmbeddings embedded) {
            return embedded;
        }
        throw new IllegalArgumentException(
                "this transformer needs captions as its text encoder embeds them, but was given the" + " ids of "
                        + given.count() + "; embed them first");
    }

    /**
     * The same with padding on either side. Padding behind a caption, LlamaGen's option {@code --no-left-padding}, is for drawing alone:
     * the first token is then predicted where padding stands.
     */
    public LlamaGenGpt withCaptions(CaptionEmbeddings given, PaddingSide paddingSide) {
        requireCaptions();
        CaptionTokens.require(given, config.captions().orElseThrow());
        return over(given, paddingSide, Ownership.NOTHING);
    }

    @Override
    public LlamaGenGpt conditionedOn(Captions given) {
        try {
            requireCaptions();
            CaptionEmbeddings embedded = embedded(given);
            CaptionTokens.require(embedded, config.captions().orElseThrow());
            LlamaGenGpt captioned = over(embedded, PaddingSide.LEFT, owned.withCaptions());
            tables.close();
            closeCaptions();
            return captioned;
        } catch (IllegalArgumentException refusal) {
            close();
            given.close();
            throw refusal;
        }
    }

    private LlamaGenGpt over(CaptionEmbeddings given, PaddingSide paddingSide, Ownership ownership) {
        TokenSpace ofCaptions = new TokenSpace(space().grid(), space().vocabularySize(), given.count());
        return new LlamaGenGpt(config, ofCaptions, weights, ownership, given, paddingSide);
    }

    private void requireCaptions() {
        Require.that(
                config.captions().isPresent(),
                "only a transformer conditioned on captions can be given captions, but this one is conditioned on %s"
                        + " classes; use its classes, or another model",
                space().classCount());
    }

    /** The same model with weights of its own. */
    private LlamaGenGpt over(Weights own) {
        return TensorScope.handedOver(
                own, given -> new LlamaGenGpt(config, space(), given, Ownership.WEIGHTS, captions, side));
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
        shapes.putAll(config.captions()
                .map(sizes -> CaptionTokens.shapes(sizes.length(), (FrozenEncoder) sizes.encoder(), config))
                .orElseGet(() -> ClassToken.shapes(config, space)));
        shapes.put(AnyOrderTransformer.TOKENS, new long[] {space.vocabularySize(), config.width()});
        shapes.putAll(RotaryTrunk.shapes(config, space.vocabularySize()));
        return shapes;
    }

    /** The captions that this view was given. */
    public Optional<CaptionEmbeddings> captions() {
        return Optional.ofNullable(captions);
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
     * @throws IllegalArgumentException if an order is not raster, or captions are padded behind
     */
    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        requirePaddingInFront();
        return transformer.logits(tokens, conditions, orders, training);
    }

    /**
     * The hidden states inside the network, for comparison with reference numbers; without dropout.
     *
     * @param tokens {@code [batch, cells]}, int64, raster order
     * @param conditions {@code [batch]}, int64
     * @return by the names that LlamaGen's reference numbers bear: {@code hidden_input}, {@code layer_0_attention_out},
     *     {@code hidden_layer_0}, ..., {@code hidden_final_norm}; {@code [batch, condition + cells - 1, width]}
     */
    public Map<String, Tensor> hiddenStates(Tensor tokens, Tensor conditions) {
        requirePaddingInFront();
        Map<String, Tensor> states = new LinkedHashMap<>();
        TensorScope around = TensorScope.innermost();
        Tensors.runWithoutGradient(() -> {
            var unused = transformer.states(
                    tokens, conditions, tokens, false, (point, state) -> states.put(point, around.hold(state)));
        });
        return states;
    }

    /**
     * Who sees whom in whole images, for comparison with reference numbers.
     *
     * @return bool, {@code [batch, positions, positions]}, query by key, of the positions of the condition and of all cells but the last
     */
    public Tensor visible(int[] conditions) {
        int length = transformer.formulation().prefix() + space().cells();
        Tensor mask = transformer.formulation().withoutPadding(PassMask.causal(0, length), conditions);
        return mask.expand(conditions.length, 1, length, length).squeeze(1);
    }

    private void requirePaddingInFront() {
        Require.that(
                side == PaddingSide.LEFT,
                "whole images are scored with padding in front of captions, but these are padded %s; use the padding that the"
                        + " model was trained with",
                side);
    }

    @Override
    public DecodingState start(int[] conditions) {
        return transformer.start(conditions);
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
