package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.FolderOrders;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.ImageSource;
import dev.oar.data.MeasuredTokens;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FamilyValues;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.TestOrders;
import dev.oar.feature.FeatureClassifier;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyNetworks;
import dev.oar.tokenizer.VqTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class AnyOrderRetentionTests {
    private static final RetentionConfig CONFIG =
            new RetentionConfig(4, 4, ConfidenceMeasure.NEGATIVE_ENTROPY, 1, 4, 5);

    @TempDir
    private Path folder;

    private ImageFolder images;
    private VqTokenizer tokenizer;
    private FeatureClassifier network;
    private AnyOrderTransformer before;
    private AnyOrderTransformer after;

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
        images = ImageFolder.open(
                RecipeReader.parse(
                        "data.yaml",
                        "{path: ., image-size: 16, test-fraction: 0.5, flip: false}",
                        ImageFolderConfig.class),
                folder);
        tokenizer = TinyNetworks.tokenizer();
        network = TinyNetworks.features();
        TransformerConfig config = RecipeReader.parse(
                "model.yaml",
                "{formulation: dual-position, width: 16, layers: 1, heads: 2, feed-forward-multiple-of: 16}",
                TransformerConfig.class);
        TokenSpace space = new TokenSpace(tokenizer.grid(), tokenizer.vocabularySize(), 2);
        before = AnyOrderTransformer.initialise(config, space, 1);
        after = AnyOrderTransformer.initialise(config, space, 2);
        // A fresh model predicts the uniform distribution; two that differ must differ in what they predict.
        randomiseOutput(before, 3);
        randomiseOutput(after, 4);
    }

    private static void randomiseOutput(AnyOrderTransformer model, long seed) {
        dev.oar.tensor.TensorScope.run(() -> {
            var output = model.weights().get("output.weight");
            double[] values = new double[Math.toIntExact(output.numel())];
            CounterRandom random = CounterRandom.of(seed, "output");
            for (int i = 0; i < values.length; i++) {
                values[i] = random.gumbel(i);
            }
            var unused = output.copy_(dev.oar.tensor.Tensors.of(values, output.shape()));
        });
    }

    @AfterEach
    void close() throws IOException {
        images.close();
        tokenizer.close();
        network.close();
        before.close();
        after.close();
    }

    @Test
    void theSameModelUnderTwoNamesHasTheSameFiguresAndNoSignificantDifference() throws IOException {
        EvaluationReport report = measure(model("before", before), model("again", before));
        for (EvaluationFigure figure : report.figures()) {
            if (figure.drawing().equals(RealSamples.WAY)) {
                continue;
            }
            assertThat(figure.value())
                    .as("%s, %s", figure.drawing(), figure.metric().name())
                    .isEqualTo(report.figure(
                                    "before", figure.drawing(), figure.metric().name())
                            .orElseThrow()
                            .value());
        }
        assertThat(report.comparisons().stream()
                        .filter(compared -> compared.secondDrawing().isEmpty()))
                .isNotEmpty()
                .allSatisfy(compared -> {
                    assertThat(compared.difference().point()).isZero();
                    assertThat(compared.significant()).isFalse();
                });
    }

    @Test
    void everyOrderAndHoleIsMeasuredAndComparedWithTheFirstModel() throws IOException {
        EvaluationReport report = measure(model("before", before), model("after", after));
        List<String> ways = List.of(
                "random",
                "raster",
                "extracted",
                "dynamic",
                "dynamic, noise 1",
                "inpainting, centre square",
                "inpainting, right half",
                "outpainting, border");
        for (String way : ways) {
            for (String label : List.of("before", "after")) {
                assertThat(report.figure(label, way, "bits per token"))
                        .as(label + ", " + way)
                        .isPresent();
            }
            assertThat(report.comparisons().stream()
                            .filter(compared -> isBits(compared)
                                    && compared.secondDrawing().isEmpty()
                                    && compared.drawing().equals(way)))
                    .as(way)
                    .singleElement()
                    .satisfies(compared -> {
                        assertThat(compared.first()).isEqualTo("after");
                        assertThat(compared.second()).isEqualTo("before");
                        assertThat(compared.difference().point()).isNotZero();
                    });
        }
        for (String way : List.of("random", "raster", "dynamic", "dynamic, noise 1")) {
            assertThat(report.figure("after", way, "FD (own features)")).as(way).isPresent();
        }
        assertThat(report.figures().stream().filter(figure -> figure.drawing().equals(RealSamples.WAY)))
                .isNotEmpty()
                .allMatch(figure -> figure.samples() == CONFIG.samples());
        // The first model extracts for itself: its two kinds of orders are one.
        assertThat(report.figure("before", "dynamic", "bits per token")
                        .orElseThrow()
                        .value())
                .isEqualTo(report.figure("before", "extracted", "bits per token")
                        .orElseThrow()
                        .value());
    }

    @Test
    void theSameInputsGiveTheSameFiles() throws IOException {
        for (String name : new String[] {"first", "second"}) {
            MeasurementFolder.write(
                    folder.resolve(name),
                    "retention",
                    "",
                    measure(model("before", before), model("after", after)),
                    List.of());
        }
        for (String file : List.of(MeasurementFolder.RESULTS, MeasurementFolder.TABLE, MeasurementFolder.REPORT)) {
            assertThat(folder.resolve("first").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("second").resolve(file));
        }
        String table =
                Files.readString(folder.resolve("first").resolve(MeasurementFolder.TABLE), StandardCharsets.UTF_8);
        assertThat(table)
                .startsWith("kind,model,against,drawing,metric,value,low,high,images,seed,against"
                        + " drawing,standing,chance\n");
        assertThat(table).contains("\nfigure,before,,\"inpainting, centre square\",bits per token,");
        assertThat(EvaluationReport.read(folder.resolve("first").resolve(MeasurementFolder.RESULTS))
                        .settings())
                .containsEntry("held-out images", "12")
                .containsEntry("weights of after", "after");
    }

    @Test
    void everyModelInEveryOrderIsPairedWithTheFirstInRandomOrders() throws IOException {
        EvaluationReport report = measure(model("before", before), model("after", after));
        FamilyValues baseline = values(report, "before", "random");
        for (String order : List.of("random", "raster", "extracted", "dynamic", "dynamic, noise 1")) {
            for (String label : List.of("before", "after")) {
                if (label.equals("before") && order.equals("random")) {
                    continue;
                }
                Interval expected = values(report, label, order).minus(baseline).mean();
                assertThat(report.comparisons().stream()
                                .filter(compared -> isBits(compared)
                                        && compared.first().equals(label)
                                        && compared.second().equals("before")
                                        && compared.drawing().equals(order)
                                        && compared.secondDrawing()
                                                .orElse(compared.drawing())
                                                .equals("random")))
                        .as(label + ", " + order)
                        .singleElement()
                        .extracting(PairedComparison::difference)
                        .isEqualTo(expected);
            }
        }
        String text = CodeLengthMatrix.of(report).orElseThrow().text();
        assertThat(text.lines().map(line -> line.strip().split(" {2,}")[0]))
                .containsExactly(
                        "Bits per token, minus those of before in random orders",
                        "before",
                        "random",
                        "raster",
                        "extracted",
                        "dynamic",
                        "dynamic, noise 1");
        assertThat(FigureText.of(report)).contains(text).contains("primary comparison: after (dynamic, noise 1)");
        assertThat(report.comparisons().stream().filter(PairedComparison::primary))
                .singleElement()
                .extracting(PairedComparison::subject)
                .isEqualTo("after (dynamic, noise 1) minus before (random), bits per token");
    }

    /** What is measured is the code of the policy itself: at each step the model's own choice under the same noise, then the image's token. */
    @Test
    void noisyOrdersAreThoseTheModelChoosesAndDifferFromGreedyOnes() throws IOException {
        MeasuredTokens tokens = EncodedImages.of(tokenizer, images, images.testIndices(), 4, done -> {});
        DrawingOrder.Dynamic greedy =
                new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 0, 1);
        DrawingOrder.Dynamic noisy =
                new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 1);
        List<GenerationOrder> ofNoisy = OwnOrders.of(before, tokens, noisy, 4, 5, done -> {});
        assertThat(ofNoisy).hasSize(tokens.count());
        assertThat(ofNoisy).isEqualTo(OwnOrders.of(before, tokens, noisy, 4, 5, done -> {}));
        assertThat(ofNoisy).isNotEqualTo(OwnOrders.of(before, tokens, noisy, 4, 6, done -> {}));
        assertThat(ofNoisy).isNotEqualTo(OwnOrders.of(before, tokens, greedy, 4, 5, done -> {}));
        DrawingOrder.Dynamic several =
                new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 0, 2);
        assertThatThrownBy(() -> OwnOrders.of(before, tokens, several, 4, 5, done -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one cell a step");
    }

    @Test
    void randomOrdersAreThoseOfARecipe() throws IOException {
        MeasuredTokens tokens = EncodedImages.of(tokenizer, images, images.testIndices(), 4, done -> {});
        int cells = tokenizer.grid().cells();
        long key = CounterRandom.of(CONFIG.seed(), "test orders").bits(0);
        assertThat(values(measure(model("before", before)), "before", "random"))
                .isEqualTo(BitsPerToken.measure(before, tokens, TestOrders.random(cells, key), 4)
                        .families());
    }

    @Test
    void anImageHasItsTokensWhateverIsEncodedBesideIt() throws IOException {
        int[] test = images.testIndices();
        MeasuredTokens all = EncodedImages.of(tokenizer, images, test, 5, done -> {});
        MeasuredTokens last = EncodedImages.of(tokenizer, images, new int[] {test[test.length - 1]}, 5, done -> {});
        assertThat(all.count()).isEqualTo(test.length);
        assertThat(all.tokens(test.length - 1)).isEqualTo(last.tokens(0));
        assertThat(all.classIndex(test.length - 1)).isEqualTo(last.classIndex(0));
        assertThat(all.families().count()).isEqualTo(test.length);
        int[] copy = all.tokens(0);
        copy[0]++;
        assertThat(all.tokens(0)[0]).isEqualTo(copy[0] - 1);
    }

    /** Samples that are kept are read; others are drawn, and each cell of models and drawings is told with its time. */
    @Test
    void keptSamplesAreNotDrawnAgain() throws IOException {
        List<String> drawn = new ArrayList<>();
        MeasurementListener listener = new MeasurementListener() {
            @Override
            public void progress(String activity, long done, long total) {}

            @Override
            public void drawn(String model, String drawing, int count, Duration duration) {
                drawn.add(count + " of " + model + ", " + drawing);
            }
        };
        FeatureSet reference = FeatureExtraction.of(network, ImageSource.of(images, images.testIndices()), 4);
        SamplePlan plan = new SamplePlan(
                List.of(Drawing.of(new DrawingOrder.Raster(0)), Drawing.of(new DrawingOrder.RecordedMean(0))),
                List.of(0, 1, 0, 1, 1),
                Optional.of(Files.createDirectories(folder.resolve("samples"))));
        List<ComparedFigures> figures = new ArrayList<>();
        for (int attempt = 0; attempt < 2; attempt++) {
            figures.add(new ModelComparison(
                            List.of(model("before", before).compared()),
                            List.of(),
                            new ModelComparison.Settings(4, 4, 5),
                            tokenizer,
                            network,
                            listener)
                    .samples(plan, FeatureSpace.of(network), reference));
        }
        assertThat(drawn).as("a model without mean ranks").containsExactly("5 of before, raster");
        assertThat(figures.get(1)).isEqualTo(figures.get(0));
    }

    @Test
    void twoModelsOfOneNameAreRefused() {
        assertThatThrownBy(() -> measure(model("one", before), model("one", after)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name each model once");
    }

    private static boolean isBits(PairedComparison compared) {
        return compared.metric().name().equals("bits per token");
    }

    private static FamilyValues values(EvaluationReport report, String model, String orders) {
        return report.figure(model, orders, "bits per token")
                .flatMap(EvaluationFigure::families)
                .orElseThrow();
    }

    private static MeasuredModel model(String label, AnyOrderTransformer model) {
        return new MeasuredModel(label, label, model, FolderOrders.NONE);
    }

    private EvaluationReport measure(MeasuredModel... models) throws IOException {
        return new AnyOrderRetention(tokenizer, network, CONFIG, (activity, done, total) -> {})
                .measure(List.of(models), images, images.testIndices());
    }
}
