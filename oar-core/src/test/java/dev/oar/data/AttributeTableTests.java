package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.image.Attribute;
import dev.oar.testing.DrawnRectangles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table beside images to be measured. */
class AttributeTableTests {
    private static final List<Attribute> ATTRIBUTES =
            List.of(new Attribute("side", DrawnRectangles.SIDES), new Attribute("colour", DrawnRectangles.COLOURS));

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        DrawnRectangles.write(folder, 6);
    }

    @Test
    void everyImageOfASetIsFoundInTheTableWhateverItsRow() throws IOException {
        table(
                "side,colour,file_name,more",
                "left,red,./0002.png,x",
                "left,blue,0000.png,x",
                "right,green,0004.png,x",
                "left,green,0001.png,x",
                "right,blue,0003.png,x",
                "right,red,0005.png,x");
        try (ImageSet images = ImageSet.open(folder)) {
            ImageAttributes attributes = AttributeTable.of(images, ATTRIBUTES);
            for (int i = 0; i < 6; i++) {
                assertThat(attributes.valuesOf(i)).as("image %s", i).containsExactly(i / 3, i % 3);
            }
        }
        assertThat(AttributeTable.presentBeside(folder, ATTRIBUTES)).isTrue();
        assertThat(AttributeTable.presentBeside(folder, List.of(new Attribute("hat", List.of("a", "b")))))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "file_name,side,colour|0000.png,left,blue|must name every image beside it, but not 0001.png",
                "file_name,side,colour|0000.png,up,blue|'up' of the attribute 'side', which takes only [left, right]",
                "file_name,side,colour|0000.png,,blue|no value of the attribute 'side'",
                "file_name,side|0000.png,left|must have the columns [file_name, side, colour], but lacks [colour]"
            })
    void wrongTablesAreRefusedInOneSentence(String head, String row, String reason) throws IOException {
        table(head, row);
        assertRefused(reason);
    }

    @Test
    void anImageThatIsNamedTwiceIsRefused() throws IOException {
        table("file_name,side,colour", "0000.png,left,blue", "./0000.png,left,blue");
        assertRefused("row 3 of " + folder.resolve("metadata.csv") + " names 0000.png again after row 2");
    }

    @Test
    void aSetWithoutATableIsRefused() throws IOException {
        Files.delete(folder.resolve("metadata.csv"));
        assertThat(AttributeTable.presentBeside(folder, ATTRIBUTES)).isFalse();
        assertRefused("stands in a metadata.csv or metadata.jsonl beside them");
    }

    private void assertRefused(String reason) throws IOException {
        try (ImageSet images = ImageSet.open(folder)) {
            assertThatIOException()
                    .isThrownBy(() -> AttributeTable.of(images, ATTRIBUTES))
                    .withMessageContaining(reason);
        }
    }

    private void table(String... rows) throws IOException {
        Files.write(folder.resolve("metadata.csv"), List.of(rows));
    }
}
