package dev.oar.text;

import dev.oar.config.Require;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;

/**
 * A frozen network that turns tokens of a text into features, one per token. It records no gradients. Owns its weights; several threads
 * may use one at once.
 */
public sealed interface TextEncoder extends AutoCloseable permits T5Encoder, ClipTextEncoder {
    /** The width of a feature. */
    int width();

    /** The number of tokens that it knows. */
    int vocabularySize();

    /** How many tokens a text may have at most, padding included, if its positions are learned. */
    OptionalInt maximumLength();

    /** The parameters, by public state-dict names. */
    Weights weights();

    /** A fingerprint of sizes and weights; it reads all of them. */
    String fingerprint();

    /**
     * The features of texts: what the encoder's last normalisation gives.
     *
     * @param rule whether tokens see padding
     * @return {@code [texts, columns, width]}, also of padding; on the device of the weights
     * @throws IllegalArgumentException if a token is none of the vocabulary, or a row is too long
     */
    Tensor features(TokenizedTexts texts, PaddingRule rule);

    /**
     * The same encoder with its linear layers prepacked when they are first used, in memory of their own: faster where there are few
     * rows, and for narrow formats. Close it before this encoder.
     */
    TextEncoder packed(WeightFormat format);

    /**
     * The same encoder for many texts: its linear layers are prepacked now, and give up the weights that they were made of, so that it takes no more
     * memory than before; of weights that look into a file nothing is won. It keeps its fingerprint, and its weights have no values to be read. This
     * encoder is closed.
     */
    TextEncoder repacked(WeightFormat format);

    /** The device that the parameters are on. */
    default Device device() {
        return weights().device();
    }

    /**
     * Checks that this encoder has an embedding for every token of a tokenizer.
     *
     * @throws IllegalArgumentException if it has not
     */
    default void requireTokenizer(TextTokenizer tokenizer) {
        Require.that(
                tokenizer.vocabularySize() <= vocabularySize(),
                "an encoder needs an embedding for every token of its tokenizer, but has %s embeddings for %s tokens; take"
                        + " the tokenizer that was published with it",
                vocabularySize(),
                tokenizer.vocabularySize());
    }

    /** Frees the weights. */
    @Override
    void close();

    /**
     * Tokens as a tensor on the device in force: {@code [texts, columns]}, int64.
     *
     * @throws IllegalArgumentException if a token is none of the vocabulary, or a row is too long
     */
    static Tensor ids(TokenizedTexts texts, int vocabularySize, OptionalInt maximumLength) {
        int longest = maximumLength.orElse(Integer.MAX_VALUE);
        Require.that(
                texts.columns() <= longest,
                "a text may have %s tokens for this encoder, but has %s; tokenize it with that maximum length",
                longest,
                texts.columns());
        for (int[] row : texts.ids()) {
            for (int id : row) {
                Require.that(
                        id >= 0 && id < vocabularySize,
                        "tokens must lie in 0 .. %s for this encoder, but one is %s; take the tokenizer that was published"
                                + " with it",
                        vocabularySize - 1,
                        id);
            }
        }
        return Tensors.of(texts.ids());
    }

    /** Embeds a text of one token, so that all layers are used. */
    static void useOnce(TextEncoder encoder) {
        TensorScope.run(() -> {
            var unused = encoder.features(
                    TokenizedTexts.whole(new int[][] {{0}}, new int[] {1}, PaddingSide.RIGHT), PaddingRule.HIDDEN);
        });
    }

    /** Runs layers from the last one inwards, so that each one's scope frees what it has made as soon as it is done. */
    static Tensor layers(int count, Tensor embedded, Layer layer) {
        if (count == 0) {
            return embedded;
        }
        return TensorScope.tensor(() -> layer.apply(count - 1, layers(count - 1, embedded, layer)));
    }

    /** One layer of an encoder. */
    @FunctionalInterface
    interface Layer {
        /** What the layer of this number makes of hidden states {@code [texts, columns, width]}; the same shape. */
        Tensor apply(int number, Tensor hidden);
    }

    /** Is shown hidden states on the way, for comparison with reference numbers. */
    @FunctionalInterface
    interface Probe {
        /** Looks at nothing. */
        Probe NONE = (point, state) -> {};

        /** A state, under the name of the point where it stands. */
        void see(String point, Tensor state);
    }
}
