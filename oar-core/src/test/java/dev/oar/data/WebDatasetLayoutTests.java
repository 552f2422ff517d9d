package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.config.RecipeReader;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.Pictures;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.layout.FoundImage;
import dev.oar.layout.ImageArchive;
import dev.oar.layout.Listing;
import dev.oar.layout.WebDatasetLayout;
import dev.oar.testing.TarBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebDatasetLayoutTests {
    @TempDir
    private Path folder;

    @Test
    void keysEndAtTheFirstDotBehindTheLastSlash() throws IOException {
        shard(
                "a-000.tar",
                new TarBytes()
                        .file("v1.0/x.jpg", picture(1))
                        .file("v1.0/x.cls", "10\n")
                        .file("v1.0/x.seg.png", picture(9))
                        .file("v1.0/y.JPG", picture(2))
                        .file("v1.0/y.Cls", "2")
                        .file("v1.0/y.txt", " a  caption\r\n")
                        .file("v1.1/x.png", picture(3))
                        .file("v1.1/x.cls", "007")
                        .file("__meta__", "of the shard")
                        .file("v1.1/LICENCE", "without a dot"));
        try (ImageFolder images = open("")) {
            assertThat(images.images())
                    .extracting(ImageEntry::fileName)
                    .containsExactly("a-000.tar/v1.0/x.jpg", "a-000.tar/v1.0/y.JPG", "a-000.tar/v1.1/x.png");
            // Numbers are sorted as numbers, so that class 10 is the last.
            assertThat(images.classes()).containsExactly("2", "7", "10");
            assertThat(images.images()).extracting(ImageEntry::classIndex).containsExactly(2, 0, 1);
            assertThat(images.images()).extracting(ImageEntry::caption).containsExactly("", "a  caption", "");
            assertThat(images.leftOut().names()).containsExactly("a-000.tar/v1.0/x.seg.png", "a-000.tar/v1.1/LICENCE");
            assertThat(Files.readAllBytes(images.images().get(1).path())).isEqualTo(picture(2));
        }
        try (ImageFolder alone = open("a-000.tar")) {
            assertThat(alone.images())
                    .extracting(ImageEntry::fileName)
                    .containsExactly("v1.0/x.jpg", "v1.0/y.JPG", "v1.1/x.png");
            assertThat(alone.leftOut().names()).containsExactly("v1.0/x.seg.png", "v1.1/LICENCE");
        }
    }

    @Test
    void samplesWithoutAnImageAreCountedAndLeftOut() throws IOException {
        shard(
                "s.tar",
                new TarBytes()
                        .file("1.txt", "first")
                        .file("2.webp", picture(2))
                        .file("2.txt", "second")
                        .file("3.seg", picture(3))
                        .file("3.cls", "no number, but nobody asks"));
        write("readme.txt", new byte[] {'r'});
        try (ImageFolder images = open("")) {
            assertThat(images.images()).extracting(ImageEntry::caption).containsExactly("second");
            assertThat(images.classes()).containsExactly(folder.getFileName().toString());
            assertThat(images.notes())
                    .anySatisfy(note -> assertThat(note)
                            .endsWith(" holds samples without an image, which are left out, 2: s.tar/1, s.tar/3"))
                    .anySatisfy(
                            note -> assertThat(note).contains("passed over, 4: readme.txt, s.tar/1.txt, s.tar/3.cls"));
        }
    }

    @Test
    void anArrayOfBytesIsTheImageWhereThereIsNoOther() throws IOException {
        byte[] rgb = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
        shard(
                "s.tar",
                new TarBytes()
                        .file("1.npy", array("(2, 3, 3)", rgb))
                        .file("1.cls", "0")
                        .file("2.jpg", picture(2))
                        .file("2.npy", "features")
                        .file("2.cls", "1")
                        .file("3.npy", array("(3, 6)", rgb))
                        .file("3.cls", "1"));
        try (ImageFolder images = open("")) {
            assertThat(images.images()).extracting(ImageEntry::classIndex).containsExactly(0, 1, 1);
            assertThat(images.leftOut().names()).containsExactly("s.tar/2.npy");
            assertThat(ImageReader.read(images.images().get(0).path(), ImageLimits.DEFAULT, Rgb.WHITE))
                    .satisfies(image -> assertThat(image.rgb()).isEqualTo(rgb))
                    .extracting(RgbImage::width)
                    .isEqualTo(3);
            assertThat(ImageReader.read(images.images().get(2).path(), ImageLimits.DEFAULT, Rgb.WHITE)
                            .rgb())
                    .startsWith(1, 1, 1, 2, 2, 2)
                    .hasSize(3 * 18);
        }
        shard("s.tar", new TarBytes().file("1.npy", array("(2, 9)", new byte[17])));
        assertThatIOException().isThrownBy(() -> open("")).withMessageContaining("is truncated: the NPY image");
        shard("s.tar", new TarBytes().file("1.npy", array("(18,)", rgb)));
        assertThatIOException()
                .isThrownBy(() -> open(""))
                .withMessageContaining("is an array of NumPy, which is a picture if it is of the type |u1");
    }

    private static byte[] array(String shape, byte[] values) {
        String text = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
        String padded = text + " ".repeat(Math.floorMod(-(text.length() + 11), 64)) + "\n";
        ByteBuffer file =
                ByteBuffer.allocate(10 + padded.length() + values.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1)).putShort((short) padded.length());
        return file.put(padded.getBytes(StandardCharsets.ISO_8859_1))
                .put(values)
                .array();
    }

    @Test
    void jsonSaysWhatTheColumnsOfTheRecipeAsk() throws IOException {
        shard(
                "s.tar",
                new TarBytes()
                        .file("1.jpg", picture(1))
                        .file("1.cls", "5")
                        .file(
                                "1.json",
                                "{\"class\": \"cat\",\n \"caption\": \"of json\", \"group\": \"g\", \"hat\": true}")
                        .file("2.jpg", picture(2))
                        .file("2.txt", "of txt")
                        .file(
                                "2.json",
                                "{\"class\": \"dog\", \"caption\": \"of json\", \"group\": \"g\", \"hat\": false}")
                        .file("3.jpg", picture(3))
                        .file("3.json", "{\"class\": \"dog\", \"hat\": false, \"other\": [1]}"));
        try (ImageFolder images = open("", List.of("hat"))) {
            assertThat(images.classes()).containsExactly("cat", "dog");
            assertThat(images.images()).extracting(ImageEntry::caption).containsExactly("of json", "of txt", "");
            assertThat(images.families()).containsExactly(0, 0, 1);
            assertThat(images.attributes().attributes().get(0).values()).containsExactly("false", "true");
        }
        assertThatIOException()
                .isThrownBy(() -> open("", List.of("colour")))
                .withMessageContaining("every sample has a value of the attribute 'colour'");
    }

    @Test
    void namesOfShardsAndTheirFoldersTellTheSplitIfBothSidesAreThere() throws IOException {
        for (String name : List.of("train/0.tar", "x-train-1.tar", "val/0.tar", "train/test-2.tar", "validation.tar")) {
            shard(name, new TarBytes().file("1.jpg", picture(name.hashCode())).file("1.cls", "0"));
        }
        try (ImageFolder images = open("")) {
            assertThat(names(images, images.trainIndices()))
                    .containsExactly("train/0.tar/1.jpg", "x-train-1.tar/1.jpg");
            assertThat(names(images, images.testIndices()))
                    .containsExactly("train/test-2.tar/1.jpg", "val/0.tar/1.jpg", "validation.tar/1.jpg");
        }
        shard("more.tar", new TarBytes().file("1.jpg", picture(7)).file("1.cls", "0"));
        assertThatIOException()
                .isThrownBy(() -> open(""))
                .withMessageContaining("named for training and others for testing, all are, but more.tar");
        for (String name : List.of("val/0.tar", "train/test-2.tar", "validation.tar")) {
            Files.delete(folder.resolve(name));
        }
        try (ImageFolder images = open("")) {
            // Three images of one class, of which a tenth, at least one, is tested.
            assertThat(images.trainIndices()).hasSize(2);
            assertThat(images.testIndices()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "1.jpg 2.jpg 1.txt | has some of 1 again behind those of another; pack it in the order of the names",
                "1.jpg 1.JPG | has 'jpg' twice",
                "1.jpg 1.png | a sample has one image, but 1",
                "1.jpg 1.cls | cls must be the number of a class, but is '1.cls' for 1 in",
                "1.jpg 1.json | must be one JSON object",
                "../1.jpg 1.txt | members of a tar must lie in it",
            })
    void whatIsAmbiguousIsRefusedWithShardAndSample(String members, String words) throws IOException {
        TarBytes tar = new TarBytes();
        for (String name : members.split(" ")) {
            tar.file(name, name.matches(".*(cls|txt|json)") ? name.getBytes(StandardCharsets.UTF_8) : picture(1));
        }
        shard("s.tar", tar);
        assertThatIOException()
                .isThrownBy(() -> open(""))
                .withMessageContaining(words)
                .withMessageContaining(folder.resolve("s.tar").toString());
    }

    @Test
    void classesAreThoseOfAllSamplesOrOfNone() throws IOException {
        shard(
                "s.tar",
                new TarBytes()
                        .file("1.jpg", picture(1))
                        .file("2.jpg", picture(2))
                        .file("2.cls", "3"));
        assertThatIOException()
                .isThrownBy(() -> open(""))
                .withMessageContaining("of 2 1 have none")
                .withMessageContaining("the first s.tar/1.jpg");
    }

    @Test
    void whereProblemsAreCountedSamplesThatCannotBeReadAreLeftOutAndTheOthersAreListed() throws IOException {
        TarBytes tar = new TarBytes();
        for (String name : List.of(
                "1.jpg", "1.cls", "2.jpg", "2.JPG", "2.cls", "3.jpg", "3.png", "3.cls", "4.jpg", "4.cls", "5.jpg",
                "6.jpg", "6.json", "1.txt")) {
            tar.file(name, name.endsWith("cls") ? "7".getBytes(StandardCharsets.UTF_8) : picture(1));
        }
        shard("s.tar", tar);
        List<String> found = new ArrayList<>();
        try (ImageArchive source = ImageArchive.open(folder)) {
            Listing listing = new WebDatasetLayout()
                    .list(
                            source,
                            ImageFolderConfig.of("set", 8).columns(),
                            (problem, item, reason) -> found.add(problem + " " + item));
            assertThat(listing.images().stream().map(FoundImage::fileName))
                    .containsExactly("s.tar/1.jpg", "s.tar/4.jpg");
        }
        assertThat(found)
                .containsExactly(
                        "BROKEN_SAMPLE s.tar/2",
                        "BROKEN_SAMPLE s.tar/3",
                        "BROKEN_SAMPLE s.tar/6",
                        "BROKEN_SAMPLE s.tar/1",
                        "NO_CLASS s.tar/5.jpg");
    }

    @Test
    void recipesChooseTheLayoutByItsKind() throws IOException {
        shard("s.tar", new TarBytes().file("1.jpg", picture(1)).file("1.cls", "3"));
        ImageFolderConfig config = RecipeReader.parse(
                "r.yaml", "{path: s.tar, image-size: 4, layout: {kind: webdataset}}", ImageFolderConfig.class);
        try (ImageFolder images = ImageFolder.open(config, folder)) {
            assertThat(images.classes()).containsExactly("3");
            assertThat(images.pixels(0).width()).isEqualTo(4);
        }
    }

    @Test
    void aSetWithoutShardsIsRefused() throws IOException {
        write("s.tar.gz", new byte[] {1});
        assertThatIOException().isThrownBy(() -> open("")).withMessageContaining("lies in .tar shards, uncompressed");
        byte[] tar = new TarBytes().file("1.jpg", picture(1)).closed();
        write("s.tar", Arrays.copyOf(tar, tar.length - 1024 - 400));
        assertThatIOException().isThrownBy(() -> open("")).withMessageContaining("s.tar is cut short within 1.jpg");
    }

    private ImageFolder open(String name) throws IOException {
        return open(name, List.of());
    }

    private ImageFolder open(String name, List<String> attributes) throws IOException {
        ImageFolderConfig config = ImageFolderConfig.of(folder.resolve(name).toString(), 8);
        return ImageFolder.open(
                DataConfigs.withAttributes(config.withLayout(new WebDatasetLayout()), attributes), folder);
    }

    private static List<String> names(ImageFolder images, int... indices) {
        return Arrays.stream(indices)
                .mapToObj(index -> images.images().get(index).fileName())
                .toList();
    }

    private static byte[] picture(int seed) throws IOException {
        return Pictures.encoded(Pictures.noise(9, 8, seed), "png");
    }

    private void shard(String name, TarBytes tar) throws IOException {
        write(name, tar.closed());
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
