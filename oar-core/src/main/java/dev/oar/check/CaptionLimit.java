package dev.oar.check;

import dev.oar.config.RecipeReader;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.LearnedEncoder;
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
    /** The encoder that a recipe for captions has by default, which none may ask for. */
    public static CaptionLimit usual() {
        CaptionConditioning sizes =
                RecipeReader.parse("the usual captions", "too-long: refuse", CaptionConditioning.class);
        return learned(sizes, (LearnedEncoder) sizes.encoder(), false);
    }

    /**
     * An encoder that learns its words from the captions of the training images.
     *
     * @param needed whether a recipe draws by it; otherwise nobody has asked for it
     */
    public static CaptionLimit learned(CaptionConditioning sizes, LearnedEncoder encoder, boolean needed) {
        return new CaptionLimit(
                String.format(
                        Locale.ROOT,
                        "a learned encoder of up to %d ids, trained on these captions",
                        encoder.vocabularySize()),
                sizes.length(),
                isCut(sizes),
                needed,
                needed,
                captions -> BytePairTokenizer.train(captions, encoder.vocabularySize())::length);
    }

    /**
     * An encoder that has learned its words before.
     *
     * @param name where it lies
     */
    public static CaptionLimit trained(CaptionConditioning sizes, String name, BytePairTokenizer tokenizer) {
        return new CaptionLimit(
                "the encoder of " + name, sizes.length(), isCut(sizes), true, true, captions -> tokenizer::length);
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

    /** Whether the first tokens of a longer caption are read. */
    public static boolean isCut(CaptionConditioning sizes) {
        return sizes.tooLong() == CaptionConditioning.TooLong.CUT;
    }
}
