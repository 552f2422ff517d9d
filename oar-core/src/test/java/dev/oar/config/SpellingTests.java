package dev.oar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTests {
    private static final List<String> CLASSES =
            List.of("activities", "flags", "food-drink", "smileys-emotion", "symbols");

    @Test
    void namesThatHoldTheUnknownOneAreNearest() {
        assertThat(Spelling.nearest("smiley", CLASSES, 2)).startsWith("smileys-emotion");
        assertThat(Spelling.nearest("Food", CLASSES, 1)).containsExactly("food-drink");
    }

    @Test
    void otherwiseThoseThatDifferInTheFewestLetters() {
        assertThat(Spelling.nearest("flag5", CLASSES, 1)).containsExactly("flags");
        assertThat(Spelling.nearest("symbls", CLASSES, 3)).startsWith("symbols").hasSize(3);
    }
}
