package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.oar.artifact.ModelFolder;
import dev.oar.check.ClassCounts;
import dev.oar.check.ClassCounts.ClassSize;
import dev.oar.check.DataCheck;
import dev.oar.check.DataReport;
import dev.oar.check.DataReport.ImageCounts;
import dev.oar.check.Lengths;
import dev.oar.check.Named;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.image.JpegFiles;
import dev.oar.layout.CelebaHqLayout;
import dev.oar.layout.DataLayout;
import dev.oar.layout.FashionProductsLayout;
import dev.oar.layout.FolderLayout;
import dev.oar.layout.ImageNetLayout;
import dev.oar.layout.WebDatasetLayout;
import dev.oar.model.AutoregressiveModel;
import dev.oar.testing.MatlabFile;
import dev.oar.testing.TarBytes;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From small copies of public data sets, as they lie on disk with their known traps, over what a check counts of them to a drawn image. */
class LayoutRunTests {
    private static final int IMAGES_PER_CLASS = 16;
    private static final int TESTED = 4;
    private static final List<String> CLASSES = List.of("bars", "discs");
    private static final List<String> WORDNET_IDS = List.of("n01440764", "n02119789");

    @TempDir
    private Path folder;

    private Path raw = Path.of("");

    @BeforeEach
    void drawPictures() throws IOException {
        TinyRecipe.images(folder.resolve("pictures"), IMAGES_PER_CLASS);
        raw = folder.resolve("raw");
    }

