package dev.oar.check;

import dev.oar.layout.FoundImage;
import dev.oar.text.CaptionText;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * How long captions are in the tokens of an encoder. All captions of an image count; those that cannot be drawn from do not.
 *
 * @param encoder whose tokens they are
 * @param asked whether the encoder was asked for; otherwise it is the one that a recipe for captions has by default
 * @param length how many it takes
 * @param cut whether longer captions are cut; otherwise they are refused
 * @param captions how many captions were counted
 * @param tokens how many tokens they have, special tokens included
 * @param tooLong captions that have more than it takes, by the names of their images
 * @param tooLongShare their share of the captions, in [0, 1]
 */
public record TokenCounts(
        String encoder,
        boolean asked,
        int length,
        boolean cut,
        int captions,
        Lengths tokens,
        Named tooLong,
        double tooLongShare) {
    private static final String TOO_LONG = "too long";

    /**
     * Counts tokens.
     *
     * @param images all images of the set
     * @param trained those that are trained on, from whose captions an encoder may learn
     * @return empty if there is no caption that could be drawn from
     */
    static Optional<TokenCounts> of(List<FoundImage> images, Collection<FoundImage> trained, CaptionLimit limit) {
        Set<String> learnt = new LinkedHashSet<>();
        trained.forEach(image -> captions(image).forEach(learnt::add));
        ToIntFunction<String> counting = limit.counting().apply(learnt);
        Map<String, Integer> known = new HashMap<>();
        NameTally tally = new NameTally();
        int[] lengths = images.stream()
                .flatMapToInt(image -> captions(image)
                        .mapToInt(caption -> known.computeIfAbsent(caption, counting::applyAsInt))
                        .peek(tokens -> {
                            if (tokens > limit.length()) {
                                tally.add(TOO_LONG, image.fileName());
                            }
                        }))
                .toArray();
        Named tooLong = tally.named().getOrDefault(TOO_LONG, Named.of(List.of()));
        return Lengths.of(lengths)
                .map(tokens -> new TokenCounts(
                        limit.encoder(),
                        limit.asked(),
                        limit.length(),
                        limit.cut(),
                        lengths.length,
                        tokens,
                        tooLong,
                        (double) tooLong.count() / lengths.length));
    }

    private static Stream<String> captions(FoundImage image) {
        return Stream.concat(Stream.of(image.caption()), image.furtherCaptions().stream())
                .filter(TokenCounts::isReadable);
    }

    /** Whether a caption can be drawn from at all. */
    static boolean isReadable(String caption) {
        try {
            return !CaptionText.clean(caption).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
