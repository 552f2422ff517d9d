package dev.oar.holes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.artifact.FolderOrders;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.edit.HolePainter;
import dev.oar.edit.PixelMask;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.feature.FeatureClassifier;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.measure.HoleKind;
import dev.oar.measure.MeasuredModel;
import dev.oar.measure.MeasurementFolder;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.CounterRandom;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import dev.oar.testing.TinyNetworks;
import dev.oar.tokenizer.VqTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class HoleQualityTests {
    private static final String ACCURACY = "token accuracy in the hole";
    private static final Drawing DRAWING = Drawing.of(
            new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 1));
    private static final HoleQualityConfig CONFIG = new HoleQualityConfig(10, 4, List.of(0.125, 0.25), DRAWING, 4, 5);

    @TempDir
    private Path folder;

    private ImageFolder images;
    private VqTokenizer tokenizer;
    private FeatureClassifier network;
    private AnyOrderTransformer first;
    private AnyOrderTransformer second;

    @BeforeEach
    void open() throws IOException {
        for (String name : new String[] {"a", "b"}) {
            Path directory = Files.createDirectories(folder.resolve(name));
            for (int i = 0; i < 12; i++) {
                CounterRandom random = CounterRandom.of(i, name);
                byte[] rgb = new byte[16 * 16 * 3];
                for (int at = 0; at < rgb.length; at++) {
                    rgb[at] = (byte) random.bits(at);
                }
                Files.write(directory.resolve(i + ".png"), PngFile.encode(new RgbImage(16, 16, rgb)));
            }
        }
        images = open(0.5);
        tokenizer = TinyNetworks.tokenizer();
        network = TinyNetworks.features();
        TransformerConfig config = TransformerConfig.of(TransformerConfig.Formulation.DUAL_POSITION, 16, 1, 2);
        TokenSpace space = new TokenSpace(tokenizer.grid(), tokenizer.vocabularySize(), 2);
        first = TinyModels.transformer(config.withoutDropout(), space, 1, torch.ScalarType.Float);
        second = TinyModels.transformer(config.withoutDropout(), space, 2, torch.ScalarType.Float);
    }

    private ImageFolder open(double testFraction) throws IOException {
        return ImageFolder.open(
                RecipeReader.parse(
                        "data.yaml",
                        "{path: ., image-size: 16, test-fraction: " + testFraction + ", flip: false}",
                        ImageFolderConfig.class),
                folder);
    }

    @AfterEach
    void close() throws IOException {
        images.close();
        tokenizer.close();
        network.close();
        first.close();
        second.close();
    }

    @Test
    void theSameInputsGiveTheSameFiles() throws IOException {
        for (String name : new String[] {"once", "again"}) {
            HoleQuality.Results results = measure(model("first", first), model("second", second));
            MeasurementFolder.write(folder.resolve(name), results.report(), HolePage.of("holes", results));
        }
        for (String file : List.of(MeasurementFolder.RESULTS, MeasurementFolder.TABLE, MeasurementFolder.REPORT)) {
            assertThat(folder.resolve("once").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("again").resolve(file));
        }
        String page =
                Files.readString(folder.resolve("once").resolve(MeasurementFolder.REPORT), StandardCharsets.UTF_8);
        assertThat(page).contains("what is known", "By order", "second, most probable", "smooth continuation");
    }

    @Test
    void everyHoleIsFilledWithEverythingAndEveryOrderIsCompared() throws IOException {
        EvaluationReport report =
                measure(model("first", first), model("second", second)).report();
        for (HoleKind family : HoleKind.values()) {
            for (double coverage : CONFIG.coverages()) {
                String holes = Hole.label(family, coverage);
                for (String label : List.of("first", "second, most probable", HoleMeasurement.UNIGRAM)) {
                    assertThat(value(report, label, holes, ACCURACY)).as(holes).isBetween(0.0, 1.0);
                }
                assertThat(value(report, "second", holes, "bits per token")).isPositive();
                assertThat(value(report, "second", holes, "KD (own features)")).isFinite();
                assertThat(value(report, HoleMeasurement.TRUTH, holes, ACCURACY))
                        .isEqualTo(1);
                assertThat(value(report, HoleMeasurement.MEAN_COLOUR, holes, "squared error in the hole"))
                        .isPositive();
                assertThat(report.figure(HoleMeasurement.MEAN_COLOUR, holes, ACCURACY))
                        .isEmpty();
                assertThat(report.comparisons()).anySatisfy(compared -> {
                    assertThat(compared.drawing()).isEqualTo(holes);
                    assertThat(compared.first()).isEqualTo("second, most probable");
                    assertThat(compared.second()).isEqualTo("first, most probable");
                });
            }
            String byOrder = "by order: " + Hole.label(family, CONFIG.middleCoverage());
            for (String order : List.of("dynamic, noise 1", "dynamic", "rim", "random", "raster")) {
                assertThat(value(report, "first, " + order, byOrder, ACCURACY)).isBetween(0.0, 1.0);
            }
            // The drawing's own order draws the same here as there.
            assertThat(value(report, "first, dynamic, noise 1", byOrder, ACCURACY))
                    .isEqualTo(value(report, "first", Hole.label(family, CONFIG.middleCoverage()), ACCURACY));
        }
        assertThat(report.comparisons())
                .filteredOn(compared -> compared.drawing().equals("by order: all four, 25 %")
                        && compared.metric().name().equals(ACCURACY))
                .extracting(compared -> compared.first() + " minus " + compared.second())
                .contains("second, rim minus second, dynamic, noise 1")
                .hasSize(8);
        assertThat(report.settings()).containsEntry("held-out images", "10");
    }

    @Test
    void aModelIsAsGoodAsItself() throws IOException {
        EvaluationReport report =
                measure(model("first", first), model("again", first)).report();
        assertThat(report.comparisons().stream()
                        .filter(compared -> compared.first().startsWith("again")
                                && compared.second().startsWith("first")))
                .isNotEmpty()
                .allSatisfy(compared -> assertThat(compared.difference().point())
                        .as(compared.drawing())
                        .isZero());
    }

    @Test
    void knownPixelsOfACompletedImageAreTheImagesOwn() throws IOException {
        HolePainter painter = new HolePainter(new DrawingModel(first, tokenizer, Optional.empty()));
        HeldOutImages held = HeldOutImages.of(tokenizer, images, 10, 4, 5, done -> {});
        for (HoleKind family : HoleKind.values()) {
            HoledImages holed = HoledImages.of(held, family, 0.25, tokenizer.grid(), 16, 5, painter, done -> {});
            for (int number = 0; number < held.batches(); number++) {
                HoledBatch batch = holed.batch(number);
                List<RgbImage> completed = batch.completed(
                        HoleFilling.drawn(painter, DRAWING, 5).fill(batch).pictures());
                for (int row = 0; row < completed.size(); row++) {
                    requireKnownPixels(batch.pictures().get(row), completed.get(row), batch.hole());
                }
            }
        }
    }

    private static void requireKnownPixels(RgbImage image, RgbImage completed, Hole hole) {
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                int at = 3 * (16 * y + x);
                if (!hole.mask().marks(x, y)) {
                    assertThat(Arrays.copyOfRange(completed.rgb(), at, at + 3))
                            .isEqualTo(Arrays.copyOfRange(image.rgb(), at, at + 3));
                }
            }
        }
    }

    @Test
    void whatIsHiddenReachesNoFillingButTheTruth() throws IOException {
        HolePainter painter = new HolePainter(new DrawingModel(first, tokenizer, Optional.empty()));
        HoledBatch batch = HoledImages.of(
                        HeldOutImages.of(tokenizer, images, 4, 4, 5, done -> {}),
                        HoleKind.CENTRE,
                        0.25,
                        tokenizer.grid(),
                        16,
                        5,
                        painter,
                        done -> {})
                .batch(0);
        RgbImage black = new RgbImage(16, 16, new byte[16 * 16 * 3]);
        List<RgbImage> others = batch.pictures().stream()
                .map(picture ->
                        HoledBatch.composite(picture, black, batch.hole().mask()))
                .toList();
        int[][] known = painter.encode(HoledBatch.hidden(others, batch.hole().mask()));
        assertThat(known).isDeepEqualTo(batch.known());
        HoledBatch other = new HoledBatch(
                batch.size(), batch.hole(), others, batch.truth(), known, batch.conditions(), batch.indices());
        for (HoleFilling filling :
                List.of(HoleFilling.meanColour(), HoleFilling.continuation(), HoleFilling.drawn(painter, DRAWING, 5))) {
            List<RgbImage> expected = batch.completed(filling.fill(batch).pictures());
            List<RgbImage> actual = other.completed(filling.fill(other).pictures());
            for (int row = 0; row < 4; row++) {
                assertThat(actual.get(row).rgb()).isEqualTo(expected.get(row).rgb());
            }
        }
    }

    @Test
    void scoresOfAHandMadeCase() {
        RgbImage image = new RgbImage(2, 1, new byte[] {0, 0, 0, 10, 10, 10});
        RgbImage filled = new RgbImage(2, 1, new byte[] {51, 0, 0, 99, 99, 99});
        BitSet pixels = new BitSet();
        pixels.set(0);
        PixelMask mask = PixelMask.of(2, 1, pixels);
        assertThat(BatchScores.error(image, filled, mask, 2)).isCloseTo(0.04 / 3, within(1e-12));
        assertThat(BatchScores.error(image, filled, mask, 1)).isCloseTo(0.2 / 3, within(1e-12));
        BitSet cells = new BitSet();
        cells.set(1, 4);
        assertThat(BatchScores.accuracy(new int[] {1, 5, 6, 7}, new int[] {1, 5, 9, 7}, cells))
                .isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void withoutTestImagesOrWithOneNameTwiceNothingIsMeasured() throws IOException {
        try (ImageFolder trainingOnly = open(0)) {
            assertThatThrownBy(() -> quality().measure(List.of(model("first", first)), trainingOnly))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs test images");
        }
        assertThatThrownBy(() -> measure(model("one", first), model("one", second)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name each model once");
        assertThatThrownBy(() -> new HoleQualityConfig(10, 4, List.of(0.5, 0.25), DRAWING, 4, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ascending sequence");
    }

    private static double value(EvaluationReport report, String filling, String holes, String metric) {
        return report.figure(filling, holes, metric)
                .map(EvaluationFigure::value)
                .orElseThrow(() -> new AssertionError("no " + metric + " of " + filling + ", " + holes))
                .point();
    }

    private static MeasuredModel model(String label, AnyOrderTransformer model) {
        return new MeasuredModel(label, label, model, FolderOrders.NONE);
    }

    private HoleQuality quality() {
        return new HoleQuality(tokenizer, network, CONFIG, (activity, done, total) -> {});
    }

    private HoleQuality.Results measure(MeasuredModel... models) throws IOException {
        return quality().measure(List.of(models), images);
    }
}
