package dev.oar.text;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.WeightFile;
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
 * The encoder of T5 (Raffel et al., arXiv 1910.10683), of T5 1.1 and of flan-t5, with the state-dict names of Hugging Face: pre-norm
 * RMSNorm, attention whose scores are not scaled and get a bias by the distance of two positions, no biases elsewhere.
 */
public final class T5Encoder implements TextEncoder {
    static final String TOKENS = "shared.weight";
    static final String FINAL_NORM = "encoder.final_layer_norm.weight";
    static final String BIASES = layer(0, 0) + "SelfAttention.relative_attention_bias.weight";

    private static final String OWNER = "the T5 encoder";

    /** The embedding's other name, which files may have instead or as well. */
    private static final String TIED_TOKENS = "encoder.embed_tokens.weight";

    /** What else a checkpoint of a whole T5 holds. */
    private static final List<String> NOT_OF_THE_ENCODER = List.of("decoder.", "lm_head.");

    private final T5Config config;
    private final Weights weights;

    /** The fingerprint, where the weights have given up their values. */
    private final @Nullable String known;

    /**
     * An encoder with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public T5Encoder(T5Config config, Weights weights) {
        this(config, weights, null);
    }

    private T5Encoder(T5Config config, Weights weights, @Nullable String known) {
        weights.requireShapes(OWNER, config.shapes());
        this.config = config;
        this.weights = weights;
        this.known = known;
    }

    /**
     * Loads an encoder, in float32. Weights that are stored so look into the file where it allows that, so nobody may shorten it
     * meanwhile; the decoder of a whole T5 is not read.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape
     */
    public static T5Encoder load(T5Config config, WeightFile file) throws IOException {
        return loaded(config, new EncoderWeights(OWNER, file));
    }

    /**
     * Loads an encoder for many texts, {@link #repacked}: faster, and in no more memory than its weights take.
     *
     * @throws IOException as {@link #load}
     * @throws IllegalArgumentException as {@link #load}
     */
    public static T5Encoder loadRepacked(T5Config config, WeightFile file, WeightFormat format) throws IOException {
        return loaded(config, new EncoderWeights(OWNER, file).copying()).repacked(format);
    }

    private static T5Encoder loaded(T5Config config, EncoderWeights weights) throws IOException {
        return weights.renaming(TIED_TOKENS, TOKENS)
                .leaving(NOT_OF_THE_ENCODER)
                .load(config.shapes(), read -> new T5Encoder(config, read));
    }

