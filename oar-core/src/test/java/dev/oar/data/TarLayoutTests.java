package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.oar.image.Pictures;
import dev.oar.layout.DataLayout;
import dev.oar.layout.FolderLayout;
import dev.oar.layout.ImageNetLayout;
import dev.oar.testing.MatlabFile;
import dev.oar.testing.TarBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets that lie in tars, read without unpacking them. */
class TarLayoutTests {
    private static final String KIT = "ILSVRC2012_devkit_t12/data/";

    @TempDir
    private Path folder;

    @Test
    void aTarIsReadAsItsFolderWouldBe() throws IOException {
        TarBytes tar = new TarBytes();
        for (String name : List.of("a/1.png", "a/2.png", "b/1.png", "b/2.png")) {
            byte[] image = picture(name);
            write("set/" + name, image);
            tar.file("./set/" + name, image);
        }
        tar.file("./set/readme.txt", "about").file("./set/._a", "desktop").member("./set/b/3.png", '2', new byte[0]);
        write("set/readme.txt", "about".getBytes(StandardCharsets.UTF_8));
        write("packed.tar", tar.closed());
        try (ImageFolder unpacked = open("set", new FolderLayout());
                ImageFolder packed = open("packed.tar", new FolderLayout())) {
            assertThat(names(packed)).isEqualTo(names(unpacked)).hasSize(4);
            assertThat(packed.classes()).containsExactly("a", "b");
            assertThat(packed.fingerprint()).isEqualTo(unpacked.fingerprint());
            assertThat(packed.leftOut().names()).containsExactly("readme.txt");
            assertThat(packed.notes())
                    .anySatisfy(note -> assertThat(note).contains("links, which are not followed, 1: ./set/b/3.png"));
            for (int i = 0; i < 4; i++) {
                assertThat(packed.pixels(i).rgb()).isEqualTo(unpacked.pixels(i).rgb());
            }
        }
    }

    @Test
    void aTableInATarIsReadAndADamagedImageInItIsNamedByItsPlace() throws IOException {
        byte[] image = picture("a");
        byte[] short_ = Arrays.copyOf(image, image.length - 20);
        write(
                "t.tar",
                new TarBytes()
                        .file("metadata.csv", "file_name,class\na.png,x\nb.png,y\n")
                        .file("a.png", image)
                        .file("b.png", short_)
                        .closed());
        assertThatIOException()
                .isThrownBy(() -> open("t.tar", new FolderLayout()))
                .withMessageContaining(folder.resolve("t.tar") + "/b.png is truncated");
    }

    @Test
    void imageNetsOfficialTarsAreReadInPlace() throws IOException {
        byte[] first = new TarBytes()
                .file("n01440764_10026.JPEG", picture("1"))
                .file("n01440764_7.JPEG", picture("2"))
                .closed();
        byte[] second = new TarBytes()
                .file("n02119789_1.JPEG", picture("3"))
                .file("notes.txt", "about")
                .closed();
        // In the order of the official tar classes need not be sorted.
        write(
                "ILSVRC2012_img_train.tar",
                new TarBytes()
                        .file("n02119789.tar", second)
                        .file("n01440764.tar", first)
                        .closed());
        write(
                "ILSVRC2012_img_train_t3.tar",
                new TarBytes().file("n02085620.tar", first).closed());
        TarBytes validation = new TarBytes();
        for (int i = 1; i <= 3; i++) {
            validation.file("ILSVRC2012_val_0000000" + i + ".JPEG", picture("v" + i));
        }
        write("ILSVRC2012_img_val.tar", validation.closed());
        writeKit();
        try (ImageFolder images = open("", new ImageNetLayout())) {
            assertThat(images.classes()).containsExactly("n01440764", "n02119789");
            assertThat(namesOf(images, images.trainIndices()))
                    .containsExactly(
                            "ILSVRC2012_img_train.tar/n01440764.tar/n01440764_10026.JPEG",
                            "ILSVRC2012_img_train.tar/n01440764.tar/n01440764_7.JPEG",
                            "ILSVRC2012_img_train.tar/n02119789.tar/n02119789_1.JPEG");
            assertThat(Arrays.stream(images.testIndices())
                            .map(index -> images.images().get(index).classIndex()))
                    .containsExactly(0, 1, 0);
            assertThat(images.leftOut().names())
                    .containsExactly("ILSVRC2012_img_train.tar/n02119789.tar/notes.txt", "ILSVRC2012_img_train_t3.tar");
            assertThat(Files.readAllBytes(
                            images.images().get(images.trainIndices()[1]).path()))
                    .isEqualTo(picture("2"));
            assertThat(images.pixels(0).width()).isEqualTo(8);
        }
        try (ImageFolder training = open("ILSVRC2012_img_train.tar", new ImageNetLayout())) {
            assertThat(names(training))
                    .containsExactly(
                            "n01440764.tar/n01440764_10026.JPEG",
                            "n01440764.tar/n01440764_7.JPEG",
                            "n02119789.tar/n02119789_1.JPEG");
        }
    }

