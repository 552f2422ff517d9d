package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.data.ImageSource;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureClassifierConfig;
import dev.oar.feature.FeatureFiles;
import dev.oar.file.CorruptFileException;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TestPictures;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@ExtendWith(NativeMemory.class)
class EvaluationReportTests {
    private static final Subsampling SUBSAMPLING = new Subsampling(20, 3);
    private static final FeatureSpace SPACE = FeatureSpace.usual("own features", false);
    private static final PairedComparison.Pair PAIR = new PairedComparison.Pair("specialised", "control", "dynamic");

    @Test
    void theSameInputsGiveTheSameBytes() {
        assertThat(report().json()).isEqualTo(report().json());
        assertThat(report().json()).startsWith("{\n").endsWith("}\n").doesNotContain("\r");
        assertThat(report().json().indexOf("\"a\"")).isLessThan(report().json().indexOf("\"b\""));
    }

    @Test
    void whatWasWrittenIsReadBack(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        report().write(file);
        assertThat(EvaluationReport.read(file)).isEqualTo(report());
        Files.writeString(file, report().json().replace("\"samples\"", "\"sample\""));
        assertThatThrownBy(() -> EvaluationReport.read(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("evaluate again");
    }

    @ParameterizedTest
    @EnumSource
    void endsThatAreNotThereAreNullWithTheirReasonAndAreReadBack(Interval.Missing reason, @TempDir Path folder)
            throws IOException {
        Metric metric = new Metric("FD", true, Metric.Kind.FRECHET_DISTANCE);
        EvaluationReport report = new EvaluationReport(
                Map.of(),
                List.of(
                        new EvaluationFigure("a", "images", metric, Interval.without(reason, 2.5, 7), 9, 1),
                        new EvaluationFigure("b", "images", metric, new Interval(2, 1, 3, 20, 7), 9, 1)),
                List.of());
        Path file = folder.resolve("results.json");
        report.write(file);
        assertThat(Files.readString(file)).doesNotContain("Infinity");
        JsonNode values = new JsonMapper().readTree(Files.readString(file)).get("figures");
        assertThat(values.get(0).get("value").get("low").isNull()).isTrue();
        assertThat(values.get(0).get("value").get("high").isNull()).isTrue();
        assertThat(values.get(0).get("value").get("missing").asString())
                .isEqualTo(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        assertThat(values.get(1).get("value").get("low").asDouble()).isEqualTo(1);
        assertThat(values.get(1).get("value").has("missing")).isFalse();
        assertThat(EvaluationReport.read(file)).isEqualTo(report);
    }

    @Test
    void infiniteEndsAsTextsAreReadAsAnUntoldReason(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        Interval none = Interval.without(Interval.Missing.UNTOLD, 2.5, 7);
        EvaluationReport report = new EvaluationReport(
                Map.of(),
                List.of(new EvaluationFigure(
                        "a", "images", new Metric("FD", true, Metric.Kind.FRECHET_DISTANCE), none, 9, 1)),
                List.of());
        Files.writeString(
                file,
                report.json()
                        .replace("\"low\" : null", "\"low\" : \"-Infinity\"")
                        .replace("\"high\" : null", "\"high\" : \"Infinity\"")
                        .replaceAll(" *\"missing\".*\n", ""));
        assertThat(Files.readString(file)).contains("-Infinity").doesNotContain("missing");
        assertThat(EvaluationReport.read(file)).isEqualTo(report);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"low\" : 1.0>\"low\" : \"1.0\"",
                "\"low\" : 1.0>\"low\" : null",
                "\"low\" : 1.0>\"lower\" : 1.0",
                "\"low\" : 1.0>\"low\" : 2.5",
                "\"low\" : 1.0>\"missing\" : \"no-reason\", \"low\" : 1.0",
                "\"low\" : 1.0>\"missing\" : \"untold\", \"low\" : 1.0"
            })
    void anIntervalOfAnotherFormIsRefused(String change, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        Interval value = new Interval(2, 1, 3, 20, 7);
        String json = new EvaluationReport(
                        Map.of(),
                        List.of(new EvaluationFigure(
                                "a", "images", new Metric("FD", true, Metric.Kind.FRECHET_DISTANCE), value, 9, 1)),
                        List.of())
                .json();
        String[] parts = change.split(">", 2);
        Files.writeString(file, json.replace(parts[0], parts[1]));
        assertThat(Files.readString(file)).isNotEqualTo(json);
        assertThatThrownBy(() -> EvaluationReport.read(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("evaluate again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"arm", "samples", "seed", "metric", "value", "point", "low", "lower-is-better", "figures"})
    void aFileThatLacksWhatEveryResultHasIsRefused(String key, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        ObjectNode whole = (ObjectNode) JsonMapper.shared().readTree(report().json());
        assertThat(whole.findParents(key)).as(key).isNotEmpty();
        ((ObjectNode) whole.findParents(key).get(0)).remove(key);
        Files.writeString(file, whole.toString());
        assertThatThrownBy(() -> EvaluationReport.read(file)).as(key).isInstanceOf(CorruptFileException.class);
    }

    /** Results of earlier versions have neither values of families nor intervals given the reference, nor say how intervals were made. */
    @Test
    void resultsThatSayLessAreRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        Files.writeString(file, """
            {
              "settings": {"seed": "7"},
              "figures": [{
                "arm": "control", "drawing": "random", "metric": {"name": "bits per token", "lower-is-better": true},
                "value": {"point": 5.0, "low": 4.5, "high": 5.5, "subsamples": 40, "seed": 7}, "samples": 12, "seed": 7
              }],
              "comparisons": [{
                "first": "specialised", "second": "control", "drawing": "random",
                "metric": {"name": "bits per token", "lower-is-better": true},
                "difference": {"point": -0.5, "low": -0.75, "high": -0.25, "subsamples": 40, "seed": 7},
                "samples": 12, "seed": 7
              }]
            }
            """);
        EvaluationReport read = EvaluationReport.read(file);
        EvaluationFigure figure =
                read.figure("control", "random", "bits per token").orElseThrow();
        assertThat(figure.families()).isEmpty();
        assertThat(figure.givenReference()).isEmpty();
        assertThat(figure.value()).isEqualTo(new Interval(5, 4.5, 5.5, 40, 7));
        assertThat(read.comparisons().get(0).verdict()).isEqualTo("specialised is better by 0.500 (± 0.25)");
    }

    @Test
    void aFileOfALaterVersionIsRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        assertThat(report().json()).startsWith("{\n  \"version\" : 2,\n");
        for (String version : new String[] {"3", "1", "\"2\"", "null"}) {
            Files.writeString(file, report().json().replace("\"version\" : 2", "\"version\" : " + version));
            assertThatThrownBy(() -> EvaluationReport.read(file))
                    .as(version)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("its version is " + version + ", and those up to 2 are known");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"results.json", "results-fbgemm.json"})
    void resultsThatWerePublishedCanBeRead(String name) throws IOException {
        EvaluationReport read =
                EvaluationReport.read(Path.of("../docs/results/weight-formats").resolve(name));
        assertThat(read.figures()).extracting(figure -> figure.metric().name()).contains("KD (own features)");
        assertThat(ResultsComparison.of(read, read)).hasSameSizeAs(read.figures());
    }

    /** Earlier versions did not say of what kind a figure is; its name tells. */
    @Test
    void kindsOfMetricsOfEarlierVersionsAreToldByTheirNames(@TempDir Path folder) throws IOException {
        List<Metric> metrics = new ArrayList<>(List.of(
                BitsPerToken.METRIC,
                BitsPerToken.NOT_A_CODE_LENGTH,
                ReconstructionQuality.SIGNAL_TO_NOISE,
                ReconstructionQuality.CODEBOOK_USE,
                ReconstructionQuality.PERPLEXITY,
                new Metric("reconstruction FD (own features)", true, Metric.Kind.RECONSTRUCTION),
                new Metric("sFID (Inception, ADM)", true, Metric.Kind.DISTANCE),
                new Metric("token accuracy in the hole", false, Metric.Kind.HOLE)));
        for (FeatureSpace space : List.of(SPACE, FeatureSpace.usual("Inception, ADM", true))) {
            space.with(new UnlimitedFrechetDistance(1)).statistics().forEach(one -> metrics.addAll(one.metrics(space)));
        }
        EvaluationReport report = new EvaluationReport(
                Map.of(),
                metrics.stream()
                        .map(metric -> new EvaluationFigure("a", "b", metric, new Interval(2, 1, 3, 20, 7), 9, 1))
                        .toList(),
                List.of());
        Path file = folder.resolve("results.json");
        Files.writeString(file, asVersionOne(report).replace("\"KD (", "\"KID ("));
        assertThat(EvaluationReport.read(file)).isEqualTo(report);
    }

    /** Earlier versions called the kernel distance of any features KID; of Inception's it still is. */
    @Test
    void kernelDistancesOfEarlierVersionsAreComparedWithNewOnes(@TempDir Path folder) throws IOException {
        EvaluationReport today = report();
        Path file = folder.resolve("results.json");
        Files.writeString(file, asVersionOne(today).replace("\"KD (", "\"KID ("));
        EvaluationReport earlier = EvaluationReport.read(file);
        assertThat(ResultsComparison.of(earlier, today))
                .filteredOn(difference -> difference.metric().name().equals("KD (own features)"))
                .singleElement()
                .satisfies(difference ->
                        assertThat(difference.difference().point()).isZero());
        Files.writeString(file, asVersionOne(today).replace("KD (own features)", "KID (Inception, ADM)"));
        assertThat(EvaluationReport.read(file).figure("specialised", "dynamic", "KID (Inception, ADM)"))
                .isPresent();
    }

    private static String asVersionOne(EvaluationReport report) {
        return report.json().replaceAll(" *\"version\".*\n", "").replaceAll(",\\s*\"kind\" : \"[a-z-]+\"", "");
    }

    @Test
    void aFigureKeepsTheValueOfEveryFamily(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        report().write(file);
        EvaluationReport read = EvaluationReport.read(file);
        FamilyValues kept = read.figure("specialised", "random", "bits per token")
                .flatMap(EvaluationFigure::families)
                .orElseThrow();
        assertThat(kept).isEqualTo(new FamilyValues(new int[] {0, 3}, new double[] {1, 2}));
        Interval distance = read.figure("specialised", "dynamic", "FD (own features)")
                .flatMap(EvaluationFigure::givenReference)
                .orElseThrow();
        assertThat(distance.bounded()).isTrue();
    }

    @Test
    void aFileThatIsTooLargeIsRefusedUnread(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("results.json");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength((64 << 20) + 1);
        }
        assertThatThrownBy(() -> EvaluationReport.read(path))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("may have up to 67108864 bytes, but has 67108865; evaluate again");
    }

    @Test
    void aTokenizerHasAllItsFigures() {
        ReconstructionQuality quality = new ReconstructionQuality(
                new FamilyValues(new int[] {2, 7}, new double[] {20, 22}),
                new Interval(3, 2, 4, 20, 1),
                new Metric("reconstruction FD (own features)", true, Metric.Kind.RECONSTRUCTION),
                0.25,
                7.5,
                30);
        assertThat(EvaluationFigure.of(quality, 1))
                .allMatch(figure -> figure.arm().equals(EvaluationFigure.TOKENIZER) && figure.samples() == 30)
                .extracting(
                        figure -> figure.metric().name() + " " + figure.value().point())
                .containsExactly(
                        "PSNR (dB, mean of families) 21.0",
                        "reconstruction FD (own features) 3.0",
                        "share of codes used 0.25",
                        "code perplexity (families weighted equally) 7.5");
    }

    @Test
    void everyFigureOfDrawnImagesNamesItsFeatureSpace() {
        assertThat(report().figures())
                .extracting(figure -> figure.metric().name())
                .containsExactly(
                        "FD (own features)",
                        "KD (own features)",
                        "precision (own features)",
                        "recall (own features)",
                        "density (own features)",
                        "coverage (own features)",
                        "bits per token");
        assertThat(report().figure("specialised", "dynamic", "FD (own features)"))
                .isPresent();
        assertThat(report().figure("control", "dynamic", "FD (own features)")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aClearlyWorseModelIsFoundAndAnEqualOneIsNot(long seed) {
        FeatureSet reference = RandomFeatures.normal(seed, 80, 32, 0, 1);
        FeatureSet good = RandomFeatures.normal(seed + 10, 60, 32, 0, 1);
        FeatureSet bad = RandomFeatures.normal(seed + 20, 60, 32, 2, 1);
        PairedComparison clear = PairedComparison.ofSamples(PAIR, SPACE, reference, good, bad, SUBSAMPLING, seed)
                .get(0);
        assertThat(clear.better()).as("seed %d", seed).isEqualTo("specialised");
        assertThat(clear.verdict()).startsWith("specialised is better by");
        PairedComparison same = PairedComparison.ofSamples(PAIR, SPACE, reference, good, good, SUBSAMPLING, seed)
                .get(0);
        assertThat(same.verdict()).isEqualTo("no significant difference");
    }

    @Test
    void higherIsBetterWhereTheMetricSaysSo() {
        Interval difference = new Interval(0.2, 0.1, 0.3, 20, 1);
        Metric recall = new Metric("recall", false, Metric.Kind.SCORE);
        assertThat(new PairedComparison("a", "b", "raster", recall, difference, 9, 1).better())
                .isEqualTo("a");
        Metric distance = new Metric("FD", true, Metric.Kind.FRECHET_DISTANCE);
        assertThat(new PairedComparison("a", "b", "raster", distance, difference, 9, 1).better())
                .isEqualTo("b");
    }

    @Test
    void pairingRemovesWhatBothModelsShare() {
        double[] first = {1, 5, 9, 2, 7, 3, 8, 4};
        double[] second = new double[first.length];
        java.util.Arrays.setAll(second, i -> first[i] + 0.1 + 0.001 * i);
        PairedComparison comparison =
                PairedComparison.ofBits("a", bits("random", true, first), "b", bits("random", true, second), 1);
        assertThat(comparison.better()).isEqualTo("a");
        assertThat(Interval.ofMean(first).contains(Interval.ofMean(second).point()))
                .isTrue();
    }

    @Test
    void codeLengthsOfTheSameImagesAreComparedAcrossOrders() {
        PairedComparison compared = PairedComparison.ofBits(
                "specialised", bits("dynamic", true, 4, 6, 5, 7), "any-order", bits("random", true, 5, 7, 6.1, 8), 1);
        assertThat(compared.subject()).isEqualTo("specialised (dynamic) minus any-order (random), bits per token");
        assertThat(compared.difference()).isEqualTo(Interval.ofMean(-1, -1, 5 - 6.1, -1));
        assertThat(compared.better()).isEqualTo("specialised (dynamic)");
        PairedComparison ofOneModel = PairedComparison.ofBits(
                "any-order", bits("dynamic", true, 4, 6, 5, 7), "any-order", bits("random", true, 3, 5, 4.1, 6), 1);
        assertThat(ofOneModel.verdict()).startsWith("any-order (random) is better by");
    }

    @Test
    void whatIsNotComparableIsRefused() {
        BitsPerToken random = bits("random", true, 1, 2, 3, 4);
        BitsPerToken others = new BitsPerToken(
                "random",
                true,
                new FamilyValues(new int[] {0, 3, 6, 10}, new double[] {1, 2, 3, 4}),
                new double[] {1},
                4,
                Optional.empty());
        assertThatThrownBy(() -> PairedComparison.ofBits("a", random, "b", others, 1))
                .hasMessageContaining("measure both alike");
        BitsPerToken ofHole =
                new BitsPerToken("hole", true, random.families(), new double[] {1}, 4, Optional.of("hole"));
        assertThatThrownBy(() -> PairedComparison.ofBits("a", random, "b", ofHole, 1))
                .hasMessageContaining("the same cells of the same images");
        BitsPerToken knowing = bits("truth", false, 1, 2, 3, 4);
        assertThatThrownBy(() -> PairedComparison.ofBits("a", random, "b", knowing, 1))
                .hasMessageContaining("only code lengths")
                .hasMessageContaining("truth orders look at the answers");
        assertThatThrownBy(() -> PairedComparison.ofSamples(
                        PAIR,
                        SPACE,
                        RandomFeatures.normal(1, 20, 2, 0, 1),
                        RandomFeatures.normal(2, 20, 2, 0, 1),
                        RandomFeatures.normal(3, 21, 2, 0, 1),
                        SUBSAMPLING,
                        1))
                .hasMessageContaining("match row by row");
    }

    @Test
    void aStoredClassifierGivesTheSameFeatures(@TempDir Path folder) throws IOException {
        FeatureClassifierConfig config = new FeatureClassifierConfig(List.of(8, 16), 4, true, 0, 0);
        ImageSource images = ImageSource.of(TestPictures.of(1, 5));
        try (FeatureClassifier classifier = FeatureClassifier.initialise(config, 3, 1)) {
            assertThat(FeatureFiles.presentIn(folder)).isFalse();
            assertThatThrownBy(() -> FeatureFiles.read(folder)).isInstanceOf(CorruptFileException.class);
            FeatureFiles.write(folder, classifier, torch.ScalarType.Float);
            try (FeatureClassifier read = FeatureFiles.read(folder)) {
                assertThat(read.fingerprint()).isEqualTo(classifier.fingerprint());
                assertThat(FeatureExtraction.of(read, images, 5))
                        .isEqualTo(FeatureExtraction.of(classifier, images, 5));
            }
        }
    }

    private static EvaluationReport report() {
        FeatureSet reference = RandomFeatures.normal(1, 30, 16, 0, 1);
        FeatureSet samples = RandomFeatures.normal(2, 30, 16, 0.5, 1);
        List<EvaluationFigure> figures = new java.util.ArrayList<>(
                EvaluationFigure.ofSamples("specialised", "dynamic", SPACE, reference, samples, SUBSAMPLING, 7));
        figures.add(EvaluationFigure.of("specialised", bits("random", true, 1, 2), 7));
        List<PairedComparison> comparisons = PairedComparison.ofSamples(
                PAIR, SPACE, reference, samples, RandomFeatures.normal(3, 30, 16, 1, 1), SUBSAMPLING, 7);
        List<PairedComparison> all = new java.util.ArrayList<>(comparisons);
        all.add(PairedComparison.ofBits(
                "specialised", bits("dynamic", true, 1, 2), "control", bits("random", true, 2, 3), 7));
        return new EvaluationReport(
                Map.of("b", "2", "a", "1"),
                figures,
                Multiplicity.judged(all, one -> one.secondDrawing().isPresent()));
    }

    private static BitsPerToken bits(String orders, boolean codeLength, double... ofFamily) {
        int[] ids =
                IntStream.range(0, ofFamily.length).map(family -> 3 * family).toArray();
        return new BitsPerToken(
                orders,
                codeLength,
                new FamilyValues(ids, ofFamily),
                new double[] {1},
                ofFamily.length,
                Optional.empty());
    }
}
