package dev.oar.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.config.RecipeReader;
import dev.oar.layout.FoundImage;
import dev.oar.model.CaptionConditioning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CaptionCountsTests {
    @Test
    void everyCaptionIsCountedOnceForEachThingThatItIs() {
        CaptionCounts counts = CaptionCounts.of(images(
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
        assertThat(CaptionCounts.lengths())
                .containsEntry(
                        "learned",
                        RecipeReader.parse("a test", "too-long: refuse", CaptionConditioning.class)
                                .length());
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

    private static List<FoundImage> images(String... captions) {
        List<FoundImage> images = new ArrayList<>();
        for (String caption : captions) {
            String name = images.size() + ".png";
            images.add(new FoundImage(Path.of(name), name, "class", caption, name));
        }
        return images;
    }
}
