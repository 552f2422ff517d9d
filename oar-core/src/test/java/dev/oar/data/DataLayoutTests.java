package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.image.Pictures;
import dev.oar.layout.CelebaHqLayout;
import dev.oar.layout.DataLayout;
import dev.oar.layout.FashionProductsLayout;
import dev.oar.layout.FolderLayout;
import dev.oar.layout.ImageNetLayout;
import dev.oar.testing.MatlabFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small copies of public data sets, with their traps, read as they were unpacked. */
class DataLayoutTests {
    private static final String STYLES_HEADER =
            "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName";
    private static final FashionProductsLayout FASHION =
            new FashionProductsLayout("articleType", "{productDisplayName}, {baseColour} {articleType} for {gender}");

    @TempDir
    private Path folder;

    @Test
    void imageNetsClassesAreItsIdsInTheirOrderAsTexts() throws IOException {
        image("train/n02105855/n02105855_2933.JPEG", "png");
        image("train/n01440764/n01440764_10026.JPEG", "jpg");
        image("train/n01440764/n01440764_7.JPEG", "jpg");
        image("val/n02105855/ILSVRC2012_val_00000002.JPEG", "jpg");
        image("val/n01440764/ILSVRC2012_val_00000001.JPEG", "jpg");
        text("LOC_synset_mapping.txt", "n01440764 tench, Tinca tinca\nn02105855 Shetland sheepdog, Shetland\n");
        text("readme.txt", "about");

        try (ImageFolder images = open(new ImageNetLayout())) {
            assertThat(images.classes()).containsExactly("n01440764", "n02105855");
            assertThat(names(images, images.trainIndices()))
                    .containsExactly(
                            "train/n01440764/n01440764_10026.JPEG",
                            "train/n01440764/n01440764_7.JPEG",
                            "train/n02105855/n02105855_2933.JPEG");
            assertThat(names(images, images.testIndices()))
                    .containsExactly(
                            "val/n01440764/ILSVRC2012_val_00000001.JPEG", "val/n02105855/ILSVRC2012_val_00000002.JPEG");
            assertThat(images.images())
                    .extracting(ImageEntry::caption)
                    .containsExactly("tench", "tench", "Shetland sheepdog", "tench", "Shetland sheepdog");
            assertThat(images.leftOut().names()).containsExactly("readme.txt");
        }
    }