    @Test
    void imageNetInFoldersWithFlatValidationImages() throws IOException {
        List<String> solution = new ArrayList<>(List.of("ImageId,PredictionString"));
        for (int kind = 0; kind < 2; kind++) {
            String id = WORDNET_IDS.get(kind);
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                String validation = validation(kind, i);
                if (i < TESTED) {
                    solution.add(validation + "," + id + " 1 2 3 4");
                }
                write(i < TESTED ? "val/" + validation : "train/" + id + "/" + id + "_" + i, ".JPEG", kind, i);
            }
        }
        Files.write(raw.resolve("LOC_val_solution.csv"), solution);
        // Of ImageNet's training images 22 are CMYK, and Adobe's segment says so.
        Files.write(
                raw.resolve("train/n01440764/n01440764_99.JPEG"),
                JpegFiles.withAdobe(JpegFiles.fourComponents(10, 20, 30, 200), 0));
        DataReport report = checked(new ImageNetLayout());
        assertThat(report.layout()).isEqualTo("imagenet");
        assertThat(report.images()).isEqualTo(new ImageCounts(33, 33, 25, 8, true));
        assertThat(report.classes()).isEqualTo(classes("n02119789", 16, "n01440764", 17));
        assertThat(report.losses()).containsOnly(entry("inks", named("train/n01440764/n01440764_99.JPEG")));
        // The first word of each class is its caption.
        assertThat(report.captions().given()).isEqualTo(33);
        assertThat(report.captions().distinct()).isEqualTo(2);
        assertDraws(new ImageNetLayout(), 2);
    }

    @Test
    void imageNetInItsOfficialTarsWithTheDevelopmentKit() throws IOException {
        TarBytes training = new TarBytes();
        TarBytes tested = new TarBytes();
        List<String> truth = new ArrayList<>();
        // Tars of classes need not be sorted.
        for (int kind = 1; kind >= 0; kind--) {
            String id = WORDNET_IDS.get(kind);
            TarBytes images = new TarBytes();
            for (int i = TESTED; i < IMAGES_PER_CLASS; i++) {
                images.file(id + "_" + i + ".JPEG", Files.readAllBytes(picture(kind, i)));
            }
            training.file(id + ".tar", images.closed());
        }
        for (int number = 0; number < 2 * TESTED; number++) {
            int kind = number % 2;
            tested.file(validation(kind, number / 2) + ".JPEG", Files.readAllBytes(picture(kind, number / 2)));
            // The kit numbers classes in an order of its own.
            truth.add(kind == 0 ? "449" : "1");
        }
        Path kit = Files.createDirectories(raw.resolve("ILSVRC2012_devkit_t12/data"));
        Files.write(raw.resolve("ILSVRC2012_img_train.tar"), training.closed());
        Files.write(raw.resolve("ILSVRC2012_img_val.tar"), tested.closed());
        Files.write(kit.resolve("ILSVRC2012_validation_ground_truth.txt"), truth);
        Map<Integer, String> ids = new TreeMap<>(Map.of(449, WORDNET_IDS.get(0), 1, WORDNET_IDS.get(1)));
        Files.write(kit.resolve("meta.mat"), MatlabFile.ofSynsets(ids, true));
        DataReport report = checked(new ImageNetLayout());
        assertThat(report.images()).isEqualTo(new ImageCounts(32, 32, 24, 8, true));
        assertThat(report.classes()).isEqualTo(classes("n01440764", 16, "n01440764", 16));
        assertThat(report.leftOut().count()).isZero();
        assertDraws(new ImageNetLayout(), 2);
    }

    @Test
    void fashionProducts() throws IOException {
        List<String> rows = new ArrayList<>(List.of(
                "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName,,"));
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                int id = 100 * kind + i + 1;
                rows.add(id + ",Men,Apparel,Topwear," + CLASSES.get(kind)
                        + ",Blue,Summer,2011,NA,A shirt, blue, of size " + i + ",,");
                write("images/" + id, ".jpg", kind, i);
            }
        }
        // Rows of the published table have no image, and some no name.
        rows.add("12347,Men,Apparel,Topwear,bars,Blue,Summer,2011,NA,Gone,,");
        rows.add("200,Men,Apparel,Topwear,bars,Blue,Summer,2011,NA,,,");
        write("images/200", ".jpg", 0, 0);
        write("images/300", ".jpg", 0, 1);
        Files.write(raw.resolve("styles.csv"), rows);
        Path copy = Files.createDirectories(raw.resolve("myntradataset/images"));
        Files.copy(picture(0, 0), copy.resolve("1.jpg"));
        Files.write(copy.resolveSibling("styles.csv"), rows);
        FashionProductsLayout layout = new FashionProductsLayout("articleType", "{productDisplayName}");
        DataReport report = checked(layout);
        assertThat(report.images()).isEqualTo(new ImageCounts(33, 33, 25, 8, false));
        assertThat(report.classes()).isEqualTo(classes("discs", 16, "bars", 17));
        assertThat(report.captions().given()).isEqualTo(32);
        assertThat(report.captions().empty()).isEqualTo(1);
        assertThat(report.captions().words()).contains(new Lengths(6, 6, 6, 6));
        assertThat(report.notes())
                .anyMatch(note -> note.contains("without an image, which are left out, 1: 12347"))
                .anyMatch(note -> note.contains("without a row in styles.csv, which are left out, 1: images/300.jpg"))
                .anyMatch(note -> note.contains("holds a second copy of the data set, myntradataset/"));
        assertDraws(layout, 2);
    }

    @Test
    void celebaHq() throws IOException {
        for (int i = 0; i < IMAGES_PER_CLASS; i++) {
            int number = i < TESTED ? 24_000 + i : i;
            write("CelebA-HQ-img/" + number, ".jpg", 1, i);
            Path caption = raw.resolve("celeba-caption/" + number + ".txt");
            Files.createDirectories(caption.getParent());
            Files.writeString(caption, "This person is round.\nShe smiles.\n".repeat(5));
        }
        Files.writeString(raw.resolve("celeba-caption/29999.txt"), "Nobody.");
        Files.createDirectories(raw.resolve("train"));
        Files.write(raw.resolve("train/filenames.pickle"), new byte[] {1, 2, 3});
        DataReport report = checked(new CelebaHqLayout(Optional.empty()));
        assertThat(report.images()).isEqualTo(new ImageCounts(16, 16, 12, 4, true));
        assertThat(report.classes())
                .isEqualTo(new ClassCounts(1, size("face", 16), 16, size("face", 16), new Named(0, List.of())));
        assertThat(report.captions().given()).isEqualTo(16);
        // Ten captions an image, not the first alone.
        assertThat(report.captions().encoder().orElseThrow().captions()).isEqualTo(160);
        assertThat(report.leftOut()).isEqualTo(named("train/filenames.pickle"));
        assertThat(report.notes())
                .anyMatch(note -> note.contains("captions without an image, 1: celeba-caption/29999.txt"));
        assertDraws(new CelebaHqLayout(Optional.empty()), 1);
    }

    @Test
    void webDataset() throws IOException {
        for (String side : List.of("train", "test")) {
            TarBytes shard = new TarBytes();
            for (int sample = 0; sample < 2 * IMAGES_PER_CLASS; sample++) {
                boolean tested = sample / 2 < TESTED;
                if (tested == side.equals("test")) {
                    // A key ends at its first dot.
                    String key = "%08d.".formatted(sample);
                    shard.file(key + "cls", Integer.toString(sample % 2));
                    shard.file(key + "TXT", "a shape");
                    shard.file(key + "png", Files.readAllBytes(picture(sample % 2, sample / 2)));
                }
            }
            shard.file(side + "-last.txt", "a sample without an image");
            Files.createDirectories(raw);
            Files.write(raw.resolve(side + "-000000.tar"), shard.closed());
        }
        DataReport report = checked(new WebDatasetLayout());
        assertThat(report.images()).isEqualTo(new ImageCounts(32, 32, 24, 8, true));
        assertThat(report.classes()).isEqualTo(classes("0", 16, "0", 16));
        assertThat(report.captions().given()).isEqualTo(32);
        assertThat(report.notes()).anyMatch(note -> note.contains("without an image"));
        assertDraws(new WebDatasetLayout(), 2);
    }

    @Test
    void aTableOfJsonLines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                String name = "pictures/" + kind + "-" + i;
                write(name, ".png", kind, i);
                lines.add("{\"file_name\": \"" + name + ".png\", \"class\": \"" + CLASSES.get(kind)
                        + "\", \"caption\": \"\u0411\u0430\u0440, \\\"" + i + "\\\"\", \"unused\": " + i + "}");
            }
        }
        write("pictures/unlisted", ".png", 0, 0);
        Files.write(raw.resolve("metadata.jsonl"), lines);
        assertTableIsCounted();
        assertDraws(new FolderLayout(), 2);
    }

    @Test
    void aTableOfCommaSeparatedValues() throws IOException {
        StringBuilder rows = new StringBuilder("\uFEFFfile_name,class,caption\r\n");
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                String name = "pictures/" + kind + "-" + i;
                write(name, ".png", kind, i);
                rows.append(name).append(".png,").append(CLASSES.get(kind));
                rows.append(",\"\u0411\u0430\u0440, \"\"").append(i).append("\"\"\"\r\n");
            }
        }
        write("pictures/unlisted", ".png", 0, 0);
        Files.writeString(raw.resolve("metadata.csv"), rows);
        assertTableIsCounted();
        assertDraws(new FolderLayout(), 2);
    }

    private void assertTableIsCounted() throws IOException {
        DataReport report = checked(new FolderLayout());
        assertThat(report.images()).isEqualTo(new ImageCounts(32, 32, 24, 8, false));
        assertThat(report.classes()).isEqualTo(classes("bars", 16, "bars", 16));
        assertThat(report.captions().given()).isEqualTo(32);
        assertThat(report.captions().distinct()).isEqualTo(16);
        assertThat(report.captions().inOtherScripts().count()).isEqualTo(32);
        assertThat(report.leftOut()).isEqualTo(named("pictures/unlisted.png"));
    }

    @Test
    void foldersOfClasses() throws IOException {
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                write(CLASSES.get(kind) + "/" + i, ".png", kind, i);
            }
        }
        Files.copy(picture(0, 0), raw.resolve("bars/again.png"));
        Files.writeString(raw.resolve("notes.txt"), "about");
        Files.createDirectories(raw.resolve("empty"));
        DataReport report = checked(new FolderLayout());
        assertThat(report.images()).isEqualTo(new ImageCounts(33, 33, 25, 8, false));
        assertThat(report.classes()).isEqualTo(classes("discs", 16, "bars", 17));
        assertThat(report.captions().given()).isZero();
        assertThat(report.exactDuplicates().orElseThrow().images()).isEqualTo(2);
        assertThat(report.leftOut()).isEqualTo(named("notes.txt"));
        assertThat(report.notes())
                .anyMatch(note -> note.contains("folders without images, which are no classes, 1: empty"));
        assertDraws(new FolderLayout(), 2);
    }

    private static String validation(int kind, int number) {
        return "ILSVRC2012_val_%08d".formatted(2 * number + kind + 1);
    }

    private static Named named(String name) {
        return new Named(1, List.of(name));
    }

    private static Optional<ClassSize> size(String name, int images) {
        return Optional.of(new ClassSize(name, images));
    }

    /** Two classes, both large enough to be split. */
    private static ClassCounts classes(String smallest, int least, String largest, int most) {
        return new ClassCounts(2, size(smallest, least), least, size(largest, most), new Named(0, List.of()));
    }

    /** What {@code oar data check} counts, which finds nothing that a recipe would refuse. */
    private DataReport checked(DataLayout layout) throws IOException {
        try (DataCheck check = DataCheck.open(recipe(layout).data(), folder)) {
            DataReport report = check.check(false, (done, all) -> {});
            assertThat(report.failures()).isEmpty();
            assertThat(report.problems()).isEmpty();
            return report;
        }
    }

    private Recipe recipe(DataLayout layout) {
        Recipe tiny = TinyRecipe.of(raw, "dual-position");
        return tiny.withData("tiny", "CC0-1.0", tiny.data().withLayout(layout));
    }

    private void assertDraws(DataLayout layout, int classes) throws IOException {
        ModelFolder model =
                new Pipeline(recipe(layout), folder, folder.resolve("run"), new PipelineListener() {}).run();
        assertThat(model.manifest().classes()).hasSize(classes);
        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel transformer = model.transformer(model.defaultArm())) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(transformer, tokenizer, model.meanRanks()));
            assertThat(generator.generate(new GenerationRequest(
                            0, new int[] {classes - 1}, 1, 2, Drawing.of(new DrawingOrder.UniformRandom(0)))))
                    .singleElement()
                    .satisfies(drawn -> assertThat(drawn.image().width()).isEqualTo(16));
        }
    }

    /** Files are PNGs whatever their names say, as some of ImageNet are. */
    private void write(String stem, String ending, int kind, int number) throws IOException {
        Path file = raw.resolve(stem + ending);
        Files.createDirectories(file.getParent());
        Files.copy(picture(kind, number), file);
    }

    private Path picture(int kind, int number) {
        return folder.resolve("pictures").resolve(CLASSES.get(kind)).resolve(number + ".png");
    }
}
