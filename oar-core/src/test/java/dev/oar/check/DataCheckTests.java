package dev.oar.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.oar.check.ClassCounts.ClassSize;
import dev.oar.check.DataReport.ImageCounts;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.image.Pictures;
import dev.oar.image.Resize;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small copies of each layout with traps inside, whose counts are known. */
class DataCheckTests {
    private static final Named NONE = new Named(0, List.of());

    @TempDir
    private Path folder;

    @Test
    void everyTrapOfATableIsCountedAndTheOtherRowsAreReadOn() throws IOException {
        text(
                "metadata.csv",
                "\uFEFFfile_name,class,caption\r\n"
                        + "cats/1.png,cat,a cat\r\n"
                        + "cats/2.png,cat,\r\n"
                        + "cats/gone.png,cat,gone\r\n"
                        + "cats/3.png,cat,a cat, without quotes\r\n"
                        + "cats/1.png,cat,again\r\n"
                        + "../secret.png,cat,outside\r\n"
                        + "cats/4.png,,no class\r\n"
                        + "dogs/1.png,dog,\"\u72ac, \u8336\u8272\"\r\n"
                        + "dogs/tiny.png,dog,a dot\r\n"
                        + "dogs/empty.png,dog,nothing\r\n"
                        + "dogs/cut.png,dog,half\r\n"
                        + "birds/1.png,bird,a bird\r\n");
        for (String name :
                List.of("cats/1.png", "cats/2.png", "cats/3.png", "cats/4.png", "dogs/1.png", "birds/1.png")) {
            image(name);
        }
        image("cats/unlisted.png");
        write("dogs/tiny.png", Pictures.encoded(Pictures.noise(1, 1, 3), "png"));
        write("dogs/empty.png", new byte[0]);
        write("dogs/cut.png", Arrays.copyOf(Pictures.encoded(Pictures.noise(30, 20, 4), "png"), 300));
        text("notes.txt", "about");

        DataReport report = check(Optional.empty(), false);
        assertThat(report.layout()).isEqualTo("folder");
        assertThat(report.layoutReason()).isEqualTo("there is a metadata.csv at the top");
        assertThat(report.problems())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "broken-row", new Named(1, List.of("row 5")),
                        "missing-file", new Named(1, List.of("cats/gone.png")),
                        "named-twice", new Named(1, List.of("cats/1.png")),
                        "outside", new Named(1, List.of("row 7")),
                        "no-class", new Named(1, List.of("cats/4.png"))));
        assertThat(report.unreadable())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "is empty", new Named(1, List.of("dogs/empty.png")),
                        "is truncated: the PNG image does not end within its N bytes",
                                new Named(1, List.of("dogs/cut.png"))));
        assertThat(report.images()).isEqualTo(new ImageCounts(7, 5, 3, 2, false));
        assertThat(report.classes())
                .isEqualTo(new ClassCounts(
                        3,
                        Optional.of(new ClassSize("bird", 1)),
                        2,
                        Optional.of(new ClassSize("cat", 2)),
                        new Named(1, List.of("bird"))));
        assertThat(report.captions().given()).isEqualTo(6);
        assertThat(report.captions().empty()).isEqualTo(1);
        assertThat(report.captions().inOtherScripts()).isEqualTo(new Named(1, List.of("dogs/1.png")));
        SizeCounts sizes = report.sizes().orElseThrow();
        assertThat(sizes.smallest()).isEqualTo("1 x 1");
        assertThat(sizes.smallestName()).isEqualTo("dogs/tiny.png");
        assertThat(sizes.below64()).isEqualTo(5);
        assertThat(report.leftOut().first()).contains("cats/unlisted.png", "notes.txt");
        assertThat(report.failures()).hasSize(6).allMatch(failure -> failure.startsWith("a recipe refuses "));
    }

    @Test
    void brokenLinesOfJsonAreCounted() throws IOException {
        text(
                "metadata.jsonl",
                "{\"file_name\": \"a/1.png\", \"caption\": \"one\"}\n{\"file_name\": \"a/2.png\"\n[]\n"
                        + "{\"file_name\": \"a/3.png\", \"caption\": [\"list\"]}\n{\"file_name\": \"a/4.png\"}\n");
        for (int i = 1; i <= 4; i++) {
            image("a/" + i + ".png");
        }
        DataReport report = check(Optional.empty(), true);
        assertThat(report.problems())
                .containsOnly(entry("broken-row", new Named(3, List.of("line 2", "line 3", "line 4"))));
        assertThat(report.images()).isEqualTo(new ImageCounts(2, 2, 1, 1, false));
    }

    @Test
    void imagesAtTheWrongDepthAreCountedAndTheClassesAreReadOn() throws IOException {
        image("a/1.png");
        image("a/2.png");
        image("b/1.png");
        image("b/deep/2.png");
        image("loose.png");
        DataReport report = check(Optional.empty(), true);
        assertThat(report.problems())
                .containsOnly(entry("misplaced", new Named(2, List.of("b/deep/2.png", "loose.png"))));
        assertThat(report.images().readable()).isEqualTo(3);
        assertThat(report.classes().tooSmall()).isEqualTo(new Named(1, List.of("b")));
    }

    @Test
    void duplicatesAreFoundAcrossClassesAndAcrossTheSetsOwnSplit() throws IOException {
        RgbImage first = Resize.bicubic(Pictures.noise(7, 6, 1), 90, 80);
        RgbImage second = Resize.bicubic(Pictures.noise(7, 6, 2), 90, 80);
        write("train/n01440764/n01440764_1.JPEG", Pictures.encoded(first, "png"));
        write("train/n01440764/n01440764_2.JPEG", Pictures.encoded(second, "png"));
        write("train/n02119789/n02119789_1.JPEG", Pictures.encoded(first, "bmp"));
        write("val/n01440764/ILSVRC2012_val_00000001.JPEG", Pictures.encoded(first, "png"));
        write("val/n02119789/ILSVRC2012_val_00000002.JPEG", Pictures.encoded(second, "jpg"));
        image("val/n02119789/ILSVRC2012_val_00000003.JPEG");
        text("readme.txt", "about");

        DataReport report = check(Optional.empty(), false);
        assertThat(report.layout()).isEqualTo("imagenet");
        assertThat(report.layoutReason()).isEqualTo("there is train/n01440764/n01440764_1.JPEG");
        assertThat(report.images()).isEqualTo(new ImageCounts(6, 6, 3, 3, true));
        assertThat(report.exactDuplicates())
                .contains(new DuplicateCounts(
                        1,
                        3,
                        new Named(1, List.of("val/n01440764/ILSVRC2012_val_00000001.JPEG")),
                        1,
                        new Named(1, List.of("train/n01440764/n01440764_1.JPEG = train/n02119789/n02119789_1.JPEG"))));
        assertThat(report.nearDuplicates())
                .contains(
                        new DuplicateCounts(
                                1,
                                2,
                                new Named(1, List.of("val/n02119789/ILSVRC2012_val_00000002.JPEG")),
                                1,
                                new Named(
                                        1,
                                        List.of(
                                                "train/n01440764/n01440764_2.JPEG ~ val/n02119789/ILSVRC2012_val_00000002.JPEG"))));
        assertThat(report.failures()).isEmpty();
        assertThat(check(Optional.empty(), true).exactDuplicates()).isEmpty();
    }

    @Test
    void validationImagesOfNoClassAreCounted() throws IOException {
        image("train/n01440764/n01440764_1.JPEG");
        image("val/ILSVRC2012_val_00000001.JPEG");
        image("val/ILSVRC2012_val_00000002.JPEG");
        text("LOC_val_solution.csv", "ImageId,PredictionString\r\nILSVRC2012_val_00000001,n01440764 1 2 3 4\r\n");
        DataReport report = check(Optional.empty(), true);
        assertThat(report.problems())
                .containsOnly(entry("no-class", new Named(1, List.of("val/ILSVRC2012_val_00000002.JPEG"))));
        assertThat(report.images()).isEqualTo(new ImageCounts(2, 2, 1, 1, true));
    }

    @Test
    void productsAreCountedPastBrokenAndRepeatedRows() throws IOException {
        String row = ",Men,A,B,Shirts,Blue,S,2011,Casual,Shirt, with a comma\r\n";
        text(
                "fashion-dataset/styles.csv",
                "\uFEFFid,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName\r\n"
                        + "1" + row + "2" + row + "2" + row + "3,Men\r\n" + "12347" + row);
        for (int i = 1; i <= 3; i++) {
            image("fashion-dataset/images/" + i + ".jpg");
        }
        DataReport report = check(Optional.empty(), true);
        assertThat(report.layout()).isEqualTo("fashion-products");
        assertThat(report.problems())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "broken-row", new Named(1, List.of("row 5")), "named-twice", new Named(1, List.of("2"))));
        assertThat(report.images().readable()).isEqualTo(2);
        assertThat(report.captions().given()).isEqualTo(2);
        assertThat(report.notes())
                .anyMatch(note -> note.contains("without an image, which are left out, 1: 12347"))
                .anyMatch(note -> note.contains("without a row in fashion-dataset/styles.csv, which are left out, 1"));
        assertThat(report.failures()).hasSize(2);
    }

    @Test
    void facesAreCountedPastNumbersThatStandTwice() throws IOException {
        for (int number : new int[] {0, 7, 24_000}) {
            image("CelebA-HQ-img/" + number + ".jpg");
        }
        image("images/7.jpg");
        text("celeba-caption/0.txt", "A face.\nAnother.");
        text("celeba-caption/7.txt", "");
        DataReport report = check(Optional.empty(), true);
        assertThat(report.layout()).isEqualTo("celeba-hq");
        assertThat(report.problems()).containsOnly(entry("named-twice", new Named(1, List.of("images/7.jpg"))));
        assertThat(report.images()).isEqualTo(new ImageCounts(3, 3, 2, 1, true));
        assertThat(report.captions().given()).isEqualTo(1);
        assertThat(report.captions().empty()).isEqualTo(2);
    }

    @Test
    void whatShowsNoLayoutOrSeveralIsAFolderAndAnotherCanBeAskedFor() throws IOException {
        image("a/1.png");
        image("a/2.png");
        DataReport plain = check(Optional.empty(), true);
        assertThat(plain.layout()).isEqualTo("folder");
        assertThat(plain.layoutReason()).startsWith("there is neither a table of images, nor a folder such as");
        assertThat(plain.failures()).isEmpty();

        DataReport asked = check(Optional.of("imagenet"), true);
        assertThat(asked.layoutReason()).isEqualTo("as asked for");
        assertThat(asked.failures())
                .singleElement()
                .asString()
                .contains("training images in folders such as n01440764");
        assertThat(asked.images()).isEqualTo(new ImageCounts(0, 0, 0, 0, false));

        image("n01440764/1.png");
        image("CelebA-HQ-img/0.jpg");
        DataReport several = check(Optional.empty(), true);
        assertThat(several.layout()).isEqualTo("folder");
        assertThat(several.layoutReason())
                .startsWith("it may be more than one of the others: ")
                .contains("imagenet has n01440764/1.png", "celeba-hq has CelebA-HQ-img/0.jpg");
    }

    @Test
    void damageWithinPixelsIsFoundUnlessHeadersAloneAreRead() throws IOException {
        image("a/1.png");
        byte[] damaged = Pictures.encoded(Pictures.noise(40, 40, 5), "png");
        Arrays.fill(damaged, 200, 400, (byte) 0);
        write("a/2.png", damaged);
        assertThat(check(Optional.empty(), true).images().readable()).isEqualTo(2);
        DataReport whole = check(Optional.empty(), false);
        assertThat(whole.images().readable()).isEqualTo(1);
        assertThat(whole.unreadable()).hasSize(1);
        assertThat(whole.failures()).hasSize(1);
    }

    @Test
    void theSplitIsThatOfARecipe() throws IOException {
        for (int i = 0; i < 30; i++) {
            image((i % 3) + "/" + i + ".png");
        }
        ImageFolderConfig config = ImageFolderConfig.of(folder.toString(), 8);
        try (DataCheck check = DataCheck.open(config, folder);
                ImageFolder images = ImageFolder.open(config, folder)) {
            ImageCounts counts = check.check(true, (done, all) -> {}).images();
            assertThat(counts.train()).isEqualTo(images.trainIndices().length);
            assertThat(counts.test()).isEqualTo(images.testIndices().length);
            assertThat(check.sheet(7, 16, 1).orElseThrow().rgb())
                    .isEqualTo(check.sheet(7, 16, 1).orElseThrow().rgb())
                    .isNotEqualTo(check.sheet(7, 16, 2).orElseThrow().rgb());
        }
    }

    @Test
    void asJsonItHasStableKeys() throws IOException {
        image("a/1.png");
        assertThat(check(Optional.empty(), false).json())
                .contains(
                        "\"layout-reason\"",
                        "\"own-split\" : false",
                        "\"too-small\"",
                        "\"in-other-scripts\"",
                        "\"smallest-name\" : \"a/1.png\"",
                        "\"exact-duplicates\"",
                        "\"across-split\"",
                        "\"left-out\"")
                .endsWith("}\n");
        assertThat(check(Optional.empty(), true).captions().tooLong().values()).containsOnly(NONE);
    }

    private DataReport check(Optional<String> layout, boolean quick) throws IOException {
        try (DataCheck check = DataCheck.open(folder, layout)) {
            return check.check(quick, (done, all) -> {});
        }
    }

    private void image(String name) throws IOException {
        write(name, Pictures.encoded(Pictures.noise(9, 8, name.hashCode()), name.endsWith("png") ? "png" : "jpg"));
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
