package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.image.Pictures;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zips of other packers: what their names mean. */
class ZipListingTests {
    private static final Charset CODE_PAGE_437 = Charset.forName("IBM437");

    @TempDir
    Path folder;

    @Test
    void backslashesSeparateFolders() throws IOException {
        pack(StandardCharsets.UTF_8, "cat\\", "cat\\0.png", "cat\\1.png", "dog\\0.png");

        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("cat", "dog");
            assertThat(images.images())
                    .extracting(ImageEntry::fileName)
                    .containsExactly("cat/0.png", "cat/1.png", "dog/0.png");
            assertThat(images.pixels(2).width()).isEqualTo(8);
            assertThat(images.notes()).noneMatch(note -> note.contains("passed over"));
        }
    }

    @Test
    void namesThatAreNotUtf8AreInTheCodePageOfTheFormat() throws IOException {
        pack(CODE_PAGE_437, "caf\u00e9/0.png", "the/0.png");
        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("caf\u00e9", "the");
            assertThat(images.pixels(0).width()).isEqualTo(8);
        }

        pack(StandardCharsets.UTF_8, "caf\u00e9/0.png", "\u732b/0.png");
        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("caf\u00e9", "\u732b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "metadata.jsonl"})
    void aFolderAroundTheSetIsTakenForTheSetWhateverElseLiesInIt(String beside) throws IOException {
        pack(
                StandardCharsets.UTF_8,
                "wrapping/" + beside,
                "wrapping/cat/0.png",
                "wrapping/dog/0.png",
                "__MACOSX/x.png");

        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("cat", "dog");
        }
    }

    @Test
    void imagesThatLieDeeperThanTheirClassAreRefused() throws IOException {
        pack(StandardCharsets.UTF_8, "train/cat/0.png", "train/dog/0.png", "val/cat/0.png");

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("train/cat/0.png lies deeper")
                .withMessageContaining("give a zip of train alone");
    }

    @Test
    void twoFilesOfOneNameAreRefused() throws IOException {
        pack(StandardCharsets.UTF_8, "cat/0.png", "cat\\0.png");

        assertThatIOException().isThrownBy(this::open).withMessageContaining("holds cat/0.png twice");
    }

    private ImageFolder open() throws IOException {
        return ImageFolder.open(ImageFolderConfig.of("images.zip", 8), folder);
    }

    private void pack(Charset names, String... entries) throws IOException {
        byte[] image = Pictures.encoded(Pictures.noise(10, 9, 1), "png");
        byte[] table = ("{\"file_name\": \"cat/0.png\", \"class\": \"cat\"}\n"
                        + "{\"file_name\": \"dog/0.png\", \"class\": \"dog\"}\n")
                .getBytes(StandardCharsets.UTF_8);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(folder.resolve("images.zip")), names)) {
            for (String entry : List.of(entries)) {
                out.putNextEntry(new ZipEntry(entry));
                if (entry.endsWith(".png")) {
                    out.write(image);
                } else if (entry.endsWith(".jsonl")) {
                    out.write(table);
                }
            }
        }
    }
}
