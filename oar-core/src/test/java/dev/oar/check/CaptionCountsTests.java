package dev.oar.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.config.RecipeReader;
import dev.oar.layout.FoundImage;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.LearnedEncoder;
import dev.oar.text.BytePairTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CaptionCountsTests {
    @Test
    void everyCaptionIsCountedOnceForEachThingThatItIs() {
        CaptionCounts counts = counts(images(
                "a red house",
                "",
                "  ",
                "a red house",
                "\u8d64\u3044\u5bb6",
                "caf\u00e9 & cr\u00e8me, 2 \u20ac",
                "a\u0007b",
                "a ".repeat(63).strip(),
                "a ".repeat(76).strip(),
                "a ".repeat(119).strip()));
        assertThat(counts.given()).isEqualTo(8);
        assertThat(counts.empty()).isEqualTo(2);
        assertThat(counts.distinct()).isEqualTo(7);
        assertThat(counts.words()).contains(new Lengths(1, 3, 119, 119));
        assertThat(counts.characters()).contains(new Lengths(3, 11, 237, 237));
        assertThat(counts.inOtherScripts()).isEqualTo(new Named(1, List.of("4.png")));
        assertThat(counts.refused()).isEqualTo(new Named(1, List.of("6.png")));
        assertThat(counts.tooLong())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "learned", new Named(3, List.of("7.png", "8.png", "9.png")),
                        "clip", new Named(2, List.of("8.png", "9.png")),
                        "t5", new Named(1, List.of("9.png"))));
    }

    @Test
    void theRuleOfThumbCountsBytesBegunOrWordsAndTheEnds() {
        assertThat(CaptionCounts.estimatedTokens("abcdefgh")).isEqualTo(2 + 2);
        assertThat(CaptionCounts.estimatedTokens("abcdefghi")).isEqualTo(3 + 2);
        assertThat(CaptionCounts.estimatedTokens("a b c d")).isEqualTo(4 + 2);
        assertThat(CaptionCounts.estimatedTokens("\u8d64\u3044\u5bb6")).isEqualTo(3 + 2);
    }

    @Test
    void theLengthOfALearnedEncoderIsThatOfARecipe() {
        CaptionConditioning usual = RecipeReader.parse("a test", "too-long: refuse", CaptionConditioning.class);
        assertThat(CaptionCounts.lengths()).containsEntry("learned", usual.length());
        assertThat(CaptionLimit.LEARNED_VOCABULARY).isEqualTo(((LearnedEncoder) usual.encoder()).vocabularySize());
    }

    @Test
    void aShareOfLengthsIsTheSmallestThatSoManyDoNotExceed() {
        int[] lengths = new int[40];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = 40 - i;
        }
        assertThat(Lengths.of(lengths)).contains(new Lengths(1, 20, 38, 40));
        assertThat(Lengths.of(new int[] {7})).contains(new Lengths(7, 7, 7, 7));
        assertThat(Lengths.of(new int[0])).isEqualTo(Optional.empty());
    }

    @Test
    void tokensAreThoseOfTheEncoderThatLearnsTheWordsOfTheTrainingCaptionsAsARunDoes() {
        String[] captions = {"a red house", "a red hat", "a red house", "zebra crossing", "", "a\u0007b"};
        List<FoundImage> all = images(captions);
        CaptionLimit limit = CaptionLimit.learned(1024, 4, false);
        TokenCounts counts =
                CaptionCounts.of(all, all.subList(0, 3), limit).encoder().orElseThrow();

        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of("a red house", "a red hat"), 1024);
        int[] lengths = {tokenizer.length(captions[0]), tokenizer.length(captions[1]), tokenizer.length(captions[3])};
        assertThat(lengths[0]).isGreaterThan(lengths[1]).isLessThan(lengths[2]);
        assertThat(counts.captions()).isEqualTo(4);
        assertThat(counts.tokens()).isEqualTo(new Lengths(lengths[1], lengths[0], lengths[2], lengths[2]));
        List<String> tooLong = new ArrayList<>();
        for (int image : new int[] {0, 1, 2, 3}) {
            if (tokenizer.length(captions[image]) > 4) {
                tooLong.add(image + ".png");
            }
        }
        assertThat(tooLong).contains("3.png");
        assertThat(counts.tooLong()).isEqualTo(new Named(tooLong.size(), tooLong));
        assertThat(counts.tooLongShare()).isEqualTo(tooLong.size() / 4.0);
    }

    @Test
    void allCaptionsOfAnImageAreCounted() {
        FoundImage image = new FoundImage(
                Path.of("0.png"), "0.png", "class", "one", "0.png", List.of(), List.of("two two", "three three three"));
        TokenCounts counts = CaptionCounts.of(List.of(image), List.of(image), CaptionLimit.usual())
                .encoder()
                .orElseThrow();
        assertThat(counts.captions()).isEqualTo(3);
        assertThat(counts.asked()).isFalse();
        assertThat(counts.tooLong().count()).isZero();
    }

    @Test
    void aRecipeThatDrawsFromCaptionsFailsWhereOneIsMissingOrTooLongUnlessItCutsThem() {
        List<FoundImage> images = images("a b c d e f g h", "", "i");
        for (boolean cut : new boolean[] {false, true}) {
            CaptionLimit limit = CaptionLimit.learned(1024, 4, cut);
            List<String> failures = CaptionCounts.of(images, images, limit).failures();
            assertThat(failures.get(0)).contains("needs one for every image, but 1 images have none");
            assertThat(failures).hasSize(cut ? 1 : 2);
            assertThat(failures.get(failures.size() - 1)).contains(cut ? "none" : "more than the 4 tokens");
        }
    }

    private static CaptionCounts counts(List<FoundImage> images) {
        return CaptionCounts.of(images, images, CaptionLimit.usual());
    }

    private static List<FoundImage> images(String... captions) {
        List<FoundImage> images = new ArrayList<>();
        for (String caption : captions) {
            String name = images.size() + ".png";
            images.add(new FoundImage(Path.of(name), name, "class", caption, name));
        }
        return images;
    }
}
