package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.checkpoint.NumpyBytes;
import dev.oar.file.CorruptFileException;
import dev.oar.image.CenterCrop;
import dev.oar.image.ImageSize;
import dev.oar.image.Pictures;
import dev.oar.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSetTests {
    @TempDir
    Path directory;

    @Test
    void imagesOfAFolderAreReadAtAnyDepthInTheOrderOfTheirNames() throws IOException {
        Path folder = directory.resolve("set");
        write(folder, "b.png", 1);
        write(folder, "a/deep/c.bmp", 2);
        write(folder, "a/d.PNG", 3);
        write(folder, ".hidden/e.png", 4);
        Files.writeString(folder.resolve("results.json"), "{}");
        for (String beside :
                List.of("1-0-3-sheet.png", "a/1-0-3-order.png", "-5-0-3-sheet.png", "a/mask-preview.png")) {
            Files.write(folder.resolve(beside), Pictures.encoded(Pictures.noise(40, 40, 5), "png"));
        }

        try (ImageSet images = ImageSet.open(folder)) {
            assertThat(names(images)).containsExactly("a/d.PNG", "a/deep/c.bmp", "b.png");
            assertThat(images.size()).isEqualTo(new ImageSize(10, 9));
            assertThat(images.families().count()).isEqualTo(3);
            assertImages(images, noise(3), noise(2), noise(1));
        }
    }

    @Test
    void aZipIsTheSetOfTheFolderThatWasPacked() throws IOException {
        Path folder = directory.resolve("set");
        write(folder, "b.png", 1);
        write(folder, "a.png", 2);
        Path zip = directory.resolve("set.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : List.of("b.png", "a.png")) {
                out.putNextEntry(new ZipEntry(name));
                out.write(Files.readAllBytes(folder.resolve(name)));
            }
        }

        try (ImageSet packed = ImageSet.open(zip)) {
            assertImages(packed, noise(2), noise(1));
            assertThat(packed.fingerprint()).isEqualTo(fingerprint(folder)).matches("[0-9a-f]{64}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
    void aBatchHoldsItsImagesInAnyOrderOfReading(int method) throws IOException {
        RgbImage[] expected =
                IntStream.range(0, 50).mapToObj(ImageSetTests::noise).toArray(RgbImage[]::new);
        Path file = batch(method, "|u1", "(50, 9, 10, 3)", pixels(expected));

        try (ImageSet images = ImageSet.open(file)) {
            assertThat(images.size()).isEqualTo(new ImageSize(10, 9));
            assertThat(images.name(7)).isEqualTo("7");
            assertImages(images, expected);
            for (int index : new int[] {49, 3, 3, 20, 0, 48}) {
                assertThat(images.image(index).rgb()).as("image %d", index).isEqualTo(expected[index].rgb());
            }
        }
    }

    @Test
    void whatIsWrittenAsABatchIsReadAsTheSameSet() throws IOException {
        List<RgbImage> expected =
                IntStream.range(0, 5).mapToObj(ImageSetTests::noise).toList();
        Path file = directory.resolve("samples.npz");
        Path again = directory.resolve("again.npz");
        SampleBatch.write(file, ImageSource.of(expected), 4, 3, 2, 1, 0);
        try (ImageSet images = ImageSet.open(file)) {
            assertImages(images, expected.toArray(RgbImage[]::new));
            SampleBatch.write(again, images, 4, 3, 2, 1, 0);
            assertThat(again).hasSameBinaryContentAs(file);
            assertThatIllegalArgumentException()
                    .as("another batch is not written over it")
                    .isThrownBy(() -> SampleBatch.write(again, images))
                    .withMessageContaining("again.npz holds something else");
            Files.delete(again);
            SampleBatch.write(again, images);
            assertThat(fingerprint(again)).isEqualTo(images.fingerprint());
        }
        assertThat(Files.size(file) - Files.size(again)).as("the classes").isGreaterThan(5 * 8);
    }

    @Test
    void twentyThousandImagesPassThroughOneBuffer() throws IOException {
        int count = 20_000;
        byte[] shared = new byte[4 * 4 * 3];
        ImageSource source = new ImageSource() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public RgbImage image(int index) {
                fill(shared, index);
                return new RgbImage(4, 4, shared);
            }

            @Override
            public int family(int index) {
                return index;
            }
        };
        Path file = directory.resolve("samples.npz");
        SampleBatch.write(file, source);

        byte[] expected = new byte[shared.length];
        try (ImageSet images = ImageSet.open(file)) {
            assertThat(images.count()).isEqualTo(count);
            for (int index = 0; index < count; index++) {
                fill(expected, index);
                assertThat(images.image(index).rgb()).as("image %d", index).isEqualTo(expected);
            }
        }
    }

    private static void fill(byte[] rgb, int index) {
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (index * 31 + (index >> 8) * 7 + i);
        }
    }

    @Test
    void theFirstTwoSizesThatDifferAreNamed() throws IOException {
        Path folder = directory.resolve("set");
        write(folder, "a.png", 1);
        write(folder, "b.png", 2);
        Files.write(folder.resolve("c.png"), Pictures.encoded(Pictures.noise(20, 30, 3), "png"));
        Files.write(folder.resolve("d.png"), Pictures.encoded(Pictures.noise(21, 30, 3), "png"));
        assertThatIOException()
                .isThrownBy(() -> ImageSet.open(folder))
                .withMessageContaining("a.png has 10 x 9 pixels and c.png has 20 x 30; give the size");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9, 32})
    void imagesOfAnySizeAreCroppedToTheSideThatIsGiven(int side) throws IOException {
        Path folder = directory.resolve("set");
        RgbImage large = Pictures.noise(20, 30, 3);
        write(folder, "a.png", 1);
        Files.write(folder.resolve("b.png"), Pictures.encoded(large, "png"));
        try (ImageSet images = ImageSet.open(folder, side)) {
            assertThat(images.size()).isEqualTo(new ImageSize(side, side));
            assertImages(images, CenterCrop.apply(noise(1), side), CenterCrop.apply(large, side));
        }
        Path file = batch(ZipEntry.STORED, "|u1", "(1, 30, 20, 3)", large.rgb());
        try (ImageSet images = ImageSet.open(file, side)) {
            assertImages(images, CenterCrop.apply(large, side));
        }
    }

    @Test
    void theFingerprintIsThatOfNamesSizesAndPixels() throws IOException {
        Path folder = directory.resolve("set");
        write(folder, "a.png", 1);
        write(folder, "b.png", 2);
        String first = fingerprint(folder);
        List<String> others = new ArrayList<>();
        Files.write(folder.resolve("b.png"), Pictures.encoded(noise(2), "bmp"));
        assertThat(fingerprint(folder)).as("other files of equal pixels").isEqualTo(first);
        Files.move(folder.resolve("b.png"), folder.resolve("c.png"));
        others.add(fingerprint(folder));
        write(folder, "c.png", 3);
        others.add(fingerprint(folder));
        write(folder, "d.png", 3);
        others.add(fingerprint(folder));
        try (ImageSet images = ImageSet.open(folder, 9)) {
            others.add(images.fingerprint());
        }
        assertThat(others).doesNotContain(first).doesNotHaveDuplicates();
    }

    @Test
    void unreadableFilesAreNamed() throws IOException {
        Path folder = directory.resolve("set");
        write(folder, "a.png", 1);
        Files.writeString(folder.resolve("b.png"), "no image");
        assertThatIOException()
                .isThrownBy(() -> ImageSet.open(folder))
                .withMessageContaining("b.png is not a PNG, JPEG, WebP, GIF or BMP image");
    }

    @Test
    void nothingThereIsOneSentence() throws IOException {
        Files.writeString(directory.resolve("notes.txt"), "a");
        assertThatIOException()
                .isThrownBy(() -> ImageSet.open(directory))
                .withMessageContaining("holds no images; put PNG, JPEG, WebP, GIF or BMP files into it");
        assertThatIOException()
                .isThrownBy(() -> ImageSet.open(directory.resolve("notes.txt")))
                .withMessageContaining("must be a folder, a .zip or an .npz, but ");
        assertThatIOException()
                .isThrownBy(() -> ImageSet.open(directory.resolve("none")))
                .withMessageContaining("there is no folder, zip or tar of images at ");
        assertThatIOException()
                .isThrownBy(() -> ImageSet.open(directory.resolve("none.npz")))
                .withMessageContaining("there is no file of NumPy arrays at ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageSet.open(directory, 0))
                .withMessageContaining("a side of 1 to 8192 pixels, but it is to be 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "<f4; (2, 1, 2, 3); 48; of type <f4",
                "|u1; (2, 3, 1, 2); 12; shape [2, 3, 1, 2]",
                "|u1; (2, 3); 6; shape [2, 3]",
                "|u1; (2, 0, 2, 3); 0; shape [2, 0, 2, 3]",
                "|u1; (0, 2, 2, 3); 0; must hold at least one image",
                "|u1; (0, 100000, 100000, 3); 0; up to 50000000 pixels an image",
                "|O; (2, 1, 2, 3); 12; holds pickled objects, which are never executed"
            })
    void batchesOfAnythingElseAreRefused(String descr, String shape, int bytes, String because) throws IOException {
        Path file = batch(ZipEntry.STORED, descr, shape, new byte[bytes]);
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ImageSet.open(file))
                .withMessageContaining(because);
        // Nothing keeps the file open: Windows would refuse to delete it.
        Files.delete(file);
    }

    @Test
    void wrongBatchesAreNotWritten() throws IOException {
        Path file = directory.resolve("samples.npz");
        ImageSource two = ImageSource.of(List.of(noise(1), Pictures.noise(9, 10, 2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleBatch.write(file, two))
                .withMessageContaining("image 0 has 10 x 9 pixels and image 1 has 9 x 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleBatch.write(file, two, 1, 2, 3))
                .withMessageContaining("3 classes for 2 images");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleBatch.write(file, ImageSource.of(List.of())))
                .withMessageContaining("at least one image");
        assertThat(directory).isEmptyDirectory();
    }

    private static void write(Path folder, String name, long seed) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.write(path, Pictures.encoded(noise(seed), name.substring(name.lastIndexOf('.') + 1)));
    }

    private static RgbImage noise(long seed) {
        return Pictures.noise(10, 9, seed);
    }

    private Path batch(int method, String descr, String shape, byte[] pixels) throws IOException {
        byte[] array = NumpyBytes.array(descr, false, shape, pixels);
        return Files.write(directory.resolve("batch.npz"), NumpyBytes.archive(Map.of("arr_0", array), method));
    }

    private static byte[] pixels(RgbImage... images) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Stream.of(images).forEach(image -> bytes.writeBytes(image.rgb()));
        return bytes.toByteArray();
    }

    private static List<String> names(ImageSet images) {
        return IntStream.range(0, images.count()).mapToObj(images::name).toList();
    }

    private static void assertImages(ImageSet images, RgbImage... expected) throws IOException {
        assertThat(images.count()).isEqualTo(expected.length);
        for (int index = 0; index < expected.length; index++) {
            assertThat(ImageSize.of(images.image(index))).isEqualTo(ImageSize.of(expected[index]));
            assertThat(images.image(index).rgb()).as("image %d", index).isEqualTo(expected[index].rgb());
        }
    }

    private static String fingerprint(Path path) throws IOException {
        try (ImageSet images = ImageSet.open(path)) {
            return images.fingerprint();
        }
    }
}
