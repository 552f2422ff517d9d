package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageSource;
import dev.oar.data.MeanRanks;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.Split;
import dev.oar.data.SpreadTokens;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.TestOrders;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeFiles;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.generate.DrawingOrder;
import dev.oar.image.RgbImage;
import dev.oar.measure.ComparedModel;
import dev.oar.measure.DrawnSamples;
import dev.oar.measure.MeasurementListener;
import dev.oar.measure.ModelComparison;
import dev.oar.measure.OrderKind;
import dev.oar.measure.SamplePlan;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.TokenGrid;
import dev.oar.study.MeasuredOrders;
import dev.oar.study.StudyArm;
import dev.oar.study.StudyPlan;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures one arm of a study: bits per token of test images, and images drawn in every order of the plan, in its own first. Arms are
 * measured one by one, on the same images, orders and seeds, so that whatever two of them have is comparable.
 */
final class StudyMeasurementStage extends Stage {
    static final String RESULTS = "results.json";

    /** What outputs are called that say how fast images were drawn. */
    private static final String SPEED = "images per second, ";

    private static final String SAMPLES = "samples";

    private final StudyArm arm;
    private final FirstStages first;
    private final Optional<StudyArmStage> training;
    private final List<DrawingOrder> orders;
    private final SampleConditions conditions;

    StudyMeasurementStage(
            RunContext context, StudyPlan plan, StudyArm arm, FirstStages first, Optional<StudyArmStage> training) {
        super(
                context,
                StageName.EVALUATION,
                Stream.of(
                                Stream.<Stage>of(
                                        first.tokenizer(), first.tokens(), first.features(), first.pretraining()),
                                first.attributes().stream(),
                                training.stream())
                        .<Stage>flatMap(stages -> stages)
                        .toList());
        this.arm = arm;
        this.first = first;
        this.training = training;
        this.orders = plan.drawn(arm);
        this.conditions = new SampleConditions(context, first.tokens());
    }

    /** The orders that the arm is drawn in, its own first. */
    List<DrawingOrder> orders() {
        return orders;
    }

    @Override
    String settings() {
        return "an arm of a study " + arm.name() + " drawn in " + orders + RecipeWriter.write(recipe().evaluation())
                + recipe().seed();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        EvaluationSection section = recipe().evaluation();
        Map<String, String> speeds = new TreeMap<>();
        try (ImageTokenizer network = first.tokenizer().tokenizer();
                FeatureClassifier classifier = first.features().network()) {
            FeatureSet reference = features(classifier);
            ModelComparison comparison = new ModelComparison(
                    List.of(new ComparedModel(arm.name(), this::open, meanRanks())),
                    List.of(),
                    new ModelComparison.Settings(section.batchSize(), section.subsamples(), recipe().seed()),
                    network,
                    classifier,
                    new Listening(speeds));
            SamplePlan plan = new SamplePlan(
                    orders.stream().map(section::drawing).toList(),
                    Arrays.stream(conditions.all()).boxed().toList(),
                    Optional.of(directory.resolve(SAMPLES)));
            List<EvaluationFigure> figures = new ArrayList<>(comparison
                    .samples(plan, FeatureSpace.of(classifier), reference)
                    .figures());
            SpreadTokens test =
                    section.measured(MeasuredTokens.of(first.tokens().tokens(Split.TEST)));
            figures.addAll(
                    0, comparison.codeLengths(test, kinds(test), arm.name()).figures());
            figures.addAll(ofCaptions(network, directory));
            new EvaluationReport(reportSettings(), figures, List.of()).write(directory.resolve(RESULTS));
        }
        return speeds;
    }

    private AnyOrderModel open() throws IOException {
        return training.isPresent()
                ? training.get().model(Split.TEST)
                : first.pretraining().model(Split.TEST);
    }

    private Optional<MeanRanks> meanRanks() throws IOException {
        return training.isPresent() ? training.get().meanRanks() : Optional.empty();
    }

    /** Random and raster orders, which say what is left of the any-order ability, and those that the arm is drawn in. */
    private List<OrderKind> kinds(SpreadTokens test) throws IOException {
        TokenGrid grid = first.tokenizer().config().grid();
        Map<String, OrderKind> kinds = new LinkedHashMap<>();
        kinds.put(
                TestOrders.RANDOM,
                OrderKind.random(grid.cells(), recipe().evaluation().randomOrders(), recipe().seed()));
        kinds.put("raster", OrderKind.given(TestOrders.raster(grid.cells())));
        for (DrawingOrder order : orders) {
            Optional<OrderKind> kind = MeasuredOrders.of(order, grid, test, meanRanks(), recipe().seed());
            kind.ifPresent(known -> kinds.putIfAbsent(order.label(), known));
        }
        return List.copyOf(kinds.values());
    }

