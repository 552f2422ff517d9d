package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.OrderSet;
import dev.oar.data.OrderShardsWriter;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.Enlargement;
import dev.oar.generate.ImageOrigin;
import dev.oar.image.PngFile;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class GenerateCommandTests {
    @TempDir
    private static Path models;

    @TempDir
    private Path out;

    @BeforeAll
    static void writeModel() throws IOException {
        TinyModelFolder.write(models.resolve("tiny"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic", "recorded-mean", "random", "raster"})
    void aSingleImageEqualsTheOneDrawnAmongOthers(String order) throws IOException {
        generate("many", "--count", "8", "--seed", "5", "--batch-size", "3", "--order", order);
        generate("one", "--count", "1", "--first-index", "2", "--seed", "5", "--batch-size", "3", "--order", order);
        assertThat(out.resolve("one/5-2.png")).hasSameBinaryContentAs(out.resolve("many/5-2.png"));
        Set<String> pixels = new HashSet<>();
        for (int index = 0; index < 8; index++) {
            pixels.add(pixels(out.resolve("many/5-" + index + ".png")));
        }
        assertThat(pixels).as("images of random weights differ").hasSize(8);
    }

    private static String pixels(Path file) throws IOException {
        return Arrays.toString(ImageIO.read(file.toFile()).getRGB(0, 0, 8, 8, null, 0, 8));
    }

    @Test
    void aRecordedMeanDrawingTellsItsCellsAndTheRanksItTookThemFrom() throws IOException {
        generate("mean", "--order", "recorded-mean", "--steps", "5");
        ImageOrigin origin = ImageOrigin.read(out.resolve("mean/0-0.png"));
        assertThat(origin.parameters().drawing().order()).isEqualTo(new DrawingOrder.RecordedMean(5));
        assertThat(origin.cells()).isEqualTo(IntStream.range(0, 16).boxed().toList());
        Path model = models.resolve("tiny");
        for (String file : List.of("tokenizer.safetensors", "any-order.safetensors", "mean-ranks.json")) {
            assertThat(origin.parameters().fingerprints()).containsEntry(file, Fingerprint.ofFile(model.resolve(file)));
        }
    }

    @Test
    void theCellsThatAnImageTellsAreAnOrderFileThatDrawsItAgain() throws IOException {
        List<Integer> cells = List.of(5, 15, 0, 1, 7, 14, 2, 3, 4, 13, 12, 11, 10, 6, 8, 9);
        Path file = Files.writeString(out.resolve("order.txt"), cells.toString().replaceAll("[\\[\\]]", ""));
        generate("file", "--count", "3", "--order", file.toString(), "--steps", "7");
        Files.delete(file);
        ImageOrigin origin = ImageOrigin.read(out.resolve("file/0-2.png"));
        assertThat(origin.cells()).isEqualTo(cells);
        Path told = Files.writeString(
                out.resolve("told.txt"),
                origin.cells().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        generate("again", "--first-index", "2", "--order", told.toString(), "--steps", "7");
        assertThat(out.resolve("again/0-2.png")).hasSameBinaryContentAs(out.resolve("file/0-2.png"));
    }

    @Test
    void aLargerGridDrawsLargerImagesThatTellIt() throws IOException {
        generate("large", "--count", "2", "--grid", "8x8", "--steps", "9", "--spatial-guidance-scale", "1.5");
        assertThat(ImageIO.read(out.resolve("large/0-1.png").toFile()).getWidth())
                .isEqualTo(16);
        ImageOrigin origin = ImageOrigin.read(out.resolve("large/0-1.png"));
        assertThat(origin.parameters().drawing().enlargement()).contains(new Enlargement(2, 1.5, 0.5, 2));
        assertThat(origin.parameters().drawing().order()).isEqualTo(new DrawingOrder.UniformRandom(9));
        assertThat(run("other", "--grid", "9x9").err())
                .startsWith("oar: --grid must be a whole number of times as high and wide as the model's 4x4");
        assertThat(run("other", "--grid", "8x8", "--order", "dynamic").err())
                .startsWith("oar: on a larger grid images are drawn in an order known beforehand");
        assertThat(run("other", "--spatial-guidance-scale", "2").err()).contains("belongs to --grid");
    }

    @Test
    void recordedOrdersOfAFolderAreTakenInTurn() throws IOException {
        Path orders = out.resolve("orders");
        OrderShardsWriter writer = OrderShardsWriter.open(
                orders, new OrderSet("margin", 0, 1, false, "m", "t", TokenGrid.square(4), 3, Map.of()), 2);
        for (int i = 0; i < 3; i++) {
            writer.add(GenerationOrder.uniform(16, new CounterRandom(i)));
        }
        writer.finish();
        generate("recorded", "--count", "5", "--order", orders.toString());
        for (int index = 0; index < 5; index++) {
            int[] order =
                    GenerationOrder.uniform(16, new CounterRandom(index % 3)).toArray();
            assertThat(ImageOrigin.read(out.resolve("recorded/0-" + index + ".png"))
                            .cells())
                    .isEqualTo(Arrays.stream(order).boxed().toList());
        }
        assertThat(run("none", "--order", out.toString()).err())
                .startsWith("oar: there is no ")
                .contains("manifest.json")
                .hasLineCount(1);
    }

    @Test
    void anImageOfOtherSettingsIsNeverReplaced() throws IOException {
        generate("same", "--seed", "5", "--order", "raster");
        Path image = out.resolve("same/5-0.png");
        byte[] before = Files.readAllBytes(image);
        assertThat(run("same", "--seed", "5", "--order", "raster").err()).isEmpty();
        for (List<String> other : List.of(
                List.of("--order", "random"),
                List.of("--order", "raster", "--temperature", "0.9"),
                List.of("--order", "raster", "--batch-size", "3"),
                List.of("--order", "raster", "--steps", "3"))) {
            List<String> options = new ArrayList<>(List.of("--seed", "5"));
            options.addAll(other);
            assertThat(run("same", options.toArray(String[]::new)).err())
                    .as("%s", other)
                    .startsWith("oar: an image takes the place only of one made alike, but " + image)
                    .hasLineCount(1);
        }
        assertThat(image).hasBinaryContent(before);
        assertThat(names("same")).containsExactlyInAnyOrder("5-0.png", "5-0-0-sheet.png", "5-0-0-order.png");
    }

    @Test
    void theLargestIndexIsDrawnAndNoneBehindIt() throws IOException {
        String last = Long.toString(Long.MAX_VALUE - 3);
        generate("last", "--first-index", last, "--order", "raster");
        assertThat(names("last")).contains("0-" + last + ".png");
        for (String first : List.of("9223372036854775806", "9223372036854775807", "-1")) {
            assertThat(run("none", "--count", "2", "--first-index", first).err())
                    .startsWith("oar: drawing needs a first index of at least 0 with room for all images behind it")
                    .hasLineCount(1);
        }
    }

    @Test
    void aSheetOfManyImagesShowsTheFirstAndSaysSo() throws IOException {
        Session lots = run("lots", "--count", "260", "--batch-size", "65", "--order", "raster", "--steps", "2");
        assertThat(lots.out()).contains("the sheet shows the first 256 of 260 images", "drew 260 of dogs");
        assertThat(names("lots")).hasSize(262).contains("0-0-255-sheet.png", "0-0-259-order.png");
        assertThat(run("few", "--count", "2").out()).contains("drew 2 of dogs").doesNotContain("the sheet shows");
    }

    @Test
    void filesAreNamedByWhatTheyAre() throws IOException {
        generate("named", "--count", "3", "--seed", "7", "--first-index", "4", "--animate");
        assertThat(names("named"))
                .containsExactlyInAnyOrder(
                        "7-4.png",
                        "7-5.png",
                        "7-6.png",
                        "7-4-animation.gif",
                        "7-5-animation.gif",
                        "7-6-animation.gif",
                        "7-4-6-sheet.png",
                        "7-4-6-order.png");
    }

    @Test
    void anImageTellsHowItWasMade() throws IOException {
        generate("told", "--order", "dynamic", "--confidence", "margin", "--order-noise", "0.5", "--steps", "5");
        assertThat(PngFile.text(out.resolve("told/0-0.png")).get(PngFile.PARAMETERS))
                .contains(
                        "class: dogs",
                        "model: tiny",
                        "arm: any-order",
                        "confidence: margin",
                        "order-noise: 0.5",
                        "cells-per-step: 4",
                        "order: dynamic",
                        "batch-size: 2");
    }

    @Test
    void noiseInUnitsOfTheSpreadIsToldAndBelongsToDynamicOrders() throws IOException {
        generate("spread", "--order", "dynamic", "--order-noise", "0.5", "--order-noise-unit", "spread");
        assertThat(PngFile.text(out.resolve("spread/0-0.png")).get(PngFile.PARAMETERS))
                .contains("order-noise: 0.5, order-noise-unit: spread, cells-per-step: 1");
        Session session = new Session();
        int code = session.run(
                "generate",
                "--model",
                models.resolve("tiny").toString(),
                "--class",
                "dogs",
                "--order",
                "raster",
                "--order-noise-unit",
                "spread",
                "--out",
                out.toString());
        assertThat(code).isNotZero();
        assertThat(session.err())
                .contains(
                        "--order-noise-unit must be given with the --order dynamic or spaced or learned and with no other");
    }

    @Test
    void aMissingClassIsAnsweredWithTheClasses() {
        Session session = new Session();
        int code = session.run("generate", "--model", models.resolve("tiny").toString(), "--out", out.toString());
        assertThat(code).isEqualTo(1);
        assertThat(session.err())
                .isEqualToIgnoringNewLines("oar: --class must name one of the classes of tiny: cats, dogs");
    }

    @Test
    void anArmThatIsNotThereIsRefused() {
        Session session = run("arm", "--arm", "specialised");
        assertThat(session.err())
                .startsWith("oar: model tiny has no weights of the arm specialised")
                .hasLineCount(1);
    }

    @Test
    void aDamagedWeightFileIsRefused() throws IOException {
        Path copy = models.resolve("damaged");
        TinyModelFolder.write(copy);
        Path weights = copy.resolve("any-order.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
        Session session = new Session();
        int code = session.run(
                "generate",
                "--model",
                copy.toString(),
                "--class",
                "cats",
                "--weight-format",
                "float32",
                "--out",
                out.resolve("x").toString());
        assertThat(code).isEqualTo(1);
        assertThat(session.err())
                .startsWith("oar: ")
                .contains("any-order.safetensors")
                .hasLineCount(1);
        assertThat(out.resolve("x")).doesNotExist();
    }

    @Test
    void outputInPlaceOfAFileIsRefused() throws IOException {
        Files.writeString(out.resolve("taken"), "not a folder");
        Session session = run("taken");
        assertThat(session.err())
                .startsWith("oar: a folder is needed at ")
                .contains("taken")
                .hasLineCount(1);
    }

    @Test
    void modelsAreListedWithTheirClasses() {
        Session session = new Session();
        assertThat(session.run("models", models.toString())).isZero();
        assertThat(session.out()).contains("tiny", "cats, dogs", "8 x 8 pixels, 4 x 4 cells", "any-order");
    }

    private void generate(String folder, String... options) {
        Session session = run(folder, options);
        assertThat(session.err()).isEmpty();
        assertThat(session.out()).contains("drew ");
    }

    private Session run(String folder, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "generate",
                "--model",
                models.resolve("tiny").toString(),
                "--class",
                "dogs",
                "--out",
                out.resolve(folder).toString()));
        arguments.addAll(List.of(options));
        if (!arguments.contains("--batch-size")) {
            arguments.addAll(List.of("--batch-size", "2"));
        }
        if (!arguments.contains("--weight-format")) {
            arguments.addAll(List.of("--weight-format", "float32"));
        }
        Session session = new Session();
        session.run(arguments.toArray(String[]::new));
        return session;
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(out.resolve(folder))) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
