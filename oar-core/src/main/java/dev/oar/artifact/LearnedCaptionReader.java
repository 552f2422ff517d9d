package dev.oar.artifact;

import dev.oar.config.Require;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.TokenizedCaptions;
import dev.oar.text.BytePairTokenizer;
import dev.oar.text.CaptionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes of captions what a model with an encoder of its own draws from: ids. */
public final class LearnedCaptionReader implements CaptionReader {
    private final CaptionConditioning sizes;
    private final BytePairTokenizer tokenizer;

    /**
     * A reader for a model.
     *
     * @param sizes how much the model takes
     * @param tokenizer that of the model
     */
    public LearnedCaptionReader(CaptionConditioning sizes, BytePairTokenizer tokenizer) {
        this.sizes = sizes;
        this.tokenizer = tokenizer;
    }

    @Override
    public void require(List<String> captions, Optional<String> negative) {
        captions.forEach(this::ids);
        negative.ifPresent(this::ids);
    }

    @Override
    public TokenizedCaptions read(List<String> captions, Optional<String> negative) {
        List<int[]> ids = new ArrayList<>();
        captions.forEach(caption -> ids.add(ids(caption)));
        return TokenizedCaptions.of(ids, negative.map(this::ids).orElse(new int[0]));
    }

    @Override
    public long cut(List<String> captions) {
        return captions.stream()
                .filter(caption -> tokenizer.encode(caption).length > sizes.length())
                .count();
    }

    private int[] ids(String caption) {
        int[] ids = tokenizer.encode(caption);
        if (ids.length <= sizes.length()) {
            return ids;
        }
        Require.that(
                sizes.tooLong() == CaptionConditioning.TooLong.CUT,
                "a caption may have up to %s tokens for this model, but '%s' has %s; shorten it",
                sizes.length(),
                CaptionText.clean(caption),
                ids.length);
        return Arrays.copyOf(ids, sizes.length());
    }

    /** Nothing: a tokenizer of bytes lies on the Java heap. */
    @Override
    public void close() {}
}
