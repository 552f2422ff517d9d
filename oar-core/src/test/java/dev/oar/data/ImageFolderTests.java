package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.image.Pictures;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTests {
    @TempDir
    Path folder;

    @Test
    void foldersAreClasses() throws IOException {
        image("dog/b.png");
        image("cat/a.jpg");
        image("cat/c.bmp");
        Files.writeString(folder.resolve("README.md"), "about");
        Files.writeString(folder.resolve("cat/.hidden"), "x");

        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("cat", "dog");
            assertThat(images.images())
                    .extracting(ImageEntry::fileName)
                    .containsExactly("cat/a.jpg", "cat/c.bmp", "dog/b.png");
            assertThat(images.images()).extracting(ImageEntry::classIndex).containsExactly(0, 0, 1);
            assertThat(images.pixels(2).width()).isEqualTo(8);
        }
    }

    @Test
    void aFolderOfImagesAloneIsOneClass() throws IOException {
        image("a.png");
        image("b.png");

        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly(String.valueOf(folder.getFileName()));
            assertThat(images.images()).hasSize(2);
        }
    }

    @Test
    void imagesBesideClassFoldersAreRefused() throws IOException {
        image("a.png");
        image("cat/b.png");

        assertThatIOException().isThrownBy(this::open).withMessageContaining("a.png beside cat/b.png");
    }

    @Test
    void aTableNamesClassesCaptionsAndGroups() throws IOException {
        image("x/1.png");
        image("x/2.png");
        image("x/3.png");
        table("\uFEFFfile_name,class,caption,group", "x/2.png,b,\"two, too\",g", "x/1.png,a,one,g", "x/3.png,b,,");

        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("a", "b");
            assertThat(images.images()).extracting(ImageEntry::caption).containsExactly("one", "two, too", "");
            assertThat(images.families()).containsExactly(0, 0, 1);
        }
    }

    @Test
    void variantsThatNameTheirBaseByAKeyAreOneFamily() throws IOException {
        for (int i = 0; i < 5; i++) {
            image("x/" + i + ".png");
        }
        table("file_name,code,of", "x/0.png,A,B", "x/1.png,B,", "x/2.png,C,A", "x/3.png,D,", "x/4.png,,");
        ImageFolderConfig config = withColumns("of", Optional.of("code"));

        try (ImageFolder images = ImageFolder.open(config, folder)) {
            assertThat(images.families()).containsExactly(0, 0, 0, 1, 2);
        }
    }

    @Test
    void aRowWithoutAFileIsNamed() throws IOException {
        image("x/1.png");
        table("file_name", "x/1.png", "x/2.png");

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("row 3")
                .withMessageContaining("x/2.png");
    }

    @Test
    void aTableThatIsTooLargeIsRefusedUnread() throws IOException {
        image("x/1.png");
        try (RandomAccessFile table =
                new RandomAccessFile(folder.resolve("metadata.csv").toFile(), "rw")) {
            table.setLength((128L << 20) + 1);
        }

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("metadata.csv may have up to 134217728 bytes, but has 134217729; split");
    }

    @Test
    void aTableThatIsNotUtf8IsRefused() throws IOException {
        image("x/1.png");
        Files.write(
                folder.resolve("metadata.csv"),
                "file_name,class\nx/1.png,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("must be UTF-8 text, but is not; save it as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a.png", "/a.png", "", "x/1.png\nx/1.png", "x/1.png,too,many"})
    void wrongRowsAreRefused(String row) throws IOException {
        image("x/1.png");
        table("file_name,class", row.contains(",") || row.isEmpty() ? row + ",c" : row.replace("\n", ",c\n") + ",c");

        assertThatIOException().isThrownBy(this::open).withMessageContaining("row ");
    }

    @Test
    void columnsThatTheRecipeNamesMustBeThere() throws IOException {
        image("x/1.png");
        table("file_name,class", "x/1.png,c");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ImageFolder.open(withColumns("family", Optional.empty()), folder))
                .withMessageContaining("group-column is 'family'")
                .withMessageContaining("[file_name, class]");
    }

    @Test
    void unreadableFilesAreSkippedOnlyWhenTheRecipeSaysSo() throws IOException {
        image("cat/a.png");
        Files.writeString(folder.resolve("cat/b.png"), "no image");
        byte[] damaged = Files.readAllBytes(folder.resolve("cat/a.png"));
        for (int i = 45; i < damaged.length - 20; i++) {
            damaged[i] ^= 0x55;
        }
        Files.write(folder.resolve("cat/c.png"), damaged);

        assertThatIOException().isThrownBy(this::open).withMessageContaining("b.png");
        try (ImageFolder images = ImageFolder.open(skipping(), folder)) {
            assertThat(images.images()).hasSize(1);
            assertThat(images.unreadable())
                    .extracting(UnreadableImage::fileName)
                    .containsExactly("cat/b.png", "cat/c.png");
        }
    }

    @Test
    void nothingThereIsOneSentence() throws IOException {
        assertThatIOException().isThrownBy(this::open).withMessageContaining("holds no images");
        assertThatIOException()
                .isThrownBy(() -> ImageFolder.open(ImageFolderConfig.of("none", 8), folder))
                .withMessageContaining("there is no folder, zip or tar");
        Files.writeString(folder.resolve("bad.zip"), "no zip");
        assertThatIOException()
                .isThrownBy(() -> ImageFolder.open(ImageFolderConfig.of("bad.zip", 8), folder))
                .withMessageContaining("cannot be opened as a zip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrapped/"})
    void zipsAreReadInPlace(String prefix) throws IOException {
        Path zip = folder.resolve("images.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : List.of("cat/a.png", "dog/b.png")) {
                out.putNextEntry(new ZipEntry(prefix + name));
                out.write(Pictures.encoded(Pictures.noise(10, 9, 1), "png"));
            }
        }

        try (ImageFolder images = ImageFolder.open(ImageFolderConfig.of("images.zip", 8), folder)) {
            assertThat(images.images()).extracting(ImageEntry::fileName).containsExactly("cat/a.png", "dog/b.png");
            assertThat(images.pixels(0).height()).isEqualTo(8);
        }
    }

    @Test
    void theSplitCoversEveryImageOnce() throws IOException {
        for (int i = 0; i < 20; i++) {
            image("cat/" + i + ".png");
        }

        try (ImageFolder images = open()) {
            assertThat(images.testIndices()).hasSize(2);
            assertThat(IntStream.concat(IntStream.of(images.trainIndices()), IntStream.of(images.testIndices()))
                            .sorted())
                    .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
        }
    }

    @Test
    void preloadedPixelsAreThoseOfTheFiles() throws IOException {
        image("cat/a.png");
        image("cat/b.jpg");

        try (ImageFolder images = open()) {
            byte[] first = images.pixels(0).rgb();
            assertThat(images.preload()).isTrue();
            assertThat(images.pixels(0).rgb()).isEqualTo(first);
            assertThat(images.pixels(1)).isSameAs(images.pixels(1));
        }
    }

    @Test
    void aRecipeNamesClassesThatAreThere() throws IOException {
        image("cat/a.png");
        image("dog/a.png");
        ImageFolderConfig one = recipe("path: .\nimage-size: 8\nclasses: [dog]");

        try (ImageFolder images = ImageFolder.open(one, folder)) {
            assertThat(images.classes()).containsExactly("dog");
        }
        for (String key : List.of("classes", "never-flip")) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> ImageFolder.open(recipe("path: .\nimage-size: 8\n" + key + ": [cow]"), folder))
                    .withMessageContaining(key + " names the class 'cow'")
                    .withMessageContaining("[cat, dog]");
        }
    }

    @Test
    void defaultsAreThoseOfTheRecipe() {
        ImageFolderConfig read = recipe("path: images\nimage-size: 32");

        assertThat(read).isEqualTo(ImageFolderConfig.of("images", 32));
        assertThat(recipe(RecipeWriter.write(read))).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"background: white", "test-fraction: 1", "max-pixels: 0", "image-size: 0", "path: ''"})
    void valuesOutOfRangeAreRefusedByTheirKey(String line) {
        String key = line.substring(0, line.indexOf(':'));
        String rest =
                key.equals("image-size") ? "path: ." : key.equals("path") ? "image-size: 8" : "path: .\nimage-size: 8";

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> recipe(rest + "\n" + line))
                .withMessageContaining(key);
    }

    private static ImageFolderConfig recipe(String yaml) {
        return RecipeReader.parse("test.yaml", yaml, ImageFolderConfig.class);
    }

    @Test
    void theFingerprintTellsWhetherAnImageChanged() throws IOException {
        image("cat/a.png");
        String first = fingerprint();
        assertThat(fingerprint()).isEqualTo(first);

        Files.write(folder.resolve("cat/a.png"), Pictures.encoded(Pictures.noise(20, 20, 2), "png"));
        assertThat(fingerprint()).isNotEqualTo(first);
    }

    @Test
    void theFingerprintSeesContentWhateverTheSizeAndTimeOfAFile() throws IOException {
        Path file = Files.createDirectories(folder.resolve("cat")).resolve("a.bmp");
        FileTime time = FileTime.fromMillis(315_532_800_000L);
        List<String> fingerprints = new ArrayList<>();
        for (int seed = 1; seed <= 2; seed++) {
            Files.write(file, Pictures.encoded(Pictures.noise(10, 9, seed), "bmp"));
            Files.setLastModifiedTime(file, time);
            fingerprints.add(fingerprint());
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));

        assertThat(fingerprints).doesNotHaveDuplicates();
        assertThat(fingerprint()).as("another time, the same content").isEqualTo(fingerprints.get(1));
    }

    private String fingerprint() throws IOException {
        try (ImageFolder images = open()) {
            return images.fingerprint();
        }
    }

    private ImageFolder open() throws IOException {
        return ImageFolder.open(ImageFolderConfig.of(".", 8), folder);
    }

    private void image(String name) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.write(path, Pictures.encoded(Pictures.noise(10, 9, 1), name.substring(name.lastIndexOf('.') + 1)));
    }

    private void table(String... lines) throws IOException {
        Files.write(folder.resolve("metadata.csv"), List.of(lines));
    }

    private static ImageFolderConfig withColumns(String group, Optional<String> key) {
        return DataConfigs.with(ImageFolderConfig.of(".", 8), false, "class", group, key);
    }

    private static ImageFolderConfig skipping() {
        return DataConfigs.with(ImageFolderConfig.of(".", 8), true, "class", "group", Optional.empty());
    }
}
