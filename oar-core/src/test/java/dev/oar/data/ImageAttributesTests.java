package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.image.Attribute;
import dev.oar.layout.FoundImage;
import dev.oar.testing.DrawnRectangles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a table says of images besides class and caption, and the pairs of values that are held out of training. */
class ImageAttributesTests {
    private static final String COLUMNS = "attribute-columns: [colour, side]\n";
    private static final String PAIR = COLUMNS + "held-out-pairs: [{colour: red, side: left}]\n";

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        DrawnRectangles.write(folder, 24);
    }

    @Test
    void everyImageHasAValueOfEachAttribute() throws IOException {
        try (ImageFolder images = open(COLUMNS)) {
            ImageAttributes attributes = images.attributes();
            assertThat(attributes.attributes())
                    .containsExactly(
                            new Attribute("colour", DrawnRectangles.COLOURS),
                            new Attribute("side", DrawnRectangles.SIDES));
            assertThat(attributes.count()).isEqualTo(24);
            for (int i = 0; i < 24; i++) {
                assertThat(attributes.valuesOf(i)).as("image %s", i).containsExactly(i % 3, i / 3 % 2);
            }
            assertThat(attributes.of(5, 0).valuesOf(0)).containsExactly(2, 1);
        }
    }

    @Test
    void jsonLinesSayTheSameAsCommas() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            lines.add("{\"file_name\": \"%04d.png\", \"class\": \"rectangle\", \"colour\": \"%s\", \"side\": \"%s\"}"
                    .formatted(i, DrawnRectangles.COLOURS.get(i % 3), DrawnRectangles.SIDES.get(i / 3 % 2)));
        }
        String commas = fingerprint(PAIR);
        Files.delete(folder.resolve("metadata.csv"));
        Files.write(folder.resolve("metadata.jsonl"), lines);
        assertThat(fingerprint(PAIR)).isEqualTo(commas);
    }

    @Test
    void aSetWithoutTheSettingsHasNoneAndKeepsTextAndFingerprint() throws IOException {
        ImageFolderConfig plain = config("");
        assertThat(RecipeWriter.write(plain)).doesNotContain("attribute").doesNotContain("held-out");
        try (ImageFolder images = ImageFolder.open(plain, folder)) {
            assertThat(images.attributes().attributes()).isEmpty();
            List<String> parts = new ArrayList<>(List.of("8", "#ffffff", "0.1", "0", "false []"));
            for (ImageEntry image : images.images()) {
                parts.addAll(List.of(
                        image.fileName(),
                        "rectangle",
                        "",
                        image.group(),
                        Fingerprint.ofFile(folder.resolve(image.fileName()))));
            }
            assertThat(images.fingerprint()).isEqualTo(Fingerprint.of(parts.toArray(String[]::new)));
        }
    }

    @Test
    void columnsAndPairsAreWrittenReadAndFingerprinted() throws IOException {
        ImageFolderConfig both = config(PAIR);
        assertThat(RecipeReader.parse("again", RecipeWriter.write(both), ImageFolderConfig.class))
                .isEqualTo(both);
        assertThat(List.of(
                        fingerprint(""),
                        fingerprint("attribute-columns: [colour]\n"),
                        fingerprint("attribute-columns: [side, colour]\n"),
                        fingerprint(COLUMNS),
                        fingerprint(PAIR),
                        fingerprint(COLUMNS + "held-out-pairs: [{colour: red, side: right}]\n")))
                .doesNotHaveDuplicates();
        assertThat(fingerprint(COLUMNS + "held-out-pairs: [{side: left, colour: red}]\n"))
                .isEqualTo(fingerprint(PAIR));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 0.9})
    void imagesWithAHeldOutPairNeverTrainWhateverTheFraction(double fraction) throws IOException {
        for (long seed = 0; seed < 10; seed++) {
            String split = "test-fraction: " + fraction + "\nsplit-seed: " + seed + "\n";
            try (ImageFolder images = open(PAIR + split)) {
                ImageAttributes attributes = images.attributes();
                assertThat(Arrays.stream(images.trainIndices()).noneMatch(attributes::hasPair))
                        .as("seed %s", seed)
                        .isTrue();
                int[] heldOut = Arrays.stream(images.testIndices())
                        .filter(attributes::hasPair)
                        .toArray();
                assertThat(heldOut).as("seed %s", seed).containsExactly(2, 8, 14, 20);
                assertThat(images.testIndices().length - heldOut.length)
                        .as("the fraction of the others, seed %s", seed)
                        .isEqualTo((int) Math.min(19, Math.round(20 * fraction)));
            }
        }
    }

    @Test
    void anAttributeClassifierLearnsFromHalfOfTheImagesOfEveryHeldOutPairAndIsMeasuredOnTheRest() throws IOException {
        String pairs = COLUMNS + "held-out-pairs: [{colour: red, side: left}, {colour: blue, side: right}]\n";
        try (ImageFolder images = open(pairs + "test-fraction: 0.25\n")) {
            AttributeSplit split = AttributeSplit.of(images);
            assertThat(IntStream.concat(Arrays.stream(split.train()), Arrays.stream(split.test()))
                            .sorted())
                    .containsExactly(IntStream.range(0, 24).boxed().toArray(Integer[]::new));
            assertThat(split.train()).contains(images.trainIndices()).contains(8, 20, 9, 21);
            assertThat(split.test()).contains(2, 14, 3, 15);
            assertThat(Arrays.stream(split.test()).boxed())
                    .isSubsetOf(Arrays.stream(images.testIndices()).boxed().toList());
        }
        try (ImageFolder images = open(COLUMNS)) {
            assertThat(AttributeSplit.of(images).train()).isEqualTo(images.trainIndices());
            assertThat(AttributeSplit.of(images).test()).isEqualTo(images.testIndices());
        }
    }

    @Test
    void aFamilyWithAnImageOfAHeldOutPairNeverTrainsAsAWhole() throws IOException {
        List<String> rows = new ArrayList<>(Files.readAllLines(folder.resolve("metadata.csv")));
        for (int i = 0; i < rows.size(); i++) {
            rows.set(i, rows.get(i) + (i == 0 ? ",group" : i == 2 || i == 3 ? ",g" : ","));
        }
        Files.write(folder.resolve("metadata.csv"), rows);
        try (ImageFolder images = open(PAIR + "test-fraction: 0\n")) {
            assertThat(images.testIndices())
                    .as("image 1 is of the family of image 2")
                    .containsExactly(1, 2, 8, 14, 20);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "attribute-columns: [colour, size]|attribute-columns is 'size', but",
                "attribute-columns: [colour, class]|must have 2 to 256 values, but the column 'class'",
                "attribute-columns: [colour, colour]|must name each column once",
                "attribute-columns: [\" \"]|must name each column once",
                "held-out-pairs: [{colour: red, side: left}]|gives the values of two of attribute-columns, []",
                "{attribute-columns: [colour, side], held-out-pairs: [{colour: red}]}|but one is {colour=red}",
                "{attribute-columns: [colour, side], held-out-pairs: [{colour: red, side: up}]}|the value 'up' of side, but",
                "{attribute-columns: [colour, side], held-out-pairs: [{colour: red, side: left}, {colour: red, side:"
                        + " right}]}|must be learnt from other images",
            })
    void whatCannotBeIsRefusedInOneSentence(String settings, String reason) {
        String text = settings.startsWith("{") ? settings.substring(1, settings.length() - 1) : settings;
        String lines = text.replace(", held-out", "\nheld-out") + "\n";
        assertThatThrownBy(() -> open(lines).close())
                .satisfies(thrown -> assertThat(String.valueOf(thrown.getMessage()))
                        .contains(reason)
                        .doesNotContain("\n"));
    }

    @Test
    void aPairThatNoImageHasIsRefused() throws IOException {
        List<String> rows = Files.readAllLines(folder.resolve("metadata.csv")).stream()
                .filter(row -> !row.endsWith("red,left"))
                .toList();
        Files.write(folder.resolve("metadata.csv"), rows);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open(PAIR))
                .withMessageContaining("no image of")
                .withMessageContaining("has colour red with side left");
    }

    @Test
    void aClassThatIsHeldOutAsAWholeIsRefused() throws IOException {
        List<String> rows = Files.readAllLines(folder.resolve("metadata.csv")).stream()
                .map(row -> row.endsWith("red,left") ? row.replace("rectangle", "other") : row)
                .toList();
        Files.write(folder.resolve("metadata.csv"), rows);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open(PAIR))
                .withMessageContaining("none are left of other");
    }

    @Test
    void aRowWithoutAValueIsNamed() throws IOException {
        Files.writeString(
                folder.resolve("metadata.csv"),
                Files.readString(folder.resolve("metadata.csv"))
                        .replace("0002.png,rectangle,red", "0002.png,rectangle,"));
        assertThatIOException()
                .isThrownBy(() -> open(COLUMNS))
                .withMessageContaining("row 4 of")
                .withMessageContaining("gives 0002.png no value of the attribute 'colour'; write one");
    }

    @Test
    void moreValuesThanAPropertyHasAreRefused() {
        List<FoundImage> many = IntStream.range(0, 257)
                .mapToObj(i -> new FoundImage(Path.of("a"), "a" + i, "c", "", "a" + i, List.of("seed " + i)))
                .toList();
        ImageFolderConfig config = config("attribute-columns: [seed]\n");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new AttributeColumns(folder, config, many).attributes())
                .withMessageContaining("the column 'seed' of " + folder + " has 257; take it out of attribute-columns");
        assertThat(new AttributeColumns(folder, config, many.subList(0, 256))
                        .attributes()
                        .attributes()
                        .get(0)
                        .values())
                .hasSize(256);
    }

    @Test
    void foldersWithoutATableHaveNoAttributes() throws IOException {
        Files.delete(folder.resolve("metadata.csv"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open(COLUMNS))
                .withMessageContaining("has no metadata.csv or metadata.jsonl; add one");
    }

    private String fingerprint(String settings) throws IOException {
        try (ImageFolder images = open(settings)) {
            return images.fingerprint();
        }
    }

    private ImageFolder open(String settings) throws IOException {
        return ImageFolder.open(config(settings), folder);
    }

    private ImageFolderConfig config(String settings) {
        return RecipeReader.parse(
                "data", "path: '" + folder + "'\nimage-size: 8\n" + settings, ImageFolderConfig.class);
    }
}
