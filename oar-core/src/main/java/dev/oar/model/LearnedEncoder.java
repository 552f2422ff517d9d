package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;

/**
 * A small transformer of the model's own, trained with it: no download, and enough for the words of one data set. It reads a caption in
 * both directions, beside learned summary vectors, and what becomes of these stands in front of the cells. So the sequence that draws is
 * the same length for every caption, and padding is nothing that it could see.
 *
 * @param vocabularySize the number of ids of its byte-pair tokenizer, at least 257: all bytes and one more
 * @param width width of its blocks
 * @param layers number of its blocks
 * @param heads number of its heads; the width of one must be divisible by 4
 * @param summaryTokens how many tokens stand in front of the cells, at least 1
 */
@Kind("learned")
public record LearnedEncoder(
        @Default("1024") int vocabularySize,
        @Default("128") int width,
        @Default("2") int layers,
        @Default("4") int heads,
        @Default("8") int summaryTokens)
        implements CaptionEncoder, BlockConfig {
    private static final int LEAST_VOCABULARY = 257;

    /** Checks the sizes. */
    public LearnedEncoder {
        Require.that(
                vocabularySize >= LEAST_VOCABULARY && summaryTokens >= 1,
                "an encoder of captions needs a vocabulary-size of at least %s and a summary token, but has %s and %s",
                LEAST_VOCABULARY,
                vocabularySize,
                summaryTokens);
        var unused = BlockSizes.of(width, layers, heads);
    }

    @Override
    public BlockSizes blocks() {
        return BlockSizes.of(width, layers, heads);
    }

    @Override
    public Dropouts dropouts() {
        return Dropouts.NONE;
    }
}
