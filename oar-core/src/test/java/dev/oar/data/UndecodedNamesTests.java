package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.image.Pictures;
import dev.oar.layout.ClassFolders;
import dev.oar.layout.FoundImage;
import dev.oar.layout.ImageArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndecodedNamesTests {
    @TempDir
    private Path folder;

    @BeforeEach
    void requireThatAllNamesCanBeGiven() {
        assumeThat(System.getProperty("sun.jnu.encoding"))
                .as("this test itself names files")
                .isEqualTo("UTF-8");
    }

    @Test
    void aNameThatCannotBeDecodedIsRefusedSinceOthersWouldLookTheSame() throws IOException {
        write("été/0.png");
        try (ImageArchive source = ImageArchive.open(folder)) {
            assertThat(ClassFolders.list(source).images()).hasSize(1);
        }
        write("\uFFFDt\uFFFD/0.png");
        assertThatIOException()
                .isThrownBy(() -> ImageArchive.open(folder))
                .withMessageContaining("names of files must be readable in the locale of the process")
                .withMessageContaining("set LC_ALL=C.UTF-8 before Java starts, or rename it");
    }

    @Test
    void whatDrawingWritesBesideItsImagesBelongsToNoClass() throws IOException {
        for (String name : new String[] {"-5-0.png", "-5-0-0-sheet.png", "-5-0-0-order.png", "-5-0-animation.gif"}) {
            write(name);
            write("a class/" + name);
        }
        Files.delete(folder.resolve("-5-0.png"));
        try (ImageArchive source = ImageArchive.open(folder)) {
            assertThat(ClassFolders.list(source).images())
                    .extracting(FoundImage::fileName)
                    .containsExactly("a class/-5-0.png");
        }
    }

    private void write(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, Pictures.encoded(Pictures.noise(4, 4, 1), "png"));
    }
}
