package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.text.PaddingSide;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A caption's embeddings, brought to the width of the transformer by two matrices with a tanh-approximated GELU between them; names
 * and shapes are those of LlamaGen's and RandAR's public code. A short caption stands at the end of the prefix, directly before the
 * cells, and the positions in front of it are hidden.
 *
 * <p>No caption is an embedding of its own, which public training leaves as it was initialised; so does ours, by giving it no gradient.
 * Where captions hold a negative one, unconditional rows see that instead. How much of the embedding they see is the model's to say:
 * {@link Unconditional}.
 */
final class CaptionTokens implements ConditionPrefix {
    static final String FIRST = "cls_embedding.cap_proj.fc1.weight";
    static final String SECOND = "cls_embedding.cap_proj.fc2.weight";
    static final String UNCONDITIONAL = "cls_embedding.uncond_embedding";

    /** How many positions of the model's own embedding of no caption are seen. */
    enum Unconditional {
        /** All of them, so that a row does not depend on the captions beside it, in training or in drawing. */
        WHOLE,
        /**
         * As many as the longest caption has. LlamaGen's weights were trained to see as many as the very caption that they stand beside
         * or in the place of; a row knows no other, so that the longest one of the view decides.
         */
        AS_LONGEST
    }

    private final int length;
    private final TokenSpace space;
    private final Weights weights;
    private final @Nullable CaptionEmbeddings captions;
    private final PaddingSide side;
    private final Unconditional unconditional;

    private CaptionTokens(
            int length,
            TokenSpace space,
            Weights weights,
            @Nullable CaptionEmbeddings captions,
            PaddingSide side,
            Unconditional unconditional) {
        this.side = side;
        this.unconditional = unconditional;
        this.length = length;
        this.space = space;
        this.weights = weights;
        this.captions = captions;
    }

    /** Uses the weights of the transformer around it; without captions it knows the unconditional embedding alone. */
    static CaptionTokens of(int length, TokenSpace space, Weights weights, @Nullable CaptionEmbeddings captions) {
        return new CaptionTokens(length, space, weights, captions, PaddingSide.LEFT, Unconditional.WHOLE);
    }

    /**
     * Those of LlamaGen, with padding on either side; what stands behind a caption is hidden as what stands in front of it is.
     */
    static CaptionTokens ofLlamaGen(
            int length, TokenSpace space, Weights weights, @Nullable CaptionEmbeddings captions, PaddingSide side) {
        return new CaptionTokens(length, space, weights, captions, side, Unconditional.AS_LONGEST);
    }

    static Map<String, long[]> shapes(int length, FrozenEncoder encoder, BlockConfig config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(UNCONDITIONAL, new long[] {length, encoder.width()});
        shapes.put(FIRST, new long[] {config.width(), encoder.width()});
        shapes.put(SECOND, new long[] {config.width(), config.width()});
        return shapes;
    }

    /**
     * Checks that captions have the sizes of a model with a frozen encoder.
     *
     * @throws IllegalArgumentException if not
     */
    static void require(CaptionEmbeddings given, CaptionConditioning sizes) {
        int width = ((FrozenEncoder) sizes.encoder()).width();
        Require.that(
                given.length() == sizes.length() && given.width() == width,
                "captions must have %s tokens of width %s for this transformer, but these %s have %s tokens of width"
                        + " %s; embed them with the text encoder and the length that it was trained with",
                sizes.length(),
                width,
                given.count(),
                given.length(),
                given.width());
    }

    /** The deviation of the unconditional embedding before training. */
    static double initialDeviation(FrozenEncoder encoder) {
        return 1 / Math.sqrt(encoder.width());
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void require(int[] conditions) {
        ConditionPrefix.requireCaptions(conditions, space, captions != null);
    }

    @Override
    public Tensor embed(Tensor conditions) {
        return embed(Tensors.ints(conditions));
    }

    @Override
    public Tensor embed(int[] conditions) {
        require(conditions);
        List<Tensor> rows = Arrays.stream(conditions).mapToObj(this::row).toList();
        Tensor hidden = torch.gelu(Operations.linear(Tensors.stack(rows), weights.get(FIRST)), "tanh");
        return Operations.linear(hidden, weights.get(SECOND)).to(type());
    }

    @Override
    public int[] padding(int[] conditions) {
        return side == PaddingSide.LEFT ? hidden(conditions) : new int[conditions.length];
    }

    @Override
    public int[] paddingBehind(int[] conditions) {
        return side == PaddingSide.RIGHT ? hidden(conditions) : new int[conditions.length];
    }

    private int[] hidden(int[] conditions) {
        return Arrays.stream(conditions)
                .map(condition -> length() - shown(condition))
                .toArray();
    }

    @Override
    public int[] padding(Tensor conditions) {
        return padding(Tensors.ints(conditions));
    }

    /** How many positions of a condition are seen. */
    private int shown(int condition) {
        if (captions == null) {
            return length();
        }
        if (!isOwn(condition)) {
            return captions.length(condition);
        }
        return switch (unconditional) {
            case WHOLE -> length();
            case AS_LONGEST -> captions.longest();
        };
    }

    private Tensor row(int condition) {
        return captions == null || isOwn(condition)
                ? weights.get(UNCONDITIONAL).detach()
                : weights.device().moved(captions.padded(condition, side)).to(type());
    }

    /** Whether a condition is the model's own embedding of no caption; a negative caption takes its place. */
    private boolean isOwn(int condition) {
        return condition == space.unconditional() && (captions == null || !captions.hasNegative());
    }

    private torch.ScalarType type() {
        return weights.get(FIRST).scalar_type();
    }
}