    @Test
    void whatIsUnpackedIsNotReadFromTarsAgain() throws IOException {
        byte[] inner = new TarBytes().file("n01440764_1.JPEG", picture("1")).closed();
        byte[] other = new TarBytes().file("n02119789_1.JPEG", picture("2")).closed();
        write(
                "ILSVRC2012_img_train.tar",
                new TarBytes()
                        .file("n01440764.tar", inner)
                        .file("n02119789.tar", other)
                        .file("n03000684.tar", other)
                        .closed());
        write("train/n01440764/n01440764_1.JPEG", picture("1"));
        write("train/n02119789.tar", other);
        write(
                "ILSVRC2012_img_val.tar",
                new TarBytes()
                        .file("ILSVRC2012_val_00000001.JPEG", picture("v1"))
                        .closed());
        write("val/n01440764/ILSVRC2012_val_00000001.JPEG", picture("v1"));
        try (ImageFolder images = open("", new ImageNetLayout())) {
            assertThat(names(images))
                    .containsExactly(
                            "ILSVRC2012_img_train.tar/n03000684.tar/n02119789_1.JPEG",
                            "train/n01440764/n01440764_1.JPEG",
                            "train/n02119789.tar/n02119789_1.JPEG",
                            "val/n01440764/ILSVRC2012_val_00000001.JPEG");
            assertThat(images.notes())
                    .anySatisfy(note -> assertThat(note)
                            .contains("tars of images that are there already, which are left out, 3: "
                                    + "ILSVRC2012_img_train.tar/n01440764.tar, "
                                    + "ILSVRC2012_img_train.tar/n02119789.tar, ILSVRC2012_img_val.tar"));
        }
    }

    @Test
    void aTarThatIsCutShortOrLiesInAZipIsRefusedByName() throws IOException {
        byte[] inner = new TarBytes().file("n01440764_1.JPEG", picture("1")).closed();
        byte[] outer = new TarBytes().file("n01440764.tar", inner).closed();
        write("cut/ILSVRC2012_img_train.tar", Arrays.copyOf(outer, outer.length - 1024 - 700));
        assertThatIOException()
                .isThrownBy(() -> open("cut", new ImageNetLayout()))
                .withMessageContaining("ILSVRC2012_img_train.tar is cut short within n01440764.tar");
        byte[] innerCut = Arrays.copyOf(inner, inner.length - 1024 - 400);
        write(
                "within/ILSVRC2012_img_train.tar",
                new TarBytes().file("n01440764.tar", innerCut).closed());
        assertThatIOException()
                .isThrownBy(() -> open("within", new ImageNetLayout()))
                .withMessageContaining("ILSVRC2012_img_train.tar/n01440764.tar is cut short within n01440764_1.JPEG");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("s.zip")))) {
            zip.putNextEntry(new ZipEntry("ILSVRC2012_img_train.tar"));
            zip.write(outer);
            zip.closeEntry();
        }
        assertThatIOException()
                .isThrownBy(() -> open("s.zip", new ImageNetLayout()))
                .withMessageContaining("lies in a zip; unpack the zip");
        write("s.tar.gz", outer);
        assertThatIOException()
                .isThrownBy(() -> open("s.tar.gz", new FolderLayout()))
                .withMessageContaining("a .zip or an uncompressed .tar");
    }

    private void writeKit() throws IOException {
        Map<Integer, String> ids = new TreeMap<>(Map.of(1, "n02119789", 449, "n01440764"));
        write(KIT + "meta.mat", MatlabFile.ofSynsets(ids, true));
        write(KIT + "ILSVRC2012_validation_ground_truth.txt", "449\n1\n449\n".getBytes(StandardCharsets.UTF_8));
    }

    private ImageFolder open(String name, DataLayout layout) throws IOException {
        ImageFolderConfig config = ImageFolderConfig.of(folder.resolve(name).toString(), 8);
        return ImageFolder.open(config.withLayout(layout), folder);
    }

    private static List<String> names(ImageFolder images) {
        return images.images().stream().map(ImageEntry::fileName).toList();
    }

    private static List<String> namesOf(ImageFolder images, int... indices) {
        return Arrays.stream(indices)
                .mapToObj(index -> images.images().get(index).fileName())
                .toList();
    }

    private static byte[] picture(String name) throws IOException {
        return Pictures.encoded(Pictures.noise(9, 8, name.hashCode()), "png");
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
