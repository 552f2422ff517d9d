package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that describe images: which are read, what they mean, and what is said of the others. */
class MetadataTableTests {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        for (String name : List.of("x/1.png", "x/2.png", "x/3.png")) {
            image(name);
        }
    }

    @Test
    void jsonLinesSayWhatTheSameTableSaysInCommas() throws IOException {
        table(
                "metadata.csv",
                "file_name,class,caption,group",
                "x/2.png,7,\"two, too\",g",
                "x/1.png,a,one,g",
                "x/3.png,7,,");
        List<ImageEntry> commas;
        try (ImageFolder images = open()) {
            commas = images.images();
        }
        Files.delete(folder.resolve("metadata.csv"));
        table(
                "metadata.jsonl",
                "\uFEFF{\"file_name\": \"x/2.png\", \"class\": 7, \"caption\": \"two, too\", \"group\": \"g\"}",
                "",
                "{\"caption\": \"one\", \"file_name\": \"x/1.png\", \"class\": \"a\", \"objects\": {\"box\": [1]}, \"group\": \"g\"}",
                "{\"file_name\": \"./x/3.png\", \"class\": 7, \"group\": null}");

        try (ImageFolder images = open()) {
            assertThat(images.images()).isEqualTo(commas);
            assertThat(images.classes()).containsExactly("7", "a");
            assertThat(images.leftOut().names()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"file_name\": \"x/1.png\", \"class\": [\"a\"]}|must give 'class' as a text or a number, but gives a list",
                "{\"file_name\": \"x/1.png\", \"class\": \"a\"|must be one JSON object",
                "[1]|must be one JSON object",
                "{\"file_name\": \"x/1.png\", \"class\": \"a\", \"class\": \"b\"}|whose keys stand once",
                "{\"file_name\": \"x/9.png\", \"class\": \"a\"}|names the image 'x/9.png', but there is no such file",
                "{\"class\": \"a\"}|must name a file below"
            })
    void wrongLinesAreRefusedByTheirNumber(String line, String reason) throws IOException {
        table("metadata.jsonl", "{\"file_name\": \"x/2.png\", \"class\": \"a\"}", line);

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("line 2 of " + folder.resolve("metadata.jsonl"))
                .withMessageContaining(reason);
    }

    @Test
    void twoTablesAreRefused() throws IOException {
        table("metadata.csv", "file_name", "x/1.png");
        table("metadata.jsonl", "{\"file_name\": \"x/1.png\"}");

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("may have one table, but holds metadata.csv and metadata.jsonl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Metadata.CSV", "metadata.parquet", "METADATA.JSONL", "metadata.tsv"})
    void aTableOfAnotherNameOrFormatIsRefused(String name) throws IOException {
        table(name, "file_name,class", "x/1.png,a");

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("described by a metadata.csv or metadata.jsonl")
                .withMessageContaining("holds " + name + ", which is not read");
    }

    @Test
    void aTableThatLiesDeeperIsRefusedNamingItsFolder() throws IOException {
        table("x/metadata.csv", "file_name,class", "1.png,a");

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("holds x/metadata.csv; give " + folder.resolve("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"train.csv", "labels.csv", "dataset.json", "Captions.tsv"})
    void oneClassIsRefusedWhereAFilePlainlySaysMore(String name) throws IOException {
        table("x/" + name, "a,b");

        assertThatIOException()
                .isThrownBy(() -> ImageFolder.open(ImageFolderConfig.of("x", 8), folder))
                .withMessageContaining("holds " + name + ", which is not read");
        try (ImageFolder images = open()) {
            assertThat(images.notes()).anyMatch(note -> note.contains("passed over, 1: x/" + name));
        }
    }

    @Test
    void aColumnThatIsNamedTwiceIsSaidToBe() throws IOException {
        table("metadata.csv", "file_name,class,class", "x/1.png,a,b");

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("may be named once")
                .withMessageContaining("names 'class' twice; rename or remove one");
    }

    @Test
    void emptyColumnsThatSpreadsheetsLeaveAreNoColumns() throws IOException {
        table("metadata.csv", "file_name,class,,", "x/1.png,a,,");

        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("a");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x/1.png|has 1 field, but the table has 2 columns; end the row with a comma for each value that it lacks",
                "x/1.png,a,b|has 3 fields, but the table has 2 columns; put texts with commas in quotes"
            })
    void rowsOfAnotherLengthAreGivenTheRemedyThatFits(String row, String sentence) throws IOException {
        table("metadata.csv", "file_name,class", row);

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("row 2")
                .withMessageContaining(sentence);
    }

    @Test
    void otherSeparatorsAndOpenQuotesAreSaidToBeThere() throws IOException {
        table("metadata.csv", "file_name;class", "x/1.png;a");
        assertThatIOException().isThrownBy(this::open).withMessageContaining("must be separated by commas");

        table("metadata.csv", "file_name,class", "x/1.png,\"a");
        assertThatIOException().isThrownBy(this::open).withMessageContaining("close every quote");
    }

    @Test
    void columnsUnderOtherNamesAreNamedInANote() throws IOException {
        table("metadata.csv", "file_name,Label,text", "x/1.png,a,one");

        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("x");
            assertThat(images.notes())
                    .anyMatch(note -> note.contains("set class-column in the recipe to take its column 'Label'"))
                    .anyMatch(note -> note.contains("set caption-column in the recipe to take its column 'text'"))
                    .anyMatch(
                            note -> note.contains("holds images that metadata.csv does not list and that are left out,"
                                    + " 2: x/2.png, x/3.png"));
            assertThat(images.leftOut().names()).containsExactly("x/2.png", "x/3.png");
        }
    }

    @Test
    void withoutAColumnTheFolderThatHoldsTheImageItselfIsTheClass() throws IOException {
        image("train/cat/1.png");
        table("metadata.csv", "file_name,label", "train/cat/1.png,a");

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("gives train/cat/1.png no class")
                .withMessageContaining("or set class-column to 'label' in the recipe");
    }

    @Test
    void backslashesSeparateFoldersInNames() throws IOException {
        table("metadata.csv", "file_name,class", "x\\1.png,a");

        try (ImageFolder images = open()) {
            assertThat(images.images()).extracting(ImageEntry::fileName).containsExactly("x/1.png");
        }
    }

    private ImageFolder open() throws IOException {
        return ImageFolder.open(ImageFolderConfig.of(".", 8), folder);
    }

    private void image(String name) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.write(path, Pictures.encoded(Pictures.noise(10, 9, 1), "png"));
    }

    private void table(String name, String... lines) throws IOException {
        Files.write(folder.resolve(name), List.of(lines));
    }
}
