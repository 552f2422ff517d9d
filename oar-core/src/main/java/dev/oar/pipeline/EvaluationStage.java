package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.FolderOrders;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageSource;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.SpreadTokens;
import dev.oar.data.TokenShards;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.Memorisation;
import dev.oar.evaluate.Multiplicity;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.ReconstructionQuality;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.TestOrders;
import dev.oar.evaluate.UnigramBaseline;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeFiles;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.generate.Drawing;
import dev.oar.layout.LeftOut;
import dev.oar.measure.AnyOrderRetention;
import dev.oar.measure.CodeLengthMatrix;
import dev.oar.measure.ComparedFigures;
import dev.oar.measure.ComparedModel;
import dev.oar.measure.DrawnSamples;
import dev.oar.measure.MeasurementListener;
import dev.oar.measure.ModelComparison;
import dev.oar.measure.OrderKind;
import dev.oar.measure.RealSamples;
import dev.oar.measure.SamplePlan;
import dev.oar.order.GenerationOrder;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Draws with every arm in every order and measures: bits per token on the test split, and the drawn images against the test images.
 * Drawn images are compared under the same drawing only, code lengths also across orders.
 */
final class EvaluationStage extends Stage {
    static final String RESULTS = "results.json";
    static final String SAMPLES = "samples";
    static final String UNIGRAM = "per-cell unigram";

    private final TokenizerStage tokenizer;
    private final TokensStage tokens;
    private final FeaturesStage features;
    private final Optional<AttributesStage> attributes;
    private final ExtractionStage extraction;
    private final List<ArmStage> arms;
    private final SampleConditions conditions;

    EvaluationStage(
            RunContext context,
            TokenizerStage tokenizer,
            TokensStage tokens,
            FeaturesStage features,
            Optional<AttributesStage> attributes,
            ExtractionStage extraction,
            AnyOrderStage pretraining,
            FinetuningStage control,
            FinetuningStage specialised) {
        super(
                context,
                StageName.EVALUATION,
                Stream.concat(
                                Stream.of(tokenizer, tokens, features, extraction, pretraining, control, specialised),
                                attributes.stream())
                        .toList());
        this.tokenizer = tokenizer;
        this.tokens = tokens;
        this.features = features;
        this.attributes = attributes;
        this.extraction = extraction;
        this.arms = List.of(pretraining, control, specialised);
        this.conditions = new SampleConditions(context, tokens);
    }

    @Override
    String settings() {
        // Samples of earlier versions have other classes, and must not stand beside new ones.
        return RecipeWriter.write(recipe().evaluation()) + recipe().seed() + "classes in the shares of the test images";
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        EvaluationSection section = recipe().evaluation();
        DrawingTimes heard = new DrawingTimes();
        try (ImageTokenizer network = tokenizer.tokenizer();
                FeatureClassifier classifier = features.network()) {
            FeatureSet reference = features(classifier, Split.TEST, "features of test images");
            FeatureSet training = features(classifier, Split.TRAIN, "features of training images");
            ModelComparison comparison = comparison(network, classifier, heard);
            SamplePlan plan = new SamplePlan(
                    section.drawings(),
                    Arrays.stream(conditions.all()).boxed().toList(),
                    Optional.of(directory.resolve(SAMPLES)));
            FeatureSpace space = FeatureSpace.of(classifier);
            ComparedFigures drawn = comparison.samples(plan, space.with(Memorisation.of(training)), reference);
            heard.note();
            SpreadTokens test = section.measured(MeasuredTokens.of(tokens.tokens(Split.TEST)));
            ComparedFigures bits =
                    comparison.codeLengths(test, orders(network.grid().cells(), test), Arm.ANY_ORDER.label());
            List<EvaluationFigure> figures = new ArrayList<>(List.of(unigram(test)));
            figures.addAll(bits.figures());
            figures.addAll(drawn.figures());
            figures.addAll(
                    RealSamples.figures(space, reference, training, section.samples(), subsampling(), recipe().seed()));
            figures.addAll(EvaluationFigure.of(
                    ReconstructionQuality.measure(
                            network, classifier, context().source(Split.TEST), section.batchSize(), subsampling()),
                    recipe().seed()));
            figures.addAll(ofCaptions(network, directory));
            List<PairedComparison> comparisons = new ArrayList<>(bits.comparisons());
            comparisons.addAll(drawn.comparisons());
            new EvaluationReport(reportSettings(), figures, Multiplicity.judged(comparisons, question()))
                    .write(directory.resolve(RESULTS));
        }
        return Map.of();
    }