    private FeatureSet features(FeatureClassifier network) throws IOException {
        ImageSource images = context().source(Split.TEST);
        return FeatureExtraction.of(
                network,
                images,
                recipe().evaluation().batchSize(),
                done -> progress("features of test images", done, images.count()));
    }

    /** Whether what was drawn shows what its captions ask for. */
    private List<EvaluationFigure> ofCaptions(ImageTokenizer network, Path directory) throws IOException {
        if (first.attributes().isEmpty() || !context().drawsFromCaptions()) {
            return List.of();
        }
        List<EvaluationFigure> figures = new ArrayList<>();
        try (AttributeClassifier classifier = first.attributes().get().network()) {
            CaptionAccuracy accuracy = first.attributes().get().captions(classifier);
            for (DrawingOrder order : orders) {
                figures.addAll(ofSamples(accuracy, network, order.label(), directory));
            }
        }
        return figures;
    }

    private List<EvaluationFigure> ofSamples(
            CaptionAccuracy accuracy, ImageTokenizer network, String way, Path directory) throws IOException {
        int count = recipe().evaluation().samples();
        int batchSize = recipe().evaluation().batchSize();
        int[][] found = accuracy.found(
                ImageSource.of(samples(directory, way).images(network, count, batchSize)),
                batchSize,
                done -> progress("attributes of " + arm.name() + ", " + way, done, count));
        return accuracy.figures(
                arm.name(),
                way,
                found,
                conditions.images(),
                IntStream.range(0, count).toArray(),
                recipe().seed());
    }

    private DrawnSamples samples(Path directory, String way) throws IOException {
        return DrawnSamples.read(directory.resolve(SAMPLES).resolve(DrawnSamples.fileName(arm.name(), way)));
    }

    /** What the arm has drawn in an order. */
    DrawnSamples samples(String way) throws IOException {
        return samples(directory().path(), way);
    }

    /** Images drawn per second, by order, as far as it is known. */
    Map<String, Double> speeds() throws IOException {
        Map<String, Double> speeds = new TreeMap<>();
        result().outputs().forEach((name, value) -> {
            if (name.startsWith(SPEED)) {
                speeds.put(name.substring(SPEED.length()), Double.valueOf(value));
            }
        });
        return speeds;
    }

    /** The images that the arm has drawn in an order, the first ones. */
    List<RgbImage> images(ImageTokenizer network, DrawnSamples samples, int count) {
        return samples.images(network, count, recipe().evaluation().batchSize());
    }

    /** The tokenizer; close it after use. */
    ImageTokenizer tokenizer() throws IOException {
        return first.tokenizer().tokenizer();
    }

    /** What was measured. */
    EvaluationReport results() throws IOException {
        return EvaluationReport.read(file(RESULTS));
    }

    /** What samples are drawn from. */
    SampleConditions conditions() {
        return conditions;
    }

    private Map<String, String> reportSettings() throws IOException {
        Map<String, String> settings = new TreeMap<>();
        settings.put("recipe", recipe().name());
        settings.put("seed", Long.toString(recipe().seed()));
        settings.put("samples", Integer.toString(recipe().evaluation().samples()));
        settings.put("images", context().imagesFingerprint());
        settings.put("tokenizer", Fingerprint.ofFile(first.tokenizer().weightsFile()));
        settings.put("features", Fingerprint.ofFile(first.features().file(FeatureFiles.WEIGHTS)));
        if (first.attributes().isPresent()) {
            settings.put(
                    "attributes", Fingerprint.ofFile(first.attributes().get().file(AttributeFiles.WEIGHTS)));
        }
        settings.put(
                "weights of " + arm.name(),
                training.isPresent()
                        ? training.get().weightsFingerprint()
                        : Fingerprint.ofFile(first.pretraining().weightsFile()));
        return settings;
    }

    /** Hands progress on, and notes how fast images were drawn. */
    private final class Listening implements MeasurementListener {
        private final Map<String, String> speeds;

        Listening(Map<String, String> speeds) {
            this.speeds = speeds;
        }

        @Override
        public void progress(String activity, long done, long total) {
            StudyMeasurementStage.this.progress(activity, done, total);
        }

        @Override
        public void drawn(String model, String drawing, int images, Duration duration) {
            speeds.put(SPEED + drawing, Double.toString(images / (duration.toNanos() / 1e9)));
        }
    }
}
