package dev.oar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeRoundTripTests {
    record Leaf(String text, double number, Optional<String> maybe) {}

    @Kind("tree")
    record Tree(List<Leaf> leaves, Map<String, Leaf> named, List<List<Integer>> rows, List<String> words, long count)
            implements Plant {}

    sealed interface Plant permits Tree, Moss {}

    @Kind("moss")
    record Moss(int size) implements Plant {}

    record Garden(Plant first, List<Plant> others, Moss lawn) {}

    private static final String ALPHABET = "aé 1.:#-'\"\\\n\t[]{},&*!|>%@`~?\u0001\u0085\u00a0\u2028\uFEFF";

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void readingWhatWasWrittenGivesAnEqualRecord(long seed) {
        Tree tree = tree(new Random(seed));
        String yaml = RecipeWriter.write(tree);
        Tree read = RecipeReader.parse("r.yaml", yaml, Tree.class);
        assertThat(read).as("seed %d: %s", seed, yaml).isEqualTo(tree);
        assertThat(RecipeWriter.write(read)).isEqualTo(yaml);
    }

    @Test
    void kindsAreWrittenWhereAReaderHasAChoice() {
        Garden garden = new Garden(new Moss(1), List.of(new Moss(2)), new Moss(3));
        String yaml = RecipeWriter.write(garden);
        assertThat(yaml).isEqualTo("""
                first:
                  kind: moss
                  size: 1
                others:
                  - kind: moss
                    size: 2
                lawn:
                  size: 3
                """);
        assertThat(RecipeReader.parse("r.yaml", yaml, Garden.class)).isEqualTo(garden);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "true",
                "No",
                "null",
                "~",
                "12",
                "1e5",
                ".5",
                "-",
                "a: b",
                "a #b",
                "🐱 emoji",
                "---",
                "\\u0041"
            })
    void textThatLooksLikeSomethingElseStaysText(String text) {
        Leaf leaf = new Leaf(text, 1, Optional.of(text));
        assertThat(RecipeReader.parse("r.yaml", RecipeWriter.write(leaf), Leaf.class))
                .isEqualTo(leaf);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                1,
                0.1,
                1e-4,
                9.99e-5,
                1e15,
                1e14,
                2e-3,
                2.2250738585072014e-308,
                4.9e-324,
                1.7976931348623157e308,
                1.0e23,
                -123456.789
            })
    void numbersAreWrittenInTheirShortestForm(double number) {
        String yaml = RecipeWriter.write(new Leaf("a", number, Optional.empty()));
        assertThat(RecipeReader.parse("r.yaml", yaml, Leaf.class).number()).isEqualTo(number);
        assertThat(yaml.lines().toList().get(1).length()).isLessThan("number: -1.7976931348623157e-308".length() + 1);
    }

    static List<Long> seeds() {
        return LongStream.range(0, 300).boxed().toList();
    }

    private static Tree tree(Random random) {
        Map<String, Leaf> named = new TreeMap<>();
        List<List<Integer>> rows = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            named.put(text(random), leaf(random));
            rows.add(random.ints(random.nextInt(3)).boxed().toList());
            words.add(text(random));
        }
        List<Leaf> leaves = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            leaves.add(leaf(random));
        }
        return new Tree(leaves, named, rows, words, random.nextLong());
    }

    private static Leaf leaf(Random random) {
        double number = Double.longBitsToDouble(random.nextLong());
        return new Leaf(
                text(random),
                Double.isFinite(number) ? number : random.nextGaussian(),
                random.nextBoolean() ? Optional.of(text(random)) : Optional.empty());
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(random.nextInt(9) == 0 ? "🐱" : ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
