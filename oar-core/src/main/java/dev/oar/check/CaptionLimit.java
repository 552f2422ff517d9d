package dev.oar.check;

import dev.oar.text.BytePairTokenizer;
import dev.oar.text.CaptionText;
import dev.oar.text.TextTokenizer;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What an encoder takes of captions, and how it counts their tokens.
 *
 * @param encoder the encoder as people read it
 * @param length how many tokens it takes, special tokens included
 * @param cut whether it reads the first tokens of longer captions, which are refused otherwise
 * @param asked whether the encoder was asked for, by a recipe or by name
 * @param needed whether a recipe draws from captions, and so fails where an image has none that it could draw from
 * @param counting makes of the captions of the training images what counts the tokens of one
 */
public record CaptionLimit(
        String encoder,
        int length,
        boolean cut,
        boolean asked,
        boolean needed,
        Function<Collection<String>, ToIntFunction<String>> counting) {
    /** The usual number of ids of an encoder that a recipe has learned. */
    static final int LEARNED_VOCABULARY = 1024;

    /** The encoder that a recipe for captions has by default, which none may ask for. */
    public static CaptionLimit usual() {
        CaptionLimit learned = learned(LEARNED_VOCABULARY, CaptionCounts.LEARNED_LENGTH, false);
        return new CaptionLimit(learned.encoder, learned.length, false, false, false, learned.counting);
    }

    /**
     * An encoder of a recipe that learns its words from the captions of the training images.
     *
     * @param vocabularySize the largest number of its ids
     */
    public static CaptionLimit learned(int vocabularySize, int length, boolean cut) {
        return new CaptionLimit(
                String.format(
                        Locale.ROOT, "a learned encoder of up to %d ids, trained on these captions", vocabularySize),
                length,
                cut,
                true,
                true,
                captions -> BytePairTokenizer.train(captions, vocabularySize)::length);
    }

    /**
     * An encoder of a recipe that has learned its words before.
     *
     * @param name the model that it is a part of
     */
    public static CaptionLimit trained(String name, int length, boolean cut, BytePairTokenizer tokenizer) {
        return new CaptionLimit("the encoder of " + name, length, cut, true, true, captions -> tokenizer::length);
    }

    /**
     * A frozen encoder.
     *
     * @param name where it lies
     * @param needed whether a recipe draws by it
     * @param tokenizer stays the caller's, and open until everything is counted
     */
    public static CaptionLimit frozen(String name, int length, boolean cut, boolean needed, TextTokenizer tokenizer) {
        return new CaptionLimit(
                name,
                length,
                cut,
                true,
                needed,
                captions -> caption -> tokenizer.tokens(CaptionText.clean(caption)).length);
    }
}