    /** The architecture. */
    public T5Config config() {
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

    /** Empty: positions count by their distance. */
    @Override
    public OptionalInt maximumLength() {
        return OptionalInt.empty();
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public String fingerprint() {
        return known == null ? Fingerprint.of("T5 encoder", config.toString(), Fingerprint.of(weights)) : known;
    }

    @Override
    public T5Encoder repacked(WeightFormat format) {
        String own = fingerprint();
        return TensorScope.handedOver(weights.repacked(format), given -> {
            T5Encoder repacked = new T5Encoder(config, given, own);
            TextEncoder.useOnce(repacked);
            return repacked;
        });
    }

    @Override
    public T5Encoder packed(WeightFormat format) {
        return TensorScope.handedOver(weights.packed(format), given -> new T5Encoder(config, given));
    }

    @Override
    public Tensor features(TokenizedTexts texts, PaddingRule rule) {
        return features(texts, rule, Probe.NONE);
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
        states.put("last_hidden_state", features(texts, rule, (point, state) -> states.put(point, around.hold(state))));
        return states;
    }

    private Tensor features(TokenizedTexts texts, PaddingRule rule, Probe probe) {
        return device().compute(() -> TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            Tensor embedded = Operations.embedding(
                    weights.get(TOKENS), TextEncoder.ids(texts, vocabularySize(), maximumLength()));
            probe.see("hidden_embedding", embedded);
            Tensor bias = bias(texts, rule);
            Tensor hidden =
                    TextEncoder.layers(config.layers(), embedded, (layer, input) -> block(layer, input, bias, probe));
            return norm(hidden, FINAL_NORM);
        })));
    }

    /**
     * What is added to the scores of every layer before padding is hidden.
     *
     * @param length number of positions
     * @return {@code [heads, queries, keys]}
     */
    public Tensor positionBias(int length) {
        return device().compute(() -> TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            Tensor positions = Tensors.range(0, length);
            Tensor distances = positions.unsqueeze(0).sub(positions.unsqueeze(1));
            return Operations.embedding(weights.get(BIASES), buckets(config, distances))
                    .permute(2, 0, 1)
                    .contiguous();
        })));
    }

    /**
     * The rows of the table of position biases: one for each small distance in either direction, and few, ever wider ones up to the
     * maximum distance.
     *
     * @param distances position of the key minus that of the query, int64
     * @return the same shape, int64
     */
    public static Tensor buckets(T5Config config, Tensor distances) {
        int side = config.buckets() / 2;
        int exact = side / 2;
        Tensor away = distances.abs();
        // In float32, as the models were trained: the logarithm of a power may fall short of a whole number.
        Tensor wide = away.clamp_min(new Scalar(1))
                .to(torch.ScalarType.Float)
                .div(new Scalar(exact))
                .log()
                .div(new Scalar(Math.log(config.maximumDistance() / (double) exact)))
                .mul(new Scalar(side - exact))
                .to(torch.ScalarType.Long)
                .add(new Scalar(exact))
                .clamp_max(new Scalar(side - 1));
        Tensor row = torch.where(away.lt(new Scalar(exact)), away, wide);
        return row.add(distances.gt(new Scalar(0)).to(torch.ScalarType.Long).mul(new Scalar(side)));
    }

    /** {@code [1 or texts, heads, queries, keys]}. */
    private Tensor bias(TokenizedTexts texts, PaddingRule rule) {
        Tensor byPosition = positionBias(texts.columns()).unsqueeze(0);
        if (rule == PaddingRule.SEEN || !texts.padded()) {
            return byPosition;
        }
        Tensor shown = Tensors.of(texts.mask(), texts.count(), 1, 1, texts.columns());
        return byPosition.add(Operations.additive(shown, byPosition.scalar_type()));
    }

    private Tensor block(int layer, Tensor input, Tensor bias, Probe probe) {
        Tensor attended = attention(layer, norm(input, layer(layer, 0) + "layer_norm.weight"), bias);
        probe.see("layer_" + layer + "_attention_out", attended);
        Tensor between = input.add(attended);
        Tensor hidden = between.add(feedForward(layer, norm(between, layer(layer, 1) + "layer_norm.weight")));
        probe.see("hidden_layer_" + layer, hidden);
        return hidden;
    }

    private Tensor attention(int layer, Tensor input, Tensor bias) {
        String name = layer(layer, 0) + "SelfAttention.";
        Tensor attended = Operations.attention(
                heads(weights.linear(name + "q", input)),
                heads(weights.linear(name + "k", input)),
                heads(weights.linear(name + "v", input)),
                bias,
                1);
        return weights.linear(name + "o", attended.transpose(1, 2).flatten(2, 3));
    }

    /** {@code [texts, heads, columns, headWidth]}. */
    private Tensor heads(Tensor joined) {
        return joined.view(joined.size(0), joined.size(1), config.heads(), config.headWidth())
                .transpose(1, 2);
    }

    private Tensor feedForward(int layer, Tensor input) {
        String name = layer(layer, 1) + "DenseReluDense.";
        return weights.linear(
                name + "wo",
                switch (config.feedForward()) {
                    case RELU -> weights.linear(name + "wi", input).relu();
                    case GATED_GELU -> {
                        List<Tensor> both = weights.linearBoth(name + "wi_0", name + "wi_1", input);
                        yield torch.gelu(both.get(0), "tanh").mul_(both.get(1));
                    }
                });
    }

    private Tensor norm(Tensor hidden, String weight) {
        return Operations.rmsNorm(hidden, weights.get(weight), config.normEpsilon());
    }

    static String layer(int layer, int part) {
        return "encoder.block." + layer + ".layer." + part + ".";
    }

    @Override
    public void close() {
        weights.close();
    }
}