    /** The specialised model compared with each of the others. */
    private ModelComparison comparison(
            ImageTokenizer network, FeatureClassifier classifier, MeasurementListener listener) {
        EvaluationSection section = recipe().evaluation();
        return new ModelComparison(
                arms.stream()
                        .map(arm ->
                                new ComparedModel(arm.arm().label(), () -> arm.model(Split.TEST), FolderOrders.NONE))
                        .toList(),
                arms.stream()
                        .map(arm -> arm.arm().label())
                        .filter(label -> !label.equals(Arm.SPECIALISED.label()))
                        .map(label -> new ModelComparison.Pair(Arm.SPECIALISED.label(), label))
                        .toList(),
                new ModelComparison.Settings(section.batchSize(), section.subsamples(), recipe().seed()),
                network,
                classifier,
                listener);
    }

    /**
     * Fresh random orders (the any-order ability), raster, one fixed permutation, the orders that the any-order model extracted from the test
     * images, and those that each arm itself follows in each dynamic drawing.
     */
    private List<OrderKind> orders(int cells, SpreadTokens test) throws IOException {
        EvaluationSection section = recipe().evaluation();
        OrderShards extracted = extraction.orders(Split.TEST);
        IntFunction<GenerationOrder> ofImage = image -> extracted.order(test.place(image));
        List<OrderKind> kinds = new ArrayList<>(List.of(
                OrderKind.random(cells, section.randomOrders(), recipe().seed()),
                OrderKind.given(TestOrders.raster(cells)),
                OrderKind.permutation(cells, recipe().seed()),
                OrderKind.given(
                        recipe().extraction().looksAtAnswers()
                                ? TestOrders.extractedKnowingTheAnswers(AnyOrderRetention.EXTRACTED, ofImage)
                                : TestOrders.extracted(AnyOrderRetention.EXTRACTED, ofImage))));
        section.dynamicOrders().forEach(drawing -> kinds.add(new OrderKind.Own(drawing)));
        return kinds;
    }

    /** The specialised model as it draws, noise and all, with the any-order model in random orders. */
    private Predicate<PairedComparison> question() {
        return CodeLengthMatrix.question(
                Arm.SPECIALISED.label(),
                recipe().evaluation().noisyDrawing().order().label());
    }

    /** The results of the finished stage. */
    EvaluationReport results() throws IOException {
        return EvaluationReport.read(file(RESULTS));
    }

    /** The samples of an arm under a drawing. */
    DrawnSamples samples(Arm arm, Drawing drawing) throws IOException {
        return samples(file(SAMPLES), arm, drawing);
    }

    private static DrawnSamples samples(Path folder, Arm arm, Drawing drawing) throws IOException {
        return DrawnSamples.read(folder.resolve(
                DrawnSamples.fileName(arm.label(), drawing.order().label())));
    }

    /** The stages that leave the transformers. */
    List<ArmStage> arms() {
        return arms;
    }

    /** What samples are drawn from. */
    SampleConditions conditions() {
        return conditions;
    }

    private Subsampling subsampling() {
        return new Subsampling(recipe().evaluation().subsamples(), recipe().seed());
    }

    private EvaluationFigure unigram(MeasuredTokens test) throws IOException {
        TokenShards train = tokens.tokens(Split.TRAIN);
        UnigramBaseline unigram = UnigramBaseline.fit(MeasuredTokens.of(train), train.vocabularySize());
        return EvaluationFigure.of(UNIGRAM, unigram.measure(test), recipe().seed());
    }

