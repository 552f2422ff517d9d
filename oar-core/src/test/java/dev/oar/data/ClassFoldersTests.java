package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.config.ConfigException;
import dev.oar.image.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of a folder are images, and of which class. */
class ClassFoldersTests {
    private static final ImageFolderConfig CONFIG = ImageFolderConfig.of(".", 8);

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectories(temporary.resolve("pictures"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cat/"})
    void contentTellsImagesFromOtherFiles(String place) throws IOException {
        write(place + "a.PNG", "png");
        write(place + "b.jfif", "jpg");
        write(place + "c", "png");
        write(place + "d.dat", "bmp");
        write(place + "e.jpg", "png");
        Files.writeString(folder.resolve(place + "BMW.txt"), "BMW is no bitmap, though the name begins like one");
        Files.writeString(folder.resolve(place + "notes.md"), "about");
        Files.writeString(folder.resolve(place + ".hidden.png"), "not seen");

        try (ImageFolder images = open()) {
            assertThat(names(images)).containsExactly(of(place, "a.PNG", "b.jfif", "c", "d.dat", "e.jpg"));
            assertThat(images.leftOut().names()).containsExactly(of(place, "BMW.txt", "notes.md"));
            assertThat(images.notes())
                    .singleElement()
                    .asString()
                    .contains("holds files that are no images of the set and are passed over, 2: " + place + "BMW.txt, "
                            + place + "notes.md");
            for (int i = 0; i < 5; i++) {
                assertThat(images.pixels(i).width()).isEqualTo(8);
            }
        }
        try (ImageFiles files = ImageFiles.open(folder, CONFIG.limits())) {
            assertThat(files.count()).isEqualTo(5);
            assertThat(files.leftOut().names()).containsExactly(of(place, "BMW.txt", "notes.md"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.psd, 8BPS123456789012, Photoshop",
        "a.tiff, II*_2345678901234, TIFF",
        "noending, qoif123456789012, QOI",
        "a.heic, 1234ftypheic1234, HEIF",
        "a.jpg, 1234ftypavif1234, AVIF"
    })
    void picturesOfOtherFormatsAreRefusedByTheirName(String name, String content, String format) throws IOException {
        for (String place : List.of("", "cat/")) {
            folder = Files.createDirectories(temporary.resolve("set " + place.length()));
            write(place + "b.png", "png");
            Path path = folder.resolve(place + name);
            Files.write(path, content.replace('_', '\0').getBytes(StandardCharsets.ISO_8859_1));
            String sentence =
                    name + " is a " + format + " image, but only PNG, JPEG, WebP, GIF and BMP images are read;"
                            + " convert it to PNG or take it out";

            assertThatIOException().isThrownBy(this::open).withMessageContaining(sentence);
            assertThatIOException()
                    .isThrownBy(() -> ImageFiles.open(folder, CONFIG.limits()))
                    .withMessageEndingWith(sentence);
            try (ImageFolder images = ImageFolder.open(skipping(), folder)) {
                assertThat(names(images)).containsExactly(place + "b.png");
                assertThat(images.leftOut().names()).containsExactly(place + name);
            }
        }
    }

    @Test
    void imagesThatLieDeeperThanTheirClassAreRefusedNamingTheFolderToGive() throws IOException {
        for (String name : List.of("train/cat/a.png", "train/dog/a.png", "val/cat/b.png", "val/dog/b.png")) {
            write(name, "png");
        }

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("train/cat/a.png lies deeper")
                .withMessageContaining("give " + folder.resolve("train") + " if the classes are in there");
        try (ImageFolder images = ImageFolder.open(ImageFolderConfig.of("train", 8), folder)) {
            assertThat(images.classes()).containsExactly("cat", "dog");
        }
    }

    @Test
    void imagesBelowAFolderThatIsAClassAreNotPooledWithIt() throws IOException {
        write("cat/a.png", "png");
        write("cat/old/b.png", "png");

        assertThatIOException()
                .isThrownBy(this::open)
                .withMessageContaining("cat/old/b.png lies deeper; move it up into cat");
    }

    @Test
    void foldersWithoutImagesAreNamed() throws IOException {
        write("cat/a.png", "png");
        write("dog/a.png", "png");
        Files.createDirectories(folder.resolve("bird"));

        try (ImageFolder images = open()) {
            assertThat(images.classes()).containsExactly("cat", "dog");
            assertThat(images.notes())
                    .anyMatch(note -> note.endsWith("folders without images, which are no classes, 1: bird"));
        }
    }

    @Test
    void classesThatNothingIsTestedOnAreNamed() throws IOException {
        write("cat/a.png", "png");
        write("cat/b.png", "png");
        write("dog/a.png", "png");

        try (ImageFolder images = open()) {
            assertThat(images.trainIndices()).hasSize(2);
            assertThat(images.notes())
                    .containsExactly(
                            "classes without test images, since they have too few images or families of images: dog (1 of 2 classes)");
        }
    }

    @Test
    void classesOfTheModelWithoutImagesAreNamed() throws IOException {
        write("cat/a.png", "png");
        write("cat/b.png", "png");

        try (ImageFolder images = ImageFolder.open(CONFIG, folder, List.of("bird", "cat", "dog"))) {
            assertThat(images.notes())
                    .containsExactly(
                            "classes of the model without images, which are not trained further: bird, dog (2 of 3 classes)");
        }
    }

    @Test
    void aClassWhoseImagesAreAllUnreadableIsNamedOrRefused() throws IOException {
        write("cat/a.png", "png");
        write("cat/b.png", "png");
        Files.createDirectories(folder.resolve("dog"));
        Files.writeString(folder.resolve("dog/a.png"), "no image");

        try (ImageFolder images = ImageFolder.open(skipping(), folder)) {
            assertThat(images.classes()).containsExactly("cat");
            assertThat(images.notes()).containsExactly("classes left out, since none of their images can be read: dog");
        }
        ImageFolderConfig wanted = DataConfigs.withClasses(skipping(), List.of("cat", "dog"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ImageFolder.open(wanted, folder))
                .withMessageContaining("names the class 'dog', but . has only [cat]");
    }

    @Test
    void dotsBehindALinkLeadWhereTheSystemSays() throws IOException {
        Path disk = Files.createDirectories(temporary.resolve("disk/set"));
        Path work = Files.createDirectories(temporary.resolve("work"));
        Files.createSymbolicLink(work.resolve("link"), disk);
        folder = temporary.resolve("disk/photos");
        write("right/a.png", "png");
        folder = work.resolve("photos");
        write("wrong/a.png", "png");

        try (ImageFolder images = ImageFolder.open(ImageFolderConfig.of("link/../photos", 8), work)) {
            assertThat(images.classes()).containsExactly("right");
        }
        Files.delete(folder.resolve("wrong/a.png"));
        Files.delete(folder.resolve("wrong"));
        Files.delete(folder);
        try (ImageFolder images = ImageFolder.open(ImageFolderConfig.of("link/../photos", 8), work)) {
            assertThat(images.classes()).containsExactly("right");
        }
    }

    private static ImageFolderConfig skipping() {
        return DataConfigs.with(CONFIG, true, "class", "group", Optional.empty());
    }

    private ImageFolder open() throws IOException {
        return ImageFolder.open(CONFIG, folder);
    }

    private void write(String name, String format) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.write(path, Pictures.encoded(Pictures.noise(10, 9, 1), format));
    }

    private static List<String> names(ImageFolder images) {
        return images.images().stream().map(ImageEntry::fileName).toList();
    }

    private static String[] of(String place, String... names) {
        return Arrays.stream(names).map(name -> place + name).toArray(String[]::new);
    }
}
