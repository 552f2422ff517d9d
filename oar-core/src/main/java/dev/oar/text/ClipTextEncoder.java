package dev.oar.text;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.WeightFile;
import dev.oar.config.Require;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The text encoder of CLIP (Radford et al., arXiv 2103.00020) and OpenCLIP, with the state-dict names of Hugging Face: learned positions,
 * pre-norm LayerNorm, causal attention. Image generators take its {@link #features}, mostly with padding in sight
 * ({@link PaddingRule#SEEN}), or the states of its last layer but one; one vector for a text is {@link #pooled} of its features.
 */
public final class ClipTextEncoder implements TextEncoder {
    static final String TOKENS = "text_model.embeddings.token_embedding.weight";
    static final String POSITIONS = "text_model.embeddings.position_embedding.weight";
    static final String FINAL_NORM = "text_model.final_layer_norm";
    static final String PROJECTION = "text_projection";

    private static final String OWNER = "the CLIP text encoder";

    /** What else a checkpoint of a whole CLIP holds, and a table of numbers that older ones keep. */
    private static final List<String> NOT_OF_THE_ENCODER = List.of(
            "text_model.embeddings.position_ids", "vision_model.", "visual_projection.", "logit_scale", PROJECTION);

    private static final double QUICK = 1.702;

    private final ClipTextConfig config;
    private final Weights weights;

    /** The fingerprint, where the weights have given up their values. */
    private final @Nullable String known;

    /**
     * An encoder with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public ClipTextEncoder(ClipTextConfig config, Weights weights) {
        this(config, weights, null);
    }

    private ClipTextEncoder(ClipTextConfig config, Weights weights, @Nullable String known) {
        weights.requireShapes(OWNER, config.shapes());
        this.config = config;
        this.weights = weights;
        this.known = known;
    }

    /**
     * Loads an encoder, in float32 and with the projection if the file holds it. Weights that are stored so look into the file where it
     * allows that, so nobody may shorten it meanwhile; the image encoder of a whole CLIP is not read.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape
     */
    public static ClipTextEncoder load(ClipTextConfig config, WeightFile file) throws IOException {
        return loaded(config, file, new EncoderWeights(OWNER, file));
    }

    /**
     * Loads an encoder for many texts, {@link #repacked}: faster, and in no more memory than its weights take.
     *
     * @throws IOException as {@link #load}
     * @throws IllegalArgumentException as {@link #load}
     */
    public static ClipTextEncoder loadRepacked(ClipTextConfig config, WeightFile file, WeightFormat format)
            throws IOException {
        return loaded(config, file, new EncoderWeights(OWNER, file).copying()).repacked(format);
    }

    private static ClipTextEncoder loaded(ClipTextConfig config, WeightFile file, EncoderWeights weights)
            throws IOException {
        ClipTextConfig held = file.names().contains(PROJECTION + ".weight") ? config : config.withoutProjection();
        return weights.leaving(NOT_OF_THE_ENCODER).load(held.shapes(), read -> new ClipTextEncoder(held, read));
    }

    /** The architecture. */
    public ClipTextConfig config() {
        return config;
    }

    @Override
    public int width() {
        return config.width();
    }

    @Override
    public int vocabularySize() {
        return config.vocabularySize();
    }

    /** One for each learned position. */
    @Override
    public OptionalInt maximumLength() {
        return OptionalInt.of(config.positions());
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public String fingerprint() {
        return known == null ? Fingerprint.of("CLIP text encoder", config.toString(), Fingerprint.of(weights)) : known;
    }

    @Override
    public ClipTextEncoder repacked(WeightFormat format) {
        String own = fingerprint();
        return TensorScope.handedOver(weights.repacked(format), given -> {
            ClipTextEncoder repacked = new ClipTextEncoder(config, given, own);
            TextEncoder.useOnce(repacked);
            return repacked;
        });
    }

    @Override
    public ClipTextEncoder packed(WeightFormat format) {
        return TensorScope.handedOver(weights.packed(format), given -> new ClipTextEncoder(config, given));
    }

    @Override
    public Tensor features(TokenizedTexts texts, PaddingRule rule) {
        return device().compute(() -> TensorScope.tensor(
                () -> Tensors.withoutGradient(() -> normed(states(texts, rule, config.layers(), Probe.NONE)))));
    }

    /**
     * The states behind the last layer but one, not normalised, as Stable Diffusion XL takes them.
     *
     * @return {@code [texts, columns, width]}
     * @throws IllegalArgumentException as {@link #features}
     */
    public Tensor penultimate(TokenizedTexts texts, PaddingRule rule) {
        return device().compute(() -> TensorScope.tensor(
                () -> Tensors.withoutGradient(() -> states(texts, rule, config.layers() - 1, Probe.NONE))));
    }

    /** States behind the last normalisation, which Stable Diffusion 2 also puts behind the last layer but one. */
    public Tensor normed(Tensor states) {
        return norm(states, FINAL_NORM);
    }

    /**
     * The feature that stands for a whole text.
     *
     * @param features {@code [texts, columns, width]}
     * @return {@code [texts, width]}
     */
    public Tensor pooled(TokenizedTexts texts, Tensor features) {
        int[] columns = pooledColumns(texts);
        return device().compute(() -> TensorScope.tensor(() -> {
            Tensor rows = Tensors.range(0, columns.length).mul(new Scalar(texts.columns()));
            return Operations.embedding(features.flatten(0, 1), rows.add(Tensors.of(columns, columns.length)));
        }));
    }

    /** The column that each text is pooled at, by the rule of the configuration; 0 where a row has no end token. */
    public int[] pooledColumns(TokenizedTexts texts) {
        int[] columns = new int[texts.count()];
        for (int text = 0; text < columns.length; text++) {
            int[] row = texts.ids()[text];
            int best = 0;
            for (int column = row.length - 1; column >= 0; column--) {
                boolean better = switch (config.pooling()) {
                    case FIRST_END -> row[column] == config.endToken();
                    case LARGEST_TOKEN -> row[column] >= row[best];
                };
                best = better ? column : best;
            }
            columns[text] = best;
        }
        return columns;
    }

    /**
     * A pooled feature in the space that texts and images share, not divided by its length.
     *
     * @param pooled {@code [texts, width]}
     * @return {@code [texts, projectionWidth]}
     * @throws IllegalArgumentException if the encoder has no projection
     */
    public Tensor projected(Tensor pooled) {
        Require.that(
                config.projectionWidth().isPresent(),
                "only an encoder with a text projection brings texts into the space of images, but this one was loaded without"
                        + " %s.weight; load the file of a whole CLIP",
                PROJECTION);
        return weights.linear(PROJECTION, pooled);
    }

    /**
     * The states inside the network and the features, for comparison with reference numbers.
     *
     * @return {@code hidden_embedding}, {@code layer_0_attention_out}, {@code hidden_layer_0}, ..., {@code last_hidden_state}; all
     *     {@code [texts, columns, width]}
     */
    public Map<String, Tensor> hiddenStates(TokenizedTexts texts, PaddingRule rule) {
        Map<String, Tensor> states = new LinkedHashMap<>();
        TensorScope around = TensorScope.innermost();
        states.put(
                "last_hidden_state",
                device().compute(() -> TensorScope.tensor(() -> Tensors.withoutGradient(() -> normed(states(
                        texts, rule, config.layers(), (point, state) -> states.put(point, around.hold(state))))))));
        return states;
    }

    /** What some layers make of the tokens. */
    private Tensor states(TokenizedTexts texts, PaddingRule rule, int layers, Probe probe) {
        Tensor tokens =
                Operations.embedding(weights.get(TOKENS), TextEncoder.ids(texts, vocabularySize(), maximumLength()));
        Tensor embedded = tokens.add(weights.get(POSITIONS).narrow(0, 0, texts.columns()));
        probe.see("hidden_embedding", embedded);
        Attention attention = attention(texts, rule);
        return TextEncoder.layers(layers, embedded, (layer, input) -> block(layer, input, attention, probe));
    }

    /** Causal attention of one layer; all are {@code [texts, heads, columns, headWidth]}. */
    @FunctionalInterface
    private interface Attention {
        Tensor attend(Tensor query, Tensor key, Tensor value);
    }

    private Attention attention(TokenizedTexts texts, PaddingRule rule) {
        if (rule == PaddingRule.SEEN || !texts.padded()) {
            return Operations::causalAttention;
        }
        Tensor column = Tensors.range(0, texts.columns());
        Tensor before = column.unsqueeze(0).le(column.unsqueeze(1));
        Tensor shown = Tensors.of(texts.mask(), texts.count(), 1, 1, texts.columns());
        Tensor visible = before.bitwise_and(shown);
        // Padding in front of a text sees nothing but itself; a row of scores that are all hidden would be no number.
        Tensor itself = column.unsqueeze(0).eq(column.unsqueeze(1));
        Tensor alone = visible.any(-1, true).logical_not();
        Tensor mask = Operations.additive(
                visible.bitwise_or(itself.bitwise_and(alone)),
                weights.get(TOKENS).scalar_type().intern());
        return (query, key, value) -> Operations.attention(query, key, value, mask);
    }

    private Tensor block(int layer, Tensor input, Attention attention, Probe probe) {
        String name = layer(layer);
        Tensor normed = norm(input, name + "layer_norm1");
        Tensor attended = weights.linear(
                name + "self_attn.out_proj",
                attention
                        .attend(
                                heads(weights.linear(name + "self_attn.q_proj", normed)),
                                heads(weights.linear(name + "self_attn.k_proj", normed)),
                                heads(weights.linear(name + "self_attn.v_proj", normed)))
                        .transpose(1, 2)
                        .flatten(2, 3));
        probe.see("layer_" + layer + "_attention_out", attended);
        Tensor between = input.add(attended);
        Tensor fed = weights.linear(name + "mlp.fc1", norm(between, name + "layer_norm2"));
        Tensor hidden = between.add(weights.linear(name + "mlp.fc2", activated(fed)));
        probe.see("hidden_layer_" + layer, hidden);
        return hidden;
    }

    private Tensor heads(Tensor joined) {
        return joined.view(joined.size(0), joined.size(1), config.heads(), config.width() / config.heads())
                .transpose(1, 2);
    }

    private Tensor activated(Tensor fed) {
        return switch (config.activation()) {
            case QUICK_GELU -> fed.mul(torch.sigmoid(fed.mul(new Scalar(QUICK))));
            case GELU -> torch.gelu(fed);
        };
    }

    private Tensor norm(Tensor states, String name) {
        return Operations.layerNorm(
                states, weights.get(name + ".weight"), weights.get(name + ".bias"), config.normEpsilon());
    }

    static String layer(int layer) {
        return "text_model.encoder.layers." + layer + ".";
    }

    @Override
    public void close() {
        weights.close();
    }
}
