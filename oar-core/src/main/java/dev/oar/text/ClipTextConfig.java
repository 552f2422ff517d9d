package dev.oar.text;

import dev.oar.config.Require;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The sizes of a {@link ClipTextEncoder}.
 *
 * @param vocabularySize rows of the embedding
 * @param width width of the residual stream ({@code hidden_size}), divisible by the heads
 * @param heads number of heads
 * @param feedForwardWidth hidden width of the feed-forward network ({@code intermediate_size})
 * @param layers number of layers
 * @param positions how many learned positions there are, and so how many tokens a text may have
 * @param normEpsilon epsilon of the layer normalisation
 * @param activation between the matrices of the feed-forward network
 * @param endToken the token that ends a text
 * @param pooling which column stands for the whole text
 * @param projectionWidth width of the space that texts and images share; absent: the encoder has no projection into it
 */
public record ClipTextConfig(
        int vocabularySize,
        int width,
        int heads,
        int feedForwardWidth,
        int layers,
        int positions,
        double normEpsilon,
        Activation activation,
        int endToken,
        Pooling pooling,
        Optional<Integer> projectionWidth) {
    /** The end token of old configurations, which is wrong, and by which the library knows them. */
    private static final int LEGACY_END = 2;

    /** Between the matrices of a feed-forward network. */
    public enum Activation {
        /** {@code x sigmoid(1.702 x)}: the original CLIP. */
        QUICK_GELU,
        /** The exact GELU: OpenCLIP. */
        GELU
    }

    /** Which column stands for the whole text. */
    public enum Pooling {
        /** The first that holds the end token. */
        FIRST_END,
        /** The first that holds the largest token of the row, which is the end token unless tokens were added behind it. */
        LARGEST_TOKEN
    }

    /** Checks the sizes. */
    public ClipTextConfig {
        Require.that(
                vocabularySize >= 1
                        && width >= 1
                        && heads >= 1
                        && width % heads == 0
                        && feedForwardWidth >= 1
                        && layers >= 1
                        && positions >= 1
                        && normEpsilon > 0
                        && projectionWidth.orElse(1) >= 1,
                "the sizes of a CLIP text encoder must be positive and its width divisible by its heads, but its vocabulary,"
                        + " width, heads, feed-forward width, layers, positions and epsilon are %s, %s, %s, %s, %s, %s and"
                        + " %s; take those of its config.json",
                vocabularySize,
                width,
                heads,
                feedForwardWidth,
                layers,
                positions,
                normEpsilon);
    }

    /**
     * Reads what {@code config.json} of a published model, be it of the text encoder alone or of a whole CLIP, says of its text encoder.
     * Keys that do not concern it are passed over; what files leave out is what the format means by that.
     *
     * @throws CorruptFileException if it is no CLIP, or lacks a size
     */
    public static ClipTextConfig read(Path path) throws IOException {
        ForeignConfig whole = ForeignConfig.read(path);
        String type = whole.word("model_type", "clip_text_model", "clip", "clip_text_model");
        ForeignConfig config = type.equals("clip") ? whole.part("text_config") : whole;
        int end = config.integer("eos_token_id", 0, LEGACY_END);
        int projection = whole.integer("projection_dim", 1, config.integer("projection_dim", 1, 512));
        try {
            return new ClipTextConfig(
                    config.integer("vocab_size", 1, 49408),
                    config.integer("hidden_size", 1),
                    config.integer("num_attention_heads", 1),
                    config.integer("intermediate_size", 1),
                    config.integer("num_hidden_layers", 1),
                    config.integer("max_position_embeddings", 1, 77),
                    config.positive("layer_norm_eps", 1e-5),
                    config.word("hidden_act", "quick_gelu", "quick_gelu", "gelu")
                                    .equals("gelu")
                            ? Activation.GELU
                            : Activation.QUICK_GELU,
                    end,
                    end == LEGACY_END ? Pooling.LARGEST_TOKEN : Pooling.FIRST_END,
                    Optional.of(projection));
        } catch (IllegalArgumentException refusal) {
            throw new CorruptFileException(path + " is no CLIP text encoder's: " + refusal.getMessage(), refusal);
        }
    }

    /** The same sizes without the projection, which files of weights may lack. */
    public ClipTextConfig withoutProjection() {
        return with(pooling, Optional.empty());
    }

    /** The same encoder that pools by another rule. */
    public ClipTextConfig withPooling(Pooling other) {
        return with(other, projectionWidth);
    }

    private ClipTextConfig with(Pooling otherPooling, Optional<Integer> otherProjectionWidth) {
        return new ClipTextConfig(
                vocabularySize,
                width,
                heads,
                feedForwardWidth,
                layers,
                positions,
                normEpsilon,
                activation,
                endToken,
                otherPooling,
                otherProjectionWidth);
    }

    /** Names and shapes of the weights, the names being those of published checkpoints. */
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(ClipTextEncoder.TOKENS, new long[] {vocabularySize, width});
        shapes.put(ClipTextEncoder.POSITIONS, new long[] {positions, width});
        for (int layer = 0; layer < layers; layer++) {
            String name = ClipTextEncoder.layer(layer);
            for (String projection : new String[] {"k_proj", "v_proj", "q_proj", "out_proj"}) {
                linear(shapes, name + "self_attn." + projection, width, width);
            }
            norm(shapes, name + "layer_norm1");
            linear(shapes, name + "mlp.fc1", feedForwardWidth, width);
            linear(shapes, name + "mlp.fc2", width, feedForwardWidth);
            norm(shapes, name + "layer_norm2");
        }
        norm(shapes, ClipTextEncoder.FINAL_NORM);
        projectionWidth.ifPresent(
                outputs -> shapes.put(ClipTextEncoder.PROJECTION + ".weight", new long[] {outputs, width}));
        return shapes;
    }

    private static void linear(Map<String, long[]> shapes, String name, long outputs, long inputs) {
        shapes.put(name + ".weight", new long[] {outputs, inputs});
        shapes.put(name + ".bias", new long[] {outputs});
    }

    private void norm(Map<String, long[]> shapes, String name) {
        shapes.put(name + ".weight", new long[] {width});
        shapes.put(name + ".bias", new long[] {width});
    }
}