    @Test
    void imageNetWithoutValidationImagesIsSplitAsAnySet() throws IOException {
        for (int i = 0; i < 4; i++) {
            image("n01440764/n01440764_" + i + ".JPEG", "jpg");
        }
        try (ImageFolder images = open(new ImageNetLayout())) {
            assertThat(images.trainIndices()).hasSize(3);
            assertThat(images.testIndices()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDevelopmentKitsNumbersAreNotThoseOfTheClasses(boolean compressed) throws IOException {
        image("train/n01440764/n01440764_1.JPEG", "jpg");
        image("train/n02119789/n02119789_1.JPEG", "jpg");
        for (int i = 1; i <= 3; i++) {
            image("val/ILSVRC2012_val_0000000" + i + ".JPEG", "jpg");
        }
        // In the kit, the kit fox is number 1 and the tench 449; as texts, the tench comes first.
        Map<Integer, String> ids = new TreeMap<>(Map.of(1, "n02119789", 449, "n01440764"));
        write("ILSVRC2012_devkit_t12/data/meta.mat", MatlabFile.ofSynsets(ids, compressed));
        text("ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt", "449\n1\n449\n");

        try (ImageFolder images = open(new ImageNetLayout())) {
            assertThat(Arrays.stream(images.testIndices())
                            .mapToObj(index -> images.classes()
                                    .get(images.images().get(index).classIndex())))
                    .containsExactly("n01440764", "n02119789", "n01440764");
        }
        text("ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt", "449\n2\n449\n");
        assertThatIOException()
                .isThrownBy(() -> open(new ImageNetLayout()))
                .withMessageContaining("line 2 of ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt")
                .withMessageContaining("but is '2'");
        write("ILSVRC2012_devkit_t12/data/meta.mat", new byte[200]);
        assertThatIOException()
                .isThrownBy(() -> open(new ImageNetLayout()))
                .withMessageContaining("must be the development kit's MATLAB file");
    }

    @Test
    void kagglesSolutionNamesTheClassesOfValidationImagesAndWithoutAnyTheyAreRefused() throws IOException {
        image("train/n01440764/n01440764_1.JPEG", "jpg");
        image("train/n02119789/n02119789_1.JPEG", "jpg");
        image("val/ILSVRC2012_val_00000001.JPEG", "jpg");
        assertThatIOException()
                .isThrownBy(() -> open(new ImageNetLayout()))
                .withMessageContaining("need their classes from LOC_val_solution.csv, or from");

        text(
                "LOC_val_solution.csv",
                "ImageId,PredictionString\nILSVRC2012_val_00000001,n02119789 85 1 499 272 n02119789 5 6 7 8\n");
        try (ImageFolder images = open(new ImageNetLayout())) {
            assertThat(images.images().get(images.testIndices()[0]).classIndex())
                    .isEqualTo(1);
        }
        image("val/ILSVRC2012_val_00000002.JPEG", "jpg");
        assertThatIOException()
                .isThrownBy(() -> open(new ImageNetLayout()))
                .withMessageContaining("but not that of val/ILSVRC2012_val_00000002.JPEG");
    }

    @Test
    void numberedFoldersAreClassesInTheOrderOfTheirNumbers() throws IOException {
        for (String name : List.of("0", "1", "2", "10", "11")) {
            image(name + "/a.png", "png");
        }
        try (ImageFolder images = open(new FolderLayout())) {
            assertThat(images.classes()).containsExactly("0", "1", "2", "10", "11");
        }
        image("x/a.png", "png");
        try (ImageFolder images = open(new FolderLayout())) {
            assertThat(images.classes()).containsExactly("0", "1", "10", "11", "2", "x");
        }
    }

    @Test
    void productNamesMayHoldCommasAndNaIsAWordAndRowsWithoutAnImageAreCounted() throws IOException {
        text(
                "fashion-dataset/styles.csv",
                "\uFEFF" + STYLES_HEADER + ",,\r\n"
                        + "1163,Men,Apparel,Topwear,Shirts,Blue,Summer,2011,NA,Nike Men's Shirt, Blue, Size M,,\r\n"
                        + "1164,Women,Apparel,Topwear,Tops,,Fall,2012.0,,Plain Top,,\r\n"
                        + "12347,Men,Apparel,Topwear,Shirts,Red,,,Casual,Gone,,\r\n"
                        + "1165,Men,Apparel,Topwear,,Red,,,Casual,Without class,,\r\n\r\n");
        for (String id : List.of("1163", "1164", "1165", "7")) {
            image("fashion-dataset/images/" + id + ".jpg", "jpg");
        }
        text("fashion-dataset/images.csv", "filename,link\n");

        try (ImageFolder images = open(FASHION)) {
            assertThat(images.classes()).containsExactly("Shirts", "Tops");
            assertThat(images.images())
                    .extracting(ImageEntry::caption)
                    .containsExactly(
                            "Nike Men's Shirt, Blue, Size M, Blue Shirts for Men", "Plain Top, Tops for Women");
            assertThat(images.notes())
                    .anySatisfy(
                            note -> assertThat(note)
                                    .contains(
                                            "rows of fashion-dataset/styles.csv without an image, which are left out, 1: 12347"))
                    .anySatisfy(note -> assertThat(note)
                            .contains("images whose row has no articleType, which are left out, 1: "
                                    + "fashion-dataset/images/1165.jpg"))
                    .anySatisfy(note -> assertThat(note)
                            .contains("images without a row in fashion-dataset/styles.csv, which are left out, 1: "
                                    + "fashion-dataset/images/7.jpg"));
        }
        FashionProductsLayout usage = new FashionProductsLayout("articleType", "{usage}");
        try (ImageFolder images = open(usage)) {
            assertThat(images.images()).extracting(ImageEntry::caption).containsExactly("NA", "");
        }
    }

    @Test
    void ofTwoCopiesOfTheProductsOneIsRead() throws IOException {
        for (String root : List.of("", "myntradataset/")) {
            text(
                    root + "styles.csv",
                    STYLES_HEADER
                            + "\n1,Men,A,B,Shirts,Blue,S,2011,Casual,Shirt\n2,Men,A,B,Shirts,Red,S,2011,Casual,Other\n");
            image(root + "images/1.jpg", "jpg");
            image(root + "images/2.jpg", "jpg");
        }
        try (ImageFolder images = open(FASHION)) {
            assertThat(images.images())
                    .extracting(ImageEntry::fileName)
                    .containsExactly("images/1.jpg", "images/2.jpg");
            assertThat(images.notes()).anySatisfy(note -> assertThat(note).contains("second copy"));
        }
    }

    @Test
    void aTableOfProductsThatIsBrokenIsRefusedByItsRow() throws IOException {
        image("images/1.jpg", "jpg");
        text("styles.csv", STYLES_HEADER + "\n1,Men,A\n");
        assertThatIOException()
                .isThrownBy(() -> open(FASHION))
                .withMessageContaining("row 2 of")
                .withMessageContaining("has 3 fields, but the table has 10 columns");
        String row = "\n1,Men,A,B,Shirts,Blue,S,2011,Casual,Shirt";
        text("styles.csv", STYLES_HEADER + row + row);
        assertThatIOException().isThrownBy(() -> open(FASHION)).withMessageContaining("but 1 stands twice");
        text("styles.csv", STYLES_HEADER + row);
        assertThatIOException()
                .isThrownBy(() -> open(new FashionProductsLayout("kind", "{colour}")))
                .withMessageContaining("needs the column kind of");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FashionProductsLayout("", "x"))
                .withMessageContaining("class-name and caption");
    }

    @Test
    void facesAreSplitByTheirNumbersAndDrawnFromTheCaptionAskedFor() throws IOException {
        for (int number : new int[] {0, 7, 23_999, 24_000, 29_999}) {
            image("CelebA-HQ-img/" + number + ".jpg", "jpg");
            text("text/celeba-caption/" + number + ".txt", "First of " + number + ".\n\nSecond of " + number + ".\n");
        }
        image("CelebA-HQ-img/30000.jpg", "jpg");
        image("CelebA-HQ-img/12.jpg", "jpg");
        text("text/celeba-caption/13.txt", "Nobody.");

        for (int line = 1; line <= 3; line++) {
            String which = line == 1 ? "First" : "Second";
            try (ImageFolder images = open(new CelebaHqLayout(Optional.of(line)))) {
                assertThat(images.classes()).containsExactly("face");
                assertThat(names(images, images.testIndices()))
                        .containsExactly("CelebA-HQ-img/24000.jpg", "CelebA-HQ-img/29999.jpg");
                assertThat(images.trainIndices()).hasSize(4);
                assertThat(images.images().get(0).caption()).isEqualTo(which + " of 0.");
                assertThat(images.notes())
                        .anySatisfy(
                                note -> assertThat(note).contains("images without a caption, 1: CelebA-HQ-img/12.jpg"))
                        .anySatisfy(note ->
                                assertThat(note).contains("captions without an image, 1: text/celeba-caption/13.txt"));
                assertThat(images.leftOut().names()).containsExactly("CelebA-HQ-img/30000.jpg");
            }
        }
        try (ImageFolder images = open(new CelebaHqLayout(Optional.empty()))) {
            assertThat(images.images().get(0).caption()).isEqualTo("First of 0.");
            assertThat(images.images().get(0).furtherCaptions()).containsExactly("Second of 0.");
            ImageCaptions captions = ImageCaptions.of(images, new int[] {0});
            assertThat(captions)
                    .isEqualTo(
                            new ImageCaptions(List.of("First of 0.", "Second of 0."), List.of(0), List.of(List.of(1))));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WebDatasetExport.write(images, folder.resolve("out"), 10, done -> {}))
                    .withMessageContaining("a sample of WebDataset has one caption, but CelebA-HQ-img/0.jpg has 2");
        }
        image("images/7.jpg", "jpg");
        assertThatIOException()
                .isThrownBy(() -> open(new CelebaHqLayout(Optional.empty())))
                .withMessageContaining("every number is one file");
    }

    @Test
    void aSplitOfItsOwnIsPartOfWhatTellsSetsApart() throws IOException {
        image("train/n01440764/n01440764_1.JPEG", "jpg");
        image("train/n02119789/n02119789_1.JPEG", "jpg");
        image("val/n01440764/ILSVRC2012_val_00000001.JPEG", "jpg");
        Set<String> fingerprints = new HashSet<>();
        try (ImageFolder given = open(new ImageNetLayout());
                ImageFolder again = open(new ImageNetLayout())) {
            fingerprints.add(given.fingerprint());
            fingerprints.add(again.fingerprint());
        }
        assertThat(fingerprints).hasSize(1);
        text("val/LOC_val_solution.csv", "ImageId,PredictionString\nILSVRC2012_val_00000001,n02119789 1 2 3 4\n");
        Files.move(
                folder.resolve("val/n01440764/ILSVRC2012_val_00000001.JPEG"),
                folder.resolve("val/ILSVRC2012_val_00000001.JPEG"));
        try (ImageFolder moved = open(new ImageNetLayout())) {
            fingerprints.add(moved.fingerprint());
        }
        assertThat(fingerprints).hasSize(2);
    }

    @Test
    void whatALayoutNeedsAndIsNotThereIsNamed() throws IOException {
        image("a.png", "png");
        Map<DataLayout, String> needs = Map.of(
                new ImageNetLayout(),
                "training images in folders such as n01440764",
                FASHION,
                "has a styles.csv beside its folder images",
                new CelebaHqLayout(Optional.empty()),
                "images named 0.jpg to 29999.jpg in a folder CelebA-HQ-img or images");
        for (Map.Entry<DataLayout, String> need : needs.entrySet()) {
            assertThatIOException()
                    .isThrownBy(() -> open(need.getKey()))
                    .withMessageContaining(need.getValue())
                    .withMessageContaining(folder.toString());
        }
    }

    @Test
    void aZipIsReadAsItsFolderWouldBe() throws IOException {
        Path zip = folder.resolve("set.zip");
        try (ZipOutputStream stream = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name :
                    List.of("train/n01440764/a_1.JPEG", "train/n02119789/b_1.JPEG", "val/n02119789/c.JPEG")) {
                stream.putNextEntry(new ZipEntry("ILSVRC/" + name));
                stream.write(Pictures.encoded(Pictures.noise(9, 8, 1), "jpg"));
                stream.closeEntry();
            }
        }
        ImageFolderConfig config = ImageFolderConfig.of("set.zip", 8);
        try (ImageFolder images = ImageFolder.open(config.withLayout(new ImageNetLayout()), folder)) {
            assertThat(images.trainIndices()).hasSize(2);
            assertThat(images.testIndices()).hasSize(1);
            assertThat(images.pixels(2).width()).isEqualTo(8);
        }
    }

    private ImageFolder open(DataLayout layout) throws IOException {
        ImageFolderConfig config = ImageFolderConfig.of(folder.toString(), 8);
        return ImageFolder.open(config.withLayout(layout), folder);
    }

    private static List<String> names(ImageFolder images, int... indices) {
        return Arrays.stream(indices)
                .mapToObj(index -> images.images().get(index).fileName())
                .toList();
    }

    private void image(String name, String format) throws IOException {
        write(name, Pictures.encoded(Pictures.noise(9, 8, name.hashCode()), format));
    }

    private void text(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
