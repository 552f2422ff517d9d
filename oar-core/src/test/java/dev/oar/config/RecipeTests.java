package dev.oar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTests {
    enum Measure {
        NEGATIVE_ENTROPY,
        MARGIN
    }

    sealed interface Schedule permits Cosine, Constant {}

    @Kind("cosine")
    record Cosine(double peak, @Default("10") int warmUpSteps) implements Schedule {}

    @Kind("constant")
    record Constant() implements Schedule {}

    record Model(int width, @Default("4") int heads) {
        Model {
            Require.that(
                    width % heads == 0,
                    "width must be divisible by heads, but width is %d and heads is %d; choose another width",
                    width,
                    heads);
        }
    }

    record Recipe(
            String name,
            Model model,
            @Default("1e-3") double learningRate,
            @Default("{kind: constant}") Schedule schedule,
            @Default("[1, 2]") List<Integer> channelMultipliers,
            @Default("{}") Map<String, Model> others,
            @Default("[]") List<Schedule> stages,
            @Default("margin") Measure measure,
            @Default("") String note,
            @Default("9000000000") long seed,
            @Default("true") boolean mirrored,
            Optional<Double> topP) {}

    private static final String FULL = """
            # a comment
            name: 2024 été
            model:
              width: 64
              heads: 8
            learning-rate: 3e-4
            schedule:
              kind: cosine
              peak: .5
            channel-multipliers: [1, 2, 4]
            others:
              small: {width: 8}
              "1": {width: 16, heads: 16}
            stages:
              - kind: constant
              - {kind: cosine, peak: 1}
            measure: negative-entropy
            note: |
              two
              lines
            seed: -3
            mirrored: false
            top-p: 0.9
            """;

    @Test
    void everyKindOfValueIsRead() {
        assertThat(parse(FULL))
                .isEqualTo(new Recipe(
                        "2024 été",
                        new Model(64, 8),
                        3e-4,
                        new Cosine(0.5, 10),
                        List.of(1, 2, 4),
                        Map.of("small", new Model(8, 4), "1", new Model(16, 16)),
                        List.of(new Constant(), new Cosine(1, 10)),
                        Measure.NEGATIVE_ENTROPY,
                        "two\nlines\n",
                        -3,
                        false,
                        Optional.of(0.9)));
    }

    @Test
    void defaultsStandInForKeysLeftOut() {
        assertThat(parse("name: a\nmodel: {width: 8}"))
                .isEqualTo(new Recipe(
                        "a",
                        new Model(8, 4),
                        1e-3,
                        new Constant(),
                        List.of(1, 2),
                        Map.of(),
                        List.of(),
                        Measure.MARGIN,
                        "",
                        9_000_000_000L,
                        true,
                        Optional.empty()));
    }

    @Test
    void canonicalTextSpellsOutDefaultsAndSortsMaps() {
        assertThat(RecipeWriter.write(parse(FULL))).isEqualTo("""
                        name: "2024 été"
                        model:
                          width: 64
                          heads: 8
                        learning-rate: 0.0003
                        schedule:
                          kind: cosine
                          peak: 0.5
                          warm-up-steps: 10
                        channel-multipliers: [1, 2, 4]
                        others:
                          "1":
                            width: 16
                            heads: 16
                          small:
                            width: 8
                            heads: 4
                        stages:
                          - kind: constant
                          - kind: cosine
                            peak: 1.0
                            warm-up-steps: 10
                        measure: negative-entropy
                        note: "two\\nlines\\n"
                        seed: -3
                        mirrored: false
                        top-p: 0.9
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: a\\nmodle: {width: 8}|r.yaml:2: unknown key 'modle'; did you mean 'model'?",
                "name: a\\nmodel:\\n  width: 8\\n  image_size: 3|r.yaml:4: unknown key 'image_size'; known are width, heads",
                "name: a\\nmodel: {width: 8}\\nlearningRate: 1|r.yaml:3: unknown key 'learningRate'; did you mean 'learning-rate'?",
                "name: a|r.yaml:1: the recipe must have the key 'model', but has not; add it",
                "name: a\\nmodel:\\n  heads: 8|r.yaml:3: 'model' must have the key 'width', but has not; add it",
                "name: a\\nmodel: {width: 8}\\nname: b|r.yaml:3: a key may stand once, but 'name' stands in line 1 too",
                "name: a\\nmodel: {width: eight}|r.yaml:2: 'width' must be a whole number such as 12, but is 'eight'",
                "name: a\\nmodel: {width: '8'}|r.yaml:2: 'width' must be a whole number such as 12, but is the text '8'",
                "name: a\\nmodel: {width: 8.5}|'width' must be a whole number such as 12, but is '8.5'",
                "name: a\\nmodel: {width: 3000000000}|'width' must be a whole number from -2147483648 to 2147483647, but is '3000000000'",
                "name: a\\nmodel: {width: 99999999999999999999999999}|'width' must be a whole number from",
                "name: a\\nmodel: {width: 010}|'width' must be a whole number such as 12, but is '010'",
                "name: a\\nmodel: {width: [8]}|'width' must be a whole number such as 12, but is a list",
                "name: a\\nmodel: {width: 10, heads: 3}|r.yaml:2: width must be divisible by heads, but width is 10 and heads is 3; choose another width",
                "name: a\\nmodel:\\n  heads: 3\\n  width: 10|r.yaml:4: width must be divisible by heads",
                "name: a\\nmodel: 8|r.yaml:2: 'model' must be a group of keys, but is '8'",
                "name:\\nmodel: {width: 8}|r.yaml:1: 'name' must be text, but is nothing",
                "name: [a]\\nmodel: {width: 8}|'name' must be text, but is a list",
                "name: a\\nmodel: {width: 8}\\nlearning-rate: .nan|r.yaml:3: 'learning-rate' must be a finite number such as 0.5 or 1e-4, but is '.nan'",
                "name: a\\nmodel: {width: 8}\\nlearning-rate: NaN|but is 'NaN'",
                "name: a\\nmodel: {width: 8}\\nlearning-rate: 1e999|'learning-rate' must be a number below 1.8e308, but is '1e999'",
                "name: a\\nmodel: {width: 8}\\nmirrored: yes|'mirrored' must be true or false, but is 'yes'",
                "name: a\\nmodel: {width: 8}\\nmeasure: margn|'measure' must be one of negative-entropy, margin, but is 'margn'; did you mean 'margin'?",
                "name: a\\nmodel: {width: 8}\\ntop-p: |'top-p' must be a finite number such as 0.5 or 1e-4, but is nothing",
                "name: a\\nmodel: {width: 8}\\nchannel-multipliers: [1, x]|item 2 of 'channel-multipliers' must be a whole number",
                "name: a\\nmodel: {width: 8}\\nchannel-multipliers: 3|'channel-multipliers' must be a list such as [1, 2], but is '3'",
                "name: a\\nmodel: {width: 8}\\nothers:\\n  big: {width: 9}|r.yaml:4: width must be divisible",
                "name: a\\nmodel: {width: 8}\\nschedule: {peak: 1}|'schedule' must have the key 'kind' with one of cosine, constant, but has not",
                "name: a\\nmodel: {width: 8}\\nschedule:\\n  kind: cosin\\n  peak: 1|r.yaml:4: 'kind' must be one of cosine, constant, but is 'cosin'; did you mean 'cosine'?",
                "name: a\\nmodel: {width: 8}\\nschedule: {kind: constant, peak: 1}|unknown key 'peak'; known are kind",
                "name: a\\nmodel: {width: 8}\\nstages: [{kind: cosine}]|item 1 of 'stages' must have the key 'peak'",
                "name: &n a\\nmodel: {width: 8}|r.yaml:1: recipes do without the anchors",
                "name: a\\nnote: *n\\nmodel: {width: 8}|r.yaml:2: recipes do without the anchors",
                "name: !!str a\\nmodel: {width: 8}|r.yaml:1: recipes do without the anchors",
                "name: a\\nmodel: {width: 8}\\n---\\nname: b|r.yaml:4: a recipe must be one document",
                "name: a\\nmodel: {width: 8|r.yaml:2: a recipe must be YAML, but this cannot be read",
                "name: a\\n\\tmodel: 3|r.yaml:2: a recipe must be YAML, but this cannot be read",
                "- 1|r.yaml:1: the recipe must be a group of keys, but is a list",
                "# nothing|r.yaml:1: a recipe must hold keys, but this one is empty",
            })
    void whatIsWrongIsSaidInOneSentenceWithItsLine(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml.replace("\\n", "\n").replace("\\t", "\t")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .message()
                .startsWith("r.yaml:")
                .doesNotContain("\n");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> parse("[".repeat(5000)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nests at most");
    }

    @Test
    void aFileThatIsNoRecipeIsRefusedByName(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("r.yaml");
        assertThatThrownBy(() -> RecipeReader.read(file, Recipe.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> RecipeReader.read(directory, Recipe.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is none");
        Files.write(file, "name: été".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> RecipeReader.read(file, Recipe.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("UTF-8");
        Files.write(file, new byte[2 << 20]);
        assertThatThrownBy(() -> RecipeReader.read(file, Recipe.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at most");
        Files.writeString(file, "\uFEFF" + FULL);
        assertThat(RecipeReader.read(file, Recipe.class)).isEqualTo(parse(FULL));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedRecipesAreReadOrRefusedInOneSentence(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            StringBuilder yaml = new StringBuilder(FULL);
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(yaml.length());
                switch (random.nextInt(3)) {
                    case 0 -> yaml.deleteCharAt(at);
                    case 1 -> yaml.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
                    default -> yaml.insert(at, " :-\n\t{}[]&*!|>'\"#%@,?\0".charAt(random.nextInt(22)));
                }
            }
            try {
                assertThat(parse(yaml.toString())).isNotNull();
            } catch (ConfigException e) {
                assertThat(e).as("seed %d: %s", seed, yaml).message().matches("r\\.yaml:\\d+: [^\n]+");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + yaml, e);
            }
        }
    }

    @Test
    void aTypeThatRecipesCannotHoldIsTheProgrammersError() {
        record Bad(Object value) {}
        assertThatThrownBy(() -> RecipeReader.parse("r.yaml", "value: 1", Bad.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
    }

    private static Recipe parse(String yaml) {
        return RecipeReader.parse("r.yaml", yaml, Recipe.class);
    }
}