    /** What is found of their own captions' attributes in real test images, and by chance; nothing without attributes. */
    private List<EvaluationFigure> ofCaptions(ImageTokenizer network, Path directory) throws IOException {
        if (attributes.isEmpty()) {
            return List.of();
        }
        try (AttributeClassifier classifier = attributes.get().network()) {
            List<EvaluationFigure> figures = new ArrayList<>(attributes.get().ofTestImages(classifier, this));
            figures.addAll(attributes.get().ofReconstructions(classifier, network, this));
            if (context().drawsFromCaptions()) {
                CaptionAccuracy accuracy = attributes.get().captions(classifier);
                for (ArmStage arm : arms) {
                    for (Drawing drawing : recipe().evaluation().drawings()) {
                        figures.addAll(ofSamples(accuracy, network, arm.arm(), drawing, directory));
                    }
                }
            }
            return figures;
        }
    }

    /** Whether the samples of an arm show what their captions ask for; every sample is a family of its own. */
    private List<EvaluationFigure> ofSamples(
            CaptionAccuracy accuracy, ImageTokenizer network, Arm arm, Drawing drawing, Path directory)
            throws IOException {
        int count = recipe().evaluation().samples();
        int batchSize = recipe().evaluation().batchSize();
        String way = drawing.order().label();
        int[][] found = accuracy.found(
                ImageSource.of(samples(directory.resolve(SAMPLES), arm, drawing).images(network, count, batchSize)),
                batchSize,
                done -> progress("attributes of " + arm.label() + ", " + way, done, count));
        return accuracy.figuresAndChance(
                arm.label(),
                way,
                found,
                conditions.images(),
                IntStream.range(0, count).toArray(),
                recipe().seed());
    }

    private FeatureSet features(FeatureClassifier network, Split split, String activity) throws IOException {
        ImageSource images = context().source(split);
        return FeatureExtraction.of(
                network, images, recipe().evaluation().batchSize(), done -> progress(activity, done, images.count()));
    }

    /** Hands progress on, and sums up how long drawing took. */
    private final class DrawingTimes implements MeasurementListener {
        private int images;
        private Duration time = Duration.ZERO;

        @Override
        public void progress(String activity, long done, long total) {
            EvaluationStage.this.progress(activity, done, total);
        }

        @Override
        public void drawn(String model, String drawing, int drawn, Duration duration) {
            images += drawn;
            time = time.plus(duration);
        }

        void note() {
            if (images > 0) {
                double seconds = time.toNanos() / 1e9;
                context()
                        .listener()
                        .note(String.format(
                                Locale.ROOT,
                                "drew %d images, %d per model and order (evaluation.samples), in %.0f s, %.1f a second",
                                images,
                                recipe().evaluation().samples(),
                                seconds,
                                images / seconds));
            }
        }
    }

    /** What the figures depend on. */
    private Map<String, String> reportSettings() throws IOException {
        Map<String, String> settings = new TreeMap<>();
        settings.put("recipe", recipe().name());
        settings.put("seed", Long.toString(recipe().seed()));
        settings.put("samples", Integer.toString(recipe().evaluation().samples()));
        settings.put("images", context().imagesFingerprint());
        LeftOut leftOut = context().images().leftOut();
        if (!leftOut.names().isEmpty()) {
            settings.put(LeftOut.SETTING, leftOut.summary());
        }
        settings.put("tokenizer", Fingerprint.ofFile(tokenizer.weightsFile()));
        settings.put("features", Fingerprint.ofFile(features.file(FeatureFiles.WEIGHTS)));
        if (attributes.isPresent()) {
            settings.put("attributes", Fingerprint.ofFile(attributes.get().file(AttributeFiles.WEIGHTS)));
        }
        for (ArmStage arm : arms) {
            settings.put("weights of " + arm.arm().label(), Fingerprint.ofFile(arm.weightsFile()));
        }
        return settings;
    }
}
