package dev.oar.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePairTokenizerTests {
    private static final List<String> CAPTIONS = List.of(
            "a happy person with long red hair",
            "a sad person with short red hair and a blue hat",
            "a sad person with a blue hat, glasses and a green shirt");

    /** Words, spaces of all kinds, letters whose lower case depends on others or is longer, marks that compose and some that do not. */
    private static final List<String> PARTS = List.of(
            "a",
            "Red",
            "HAIR",
            " ",
            "  ",
            "\t",
            "\n",
            "\u00a0",
            "\u1680",
            "\u2003",
            "\u2028",
            "\u202f",
            "\u205f",
            "\u3000",
            "\u0085",
            "\u200b",
            "\ufeff",
            "Σ",
            "ΟΔΟΣ",
            "σ",
            "ς",
            "İ",
            "I",
            "ß",
            "ẞ",
            "e",
            "\u0301",
            "\u0323",
            "\u0307",
            "Å",
            "가",
            "\u1100\u1161",
            "猫",
            "7",
            "Ⅷ",
            "\ud835\udfd8",
            ",",
            "...",
            "_",
            "\ud801\udc00",
            "\ud83d\ude00");

    @TempDir
    private Path folder;

    private static BytePairTokenizer trained(int vocabularySize) {
        return BytePairTokenizer.train(CAPTIONS, vocabularySize);
    }

    @Test
    void wordsThatOccurOftenHaveOneId() {
        BytePairTokenizer tokenizer = trained(600);
        assertThat(tokenizer.encode("a person with red hair")).hasSize(5).doesNotHaveDuplicates();
        assertThat(tokenizer.encode("hat, hat")).hasSize(3);
        assertThat(tokenizer.vocabularySize()).isBetween(257, 600);
    }

    @Test
    void withoutRoomForPairsEveryByteIsAnId() {
        byte[] bytes = " a b".getBytes(StandardCharsets.UTF_8);
        assertThat(trained(256).encode("A  b ")).containsExactly(bytes[0], bytes[1], bytes[2], bytes[3]);
    }

    @Test
    void theMostFrequentPairIsJoinedFirstAndEqualOnesByTheirLetters() {
        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of("zz zz ab ab"), 258);
        // ' a' and 'ab', 'zz' and ' z' occur twice each; the space is spelled behind all printable letters.
        assertThat(tokenizer.encode("ab")).hasSize(2);
        assertThat(tokenizer.encode("zz")).hasSize(2);
        assertThat(BytePairTokenizer.train(List.of("ab ab ab", "zz zz"), 257).encode("zz"))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theOrderOfCaptionsDoesNotMatter(long seed) throws IOException {
        List<String> shuffled = new ArrayList<>(CAPTIONS);
        Collections.shuffle(shuffled, new Random(seed));
        trained(400).write(folder.resolve("a.json"));
        BytePairTokenizer.train(shuffled, 400).write(folder.resolve("b.json"));
        assertThat(folder.resolve("b.json")).as("seed " + seed).hasSameBinaryContentAs(folder.resolve("a.json"));
    }

    @Test
    void otherScriptsAreSpelledInBytes() {
        int[] ids = trained(400).encode("猫 é");
        assertThat(ids).hasSize(" 猫 é".getBytes(StandardCharsets.UTF_8).length);
        assertThat(trained(400).encode("e\u0301")).isEqualTo(trained(400).encode("é"));
    }

    @Test
    void caseAndSpacesDoNotMatter() {
        BytePairTokenizer tokenizer = trained(400);
        assertThat(tokenizer.encode("  A Happy\tPERSON ")).isEqualTo(tokenizer.encode("a happy person"));
    }

    @Test
    void whatWasWrittenIsReadAgain() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        trained(400).write(file);
        BytePairTokenizer read = BytePairTokenizer.read(file);
        assertThat(read.vocabularySize()).isEqualTo(trained(400).vocabularySize());
        for (String caption : CAPTIONS) {
            assertThat(read.encode(caption)).isEqualTo(trained(400).encode(caption));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theLibraryThatReadsTheFileGivesTheSameIds(long seed) throws IOException {
        Random random = new Random(seed);
        BytePairTokenizer tokenizer = trained(400);
        tokenizer.write(folder.resolve(TextTokenizer.FILE));
        try (TextTokenizer library = TextTokenizer.open(folder)) {
            for (int text = 0; text < 100; text++) {
                StringBuilder caption = new StringBuilder("hat");
                for (int part = 0; part < 8; part++) {
                    String next = PARTS.get(random.nextInt(PARTS.size()));
                    caption.insert(random.nextBoolean() ? caption.length() : 0, next);
                }
                assertThat(tokenizer.encode(caption.toString()))
                        .as("seed %s, '%s'", seed, caption)
                        .isEqualTo(library.bareTokens(caption.toString()));
            }
        }
    }

    @Test
    void everySpaceIsASpaceAndCaseIsThatOfSingleCharacters() {
        BytePairTokenizer tokenizer = trained(400);
        assertThat(tokenizer.encode("\u3000a\u00a0\u2003hat\u2028\u0085")).isEqualTo(tokenizer.encode("a hat"));
        assertThat(tokenizer.encode("ΟΔΟΣ")).isEqualTo(tokenizer.encode("οδοσ"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.encode("\u001ca hat"))
                .withMessageContaining("control character U+001C");
    }

    @Test
    void aFileOfAnotherKindOrADamagedOneIsRefused() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        trained(300).write(file);
        String text = Files.readString(file);
        for (String other : List.of(
                "",
                "{}",
                "[1]",
                text.substring(0, text.length() / 2),
                text.replace("\"Lowercase\"", "\"NFKC\""),
                text.replaceFirst("\"Ġa\" : 256", "\"Ġa\" : 7"),
                text.replaceFirst("\\[ \"Ġ\", \"a\" \\]", "[ \"Ġ\", \"nowhere\" ]"))) {
            Files.writeString(file, other);
            assertThat(other).isNotEqualTo(text);
            assertThatThrownBy(() -> BytePairTokenizer.read(file))
                    .as(other)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("must be a byte-pair tokenizer")
                    .hasMessageContaining("take the file that was trained with the model");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n ", "a\u0007b", "a\ud800b"})
    void textThatSaysNothingOrCannotBeSeenIsRefused(String caption) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trained(300).encode(caption))
                .withMessageMatching("(?s)a caption (must say something|may hold text only).*(;).*");
    }

    @Test
    void tooLittleRoomAndTooMuchTextAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> trained(255)).withMessageContaining("256 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CaptionText.clean("a".repeat(10_001)))
                .withMessageContaining("up to 10000 characters");
    }
}
