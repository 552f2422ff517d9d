package dev.oar.text;

import dev.oar.config.Require;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sizes of a {@link T5Encoder}.
 *
 * @param vocabularySize rows of the embedding
 * @param width width of the residual stream ({@code d_model})
 * @param heads number of heads
 * @param headWidth width of a head ({@code d_kv}); heads times this may differ from the width
 * @param feedForwardWidth hidden width of the feed-forward network ({@code d_ff})
 * @param layers number of blocks
 * @param buckets rows of the table of position biases, even and at least 4
 * @param maximumDistance from this distance on all positions have one bias, above {@code buckets / 4}
 * @param normEpsilon epsilon of the RMS normalisation
 * @param feedForward what the feed-forward network is
 */
public record T5Config(
        int vocabularySize,
        int width,
        int heads,
        int headWidth,
        int feedForwardWidth,
        int layers,
        int buckets,
        int maximumDistance,
        double normEpsilon,
        FeedForward feedForward) {
    /** The feed-forward networks of the two generations of T5. */
    public enum FeedForward {
        /** ReLU between two matrices: the original T5. */
        RELU,
        /** A tanh-approximated GELU times a second matrix: T5 1.1 and flan-t5. */
        GATED_GELU
    }

    /** Checks the sizes. */
    public T5Config {
        Require.that(
                vocabularySize >= 1
                        && width >= 1
                        && heads >= 1
                        && headWidth >= 1
                        && feedForwardWidth >= 1
                        && layers >= 1
                        && normEpsilon > 0,
                "the sizes of a T5 encoder must be positive, but its vocabulary, width, heads, head width, feed-forward width,"
                        + " layers and epsilon are %s, %s, %s, %s, %s, %s and %s; take those of its config.json",
                vocabularySize,
                width,
                heads,
                headWidth,
                feedForwardWidth,
                layers,
                normEpsilon);
        Require.that(
                buckets >= 4 && buckets % 4 == 0 && maximumDistance > buckets / 4,
                "the position biases of a T5 encoder need a number of buckets that 4 divides and a maximum distance above a"
                        + " quarter of it, but there are %s buckets up to distance %s; T5 has 32 up to 128",
                buckets,
                maximumDistance);
    }

    /**
     * Reads what {@code config.json} of a published model says of its encoder. Keys that do not concern the encoder are passed over; what
     * older files leave out is what the format means by that.
     *
     * @throws CorruptFileException if it is no T5, or lacks a size
     */
    public static T5Config read(Path path) throws IOException {
        ForeignConfig config = ForeignConfig.read(path);
        var unused = config.word("model_type", "t5", "t5");
        FeedForward feedForward =
                config.word("feed_forward_proj", "relu", "relu", "gated-gelu").equals("relu")
                        ? FeedForward.RELU
                        : FeedForward.GATED_GELU;
        config.fixed("is_gated_act", feedForward == FeedForward.GATED_GELU);
        String activation = feedForward == FeedForward.RELU ? "relu" : "gelu_new";
        unused = config.word("dense_act_fn", activation, activation);
        try {
            return new T5Config(
                    config.integer("vocab_size", 1),
                    config.integer("d_model", 1),
                    config.integer("num_heads", 1),
                    config.integer("d_kv", 1),
                    config.integer("d_ff", 1),
                    config.integer("num_layers", 1),
                    config.integer("relative_attention_num_buckets", 4, 32),
                    config.integer("relative_attention_max_distance", 1, 128),
                    config.positive("layer_norm_epsilon", 1e-6),
                    feedForward);
        } catch (IllegalArgumentException refusal) {
            throw new CorruptFileException(path + " is no T5 encoder's: " + refusal.getMessage(), refusal);
        }
    }

    /** Names and shapes of the weights, the names being those of published checkpoints. */
    public Map<String, long[]> shapes() {
        long inner = (long) heads * headWidth;
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(T5Encoder.TOKENS, new long[] {vocabularySize, width});
        shapes.put(T5Encoder.BIASES, new long[] {buckets, heads});
        for (int layer = 0; layer < layers; layer++) {
            String attention = T5Encoder.layer(layer, 0) + "SelfAttention.";
            for (String projection : new String[] {"q", "k", "v"}) {
                shapes.put(attention + projection + ".weight", new long[] {inner, width});
            }
            shapes.put(attention + "o.weight", new long[] {width, inner});
            shapes.put(T5Encoder.layer(layer, 0) + "layer_norm.weight", new long[] {width});
            String dense = T5Encoder.layer(layer, 1) + "DenseReluDense.";
            String[] first = feedForward == FeedForward.RELU ? new String[] {"wi"} : new String[] {"wi_0", "wi_1"};
            for (String matrix : first) {
                shapes.put(dense + matrix + ".weight", new long[] {feedForwardWidth, width});
            }
            shapes.put(dense + "wo.weight", new long[] {width, feedForwardWidth});
            shapes.put(T5Encoder.layer(layer, 1) + "layer_norm.weight", new long[] {width});
        }
        shapes.put(T5Encoder.FINAL_NORM, new long[] {width});
        return shapes;
    }
}
