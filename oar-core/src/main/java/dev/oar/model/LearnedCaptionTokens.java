package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A caption as an encoder inside the model reads it ({@link LearnedEncoder}): the words and the summary vectors see one another in both
 * directions, words know where in the caption they stand by one-dimensional rotary positions, and what becomes of the summary vectors
 * is brought to the width of the transformer. No caption is the empty one.
 *
 * <p>Every caption is padded to the room of the model, whatever is drawn with it, so that an image does not depend on its neighbours.
 */
final class LearnedCaptionTokens implements ConditionPrefix {
    /** What the names of all weights of the encoder begin with. */
    static final String PREFIX = "caption_encoder.";

    static final String WORDS = PREFIX + "tok_embeddings.weight";
    static final String SUMMARY = PREFIX + "summary_tokens.weight";
    private static final String PROJECTION = PREFIX + "projection";

    private final int length;
    private final LearnedEncoder encoder;
    private final TokenSpace space;
    private final Weights weights;
    private final RotaryTrunk trunk;
    private final @Nullable TokenizedCaptions captions;

    /**
     * Uses weights and rotary table of the transformer around it; without captions it knows the empty one alone.
     *
     * @param positions the {@link #positions} of these sizes
     */
    LearnedCaptionTokens(
            int length,
            LearnedEncoder encoder,
            TokenSpace space,
            Weights weights,
            Tensor positions,
            @Nullable TokenizedCaptions captions) {
        this.length = length;
        this.encoder = encoder;
        this.space = space;
        this.weights = weights;
        this.trunk = new RotaryTrunk(PREFIX, encoder, weights, positions);
        this.captions = captions;
    }

    static Map<String, long[]> shapes(LearnedEncoder encoder, BlockConfig config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(WORDS, new long[] {encoder.vocabularySize(), encoder.width()});
        shapes.put(SUMMARY, new long[] {encoder.summaryTokens(), encoder.width()});
        shapes.putAll(RotaryTrunk.shapes(PREFIX, encoder));
        shapes.put(PROJECTION + ".weight", new long[] {config.width(), encoder.width()});
        return shapes;
    }

    /** The rotary table of the places in a caption: complex, {@code [1 + length, headWidth / 2]}, row 0 for summary vectors. */
    static Tensor positions(int length, LearnedEncoder encoder, torch.ScalarType type) {
        return RotaryEmbedding2d.table(
                new TokenGrid(1, length),
                RotaryEmbedding2d.Nowhere.UNTURNED,
                encoder.headWidth(),
                encoder.ropeBase(),
                type);
    }

    /**
     * Checks that a model of these sizes can read captions.
     *
     * @throws IllegalArgumentException if one is too long, or an id is none of the vocabulary
     */
    static void require(TokenizedCaptions captions, int length, LearnedEncoder encoder) {
        Require.that(
                captions.longest() <= length,
                "a caption may have up to %s tokens for this model, but one has %s; shorten it",
                length,
                captions.longest());
        Require.that(
                captions.largest() < encoder.vocabularySize(),
                "the ids of captions must be below the model's vocabulary of %s, but one is %s; use the tokenizer that"
                        + " the model was trained with",
                encoder.vocabularySize(),
                captions.largest());
    }

    @Override
    public int length() {
        return encoder.summaryTokens();
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
        int batch = conditions.length;
        int summary = encoder.summaryTokens();
        int[][] ids = new int[batch][length];
        int[][] places = new int[batch][summary + length];
        boolean[] shown = new boolean[batch * (summary + length)];
        for (int row = 0; row < batch; row++) {
            int[] caption = captions == null ? new int[0] : captions.ids(conditions[row]);
            System.arraycopy(caption, 0, ids[row], 0, caption.length);
            for (int place = 0; place < length; place++) {
                places[row][summary + place] = 1 + place;
            }
            int first = row * (summary + length);
            Arrays.fill(shown, first, first + summary + caption.length, true);
        }
        Tensor words = Operations.embedding(weights.get(WORDS), Tensors.of(ids));
        Tensor summaries = weights.get(SUMMARY).unsqueeze(0).expand(batch, summary, encoder.width());
        Tensor rows = Tensors.of(places);
        Tensor mask = Operations.additive(Tensors.of(shown, batch, 1, 1, summary + length), trunk.attentionType());
        Attention attention = (layer, query, key, value) ->
                Operations.attention(query, key, value, mask.expand(batch, 1, query.size(2), summary + length));
        Tensor states = trunk.forward(
                new SequenceInputs<>(Tensors.cat(1, summaries, words), new RotaryRows(rows, rows)),
                0,
                summary,
                attention,
                false,
                Trunk.Probe.NONE);
        return weights.linear(PROJECTION, states).to(weights.get(WORDS).scalar_type());
    }
}
