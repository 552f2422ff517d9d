package dev.oar.check;

import dev.oar.layout.FoundImage;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The captions of a set.
 *
 * @param given images that have one
 * @param empty images that have none
 * @param distinct different captions
 * @param words how many words they have, which spaces part
 * @param characters how many characters of Unicode they have
 * @param inOtherScripts captions with letters that are not Latin, which CLIP and T5 hardly know
 * @param refused captions that cannot be drawn from, such as those with control characters
 * @param tooLong by encoder, captions that are probably longer than it takes ({@link #estimatedTokens})
 * @param encoder how long they are by the tokens of one encoder; empty if there is none to be drawn from
 */
public record CaptionCounts(
        int given,
        int empty,
        int distinct,
        Optional<Lengths> words,
        Optional<Lengths> characters,
        Named inOtherScripts,
        Named refused,
        Map<String, Named> tooLong,
        Optional<TokenCounts> encoder) {
    /** The name of the encoder that a recipe for captions has by default. */
    public static final String LEARNED = "learned";

    /** The usual length of captions of a recipe. */
    static final int LEARNED_LENGTH = 64;

    private static final Map<String, Integer> ENCODERS = encoders();
    private static final int BYTES_PER_TOKEN = 4;
    private static final int MARKS = 2;

    private static Map<String, Integer> encoders() {
        Map<String, Integer> encoders = new LinkedHashMap<>();
        encoders.put(LEARNED, LEARNED_LENGTH);
        encoders.put("clip", 77);
        encoders.put("t5", 120);
        return encoders;
    }

    /** How many tokens each encoder takes by default. */
    public static Map<String, Integer> lengths() {
        return new LinkedHashMap<>(ENCODERS);
    }

    /**
     * How many tokens a caption is by a rule of thumb, which knows no tokenizer: one for every {@value #BYTES_PER_TOKEN} bytes of UTF-8
     * begun, but at least one for every word, and {@value #MARKS} that mark the ends.
     */
    public static int estimatedTokens(String caption) {
        int bytes = caption.getBytes(StandardCharsets.UTF_8).length;
        return Math.max(words(caption), (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN) + MARKS;
    }

    /**
     * Counts captions.
     *
     * @param images all images of the set
     * @param trained those that are trained on
     * @param limit what an encoder takes
     */
    static CaptionCounts of(List<FoundImage> images, List<FoundImage> trained, CaptionLimit limit) {
        List<FoundImage> given =
                images.stream().filter(image -> !image.caption().isBlank()).toList();
        Set<String> distinct = new HashSet<>();
        NameTally tally = new NameTally();
        given.forEach(image -> {
            distinct.add(image.caption());
            tally(image, tally);
        });
        Map<String, Named> named = tally.named();
        Map<String, Named> tooLong = new LinkedHashMap<>();
        ENCODERS.keySet().forEach(encoder -> tooLong.put(encoder, named.getOrDefault(encoder, Named.of(List.of()))));
        return new CaptionCounts(
                given.size(),
                images.size() - given.size(),
                distinct.size(),
                Lengths.of(
                        given.stream().mapToInt(image -> words(image.caption())).toArray()),
                Lengths.of(given.stream()
                        .mapToInt(image -> image.caption()
                                .codePointCount(0, image.caption().length()))
                        .toArray()),
                named.getOrDefault("in another script", Named.of(List.of())),
                named.getOrDefault("refused", Named.of(List.of())),
                tooLong,
                given.isEmpty() ? Optional.empty() : TokenCounts.of(given, trained, limit));
    }

    /** Why a recipe that draws from captions would fail, each in one sentence. */
    List<String> failures() {
        List<String> failures = new ArrayList<>();
        if (empty > 0) {
            failures.add("a recipe that draws from captions needs one for every image, but " + empty
                    + " images have none; add them, or take the images out");
        }
        if (refused.count() > 0) {
            failures.add("a recipe that draws from captions refuses those that it cannot read, but there are "
                    + refused.summary() + "; correct them");
        }
        encoder.filter(counts -> !counts.cut() && counts.tooLong().count() > 0)
                .ifPresent(counts -> failures.add("a recipe refuses captions of more than the " + counts.length()
                        + " tokens that its encoder takes, but there are "
                        + counts.tooLong().summary()
                        + "; shorten them, raise conditioning.length, or set too-long: cut"));
        return failures;
    }

    private static void tally(FoundImage image, NameTally tally) {
        String caption = image.caption();
        int tokens = estimatedTokens(caption);
        ENCODERS.forEach((encoder, length) -> {
            if (tokens > length) {
                tally.add(encoder, image.fileName());
            }
        });
        if (caption.codePoints()
                .anyMatch(letter -> Character.isLetter(letter) && !isCommon(UnicodeScript.of(letter)))) {
            tally.add("in another script", image.fileName());
        }
        if (!TokenCounts.isReadable(caption)) {
            tally.add("refused", image.fileName());
        }
    }

    private static boolean isCommon(UnicodeScript script) {
        return script == UnicodeScript.LATIN || script == UnicodeScript.COMMON || script == UnicodeScript.INHERITED;
    }

    private static int words(String caption) {
        return (int) Arrays.stream(caption.split("\\s+"))
                .filter(word -> !word.isEmpty())
                .count();
    }
}
