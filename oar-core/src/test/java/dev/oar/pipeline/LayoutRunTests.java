package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.layout.CelebaHqLayout;
import dev.oar.layout.DataLayout;
import dev.oar.layout.FashionProductsLayout;
import dev.oar.layout.FolderLayout;
import dev.oar.layout.ImageNetLayout;
import dev.oar.layout.WebDatasetLayout;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tar.TarWriter;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From small copies of public data sets, as they lie on disk, to a drawn image. */
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
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                String validation = "ILSVRC2012_val_%08d".formatted(2 * i + kind + 1);
                if (i < TESTED) {
                    solution.add(validation + "," + WORDNET_IDS.get(kind) + " 1 2 3 4");
                }
                String id = WORDNET_IDS.get(kind);
                write(
                        i < TESTED ? "val/" + validation + ".JPEG" : "train/" + id + "/" + id + "_" + i + ".JPEG",
                        kind,
                        i);
            }
        }
        Files.write(raw.resolve("LOC_val_solution.csv"), solution);
        assertDraws(new ImageNetLayout(), 2);
    }

    @Test
    void fashionProducts() throws IOException {
        List<String> rows = new ArrayList<>(List.of(
                "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"));
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                int id = 100 * kind + i + 1;
                rows.add(id + ",Men,Apparel,Topwear," + CLASSES.get(kind)
                        + ",Blue,Summer,2011,NA,A shirt, blue, of size " + i);
                write("images/" + id + ".jpg", kind, i);
            }
        }
        Files.write(raw.resolve("styles.csv"), rows);
        assertDraws(new FashionProductsLayout("articleType", "{productDisplayName}"), 2);
    }

    @Test
    void celebaHq() throws IOException {
        for (int i = 0; i < IMAGES_PER_CLASS; i++) {
            int number = i < TESTED ? 24_000 + i : i;
            write("CelebA-HQ-img/" + number + ".jpg", 1, i);
            Path caption = raw.resolve("celeba-caption/" + number + ".txt");
            Files.createDirectories(caption.getParent());
            Files.writeString(caption, "This person is round.\nShe smiles.\n");
        }
        assertDraws(new CelebaHqLayout(Optional.empty()), 1);
    }

    @Test
    void webDataset() throws IOException {
        Files.createDirectories(raw);
        for (String side : List.of("train", "test")) {
            try (FileChannel channel = FileChannel.open(
                    raw.resolve(side + "-000000.tar"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                TarWriter tar = new TarWriter(channel);
                for (int sample = 0; sample < 2 * IMAGES_PER_CLASS; sample++) {
                    boolean tested = sample / 2 < TESTED;
                    if (tested == side.equals("test")) {
                        String key = "%08d".formatted(sample);
                        tar.add(key + ".cls", Integer.toString(sample % 2).getBytes(StandardCharsets.US_ASCII));
                        tar.add(key + ".png", Files.readAllBytes(picture(sample % 2, sample / 2)));
                    }
                }
                tar.finish();
            }
        }
        assertDraws(new WebDatasetLayout(), 2);
    }

    @Test
    void aTableOfJsonLines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                String name = "pictures/" + kind + "-" + i + ".png";
                write(name, kind, i);
                lines.add("{\"file_name\": \"" + name + "\", \"class\": \"" + CLASSES.get(kind)
                        + "\", \"caption\": \"\u0411\u0430\u0440, \\\"" + i + "\\\"\", \"unused\": " + i + "}");
            }
        }
        Files.write(raw.resolve("metadata.jsonl"), lines);
        assertDraws(new FolderLayout(), 2);
    }

    private void assertDraws(DataLayout layout, int classes) throws IOException {
        Recipe tiny = TinyRecipe.of(raw, "dual-position");
        Recipe recipe = tiny.withData("tiny", "CC0-1.0", tiny.data().withLayout(layout));
        ModelFolder model = new Pipeline(recipe, folder, folder.resolve("run"), new PipelineListener() {}).run();
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
    private void write(String name, int kind, int number) throws IOException {
        Path file = raw.resolve(name);
        Files.createDirectories(file.getParent());
        Files.copy(picture(kind, number), file);
    }

    private Path picture(int kind, int number) {
        return folder.resolve("pictures").resolve(CLASSES.get(kind)).resolve(number + ".png");
    }
}
