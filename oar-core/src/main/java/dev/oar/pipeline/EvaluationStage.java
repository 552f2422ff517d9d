package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.LeftOut;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Multiplicity;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.ReconstructionQuality;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.UnigramBaseline;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.generate.Drawing;
import dev.oar.measure.ClassShares;
import dev.oar.measure.DrawnSamples;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    private final ExtractionStage extraction;
    private final List<ArmStage> arms;

    EvaluationStage(
            RunContext context,
            TokenizerStage tokenizer,
            TokensStage tokens,
            FeaturesStage features,
            ExtractionStage extraction,
            AnyOrderStage pretraining,
            FinetuningStage control,
            FinetuningStage specialised) {
        super(
                context,
                StageName.EVALUATION,
                List.of(tokenizer, tokens, features, extraction, pretraining, control, specialised));
        this.tokenizer = tokenizer;
        this.tokens = tokens;
        this.features = features;
        this.extraction = extraction;
        this.arms = List.of(pretraining, control, specialised);
    }

    @Override
    String settings() {
        // Samples of earlier versions have other classes, and must not stand beside new ones.
        return RecipeWriter.write(recipe().evaluation()) + recipe().seed() + "classes in the shares of the test images";
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        try (ImageTokenizer network = tokenizer.tokenizer();
                FeatureClassifier classifier = features.network()) {
            new SampleDrawing(this, network, sampleClasses(), arms.size()).draw(directory.resolve(SAMPLES), arms);
            List<EvaluationFigure> figures = new ArrayList<>();
            List<PairedComparison> comparisons = new ArrayList<>();
            bitsPerToken(figures, comparisons);
            new SampleMeasurement(this, network, classifier, subsampling())
                    .measure(directory.resolve(SAMPLES), arms, figures, comparisons);
            ReconstructionQuality quality = ReconstructionQuality.measure(
                    network,
                    classifier,
                    context().source(Split.TEST),
                    recipe().evaluation().batchSize(),
                    subsampling());
            figures.addAll(EvaluationFigure.of(quality, recipe().seed()));
            new EvaluationReport(
                            reportSettings(),
                            figures,
                            Multiplicity.judged(comparisons, CodeLengths.primary(recipe().evaluation())))
                    .write(directory.resolve(RESULTS));
        }
        return Map.of();
    }

    /** The results of the finished stage. */
    EvaluationReport results() throws IOException {
        return EvaluationReport.read(file(RESULTS));
    }

    /** The samples of an arm under a drawing. */
    DrawnSamples samples(Arm arm, Drawing drawing) throws IOException {
        return DrawnSamples.read(
                file(SAMPLES).resolve(DrawnSamples.fileName(arm, drawing.order().label())));
    }

    /** The stages that leave the transformers. */
    List<ArmStage> arms() {
        return arms;
    }

    /** The class of every sample, in the classes' shares of the test images, whose families weigh the same. */
    int[] sampleClasses() throws IOException {
        return ClassShares.of(
                        MeasuredTokens.of(tokens.tokens(Split.TEST)),
                        context().images().classes().size())
                .classes(recipe().evaluation().samples());
    }

    private Subsampling subsampling() {
        return new Subsampling(recipe().evaluation().subsamples(), recipe().seed());
    }

    private void bitsPerToken(List<EvaluationFigure> figures, List<PairedComparison> comparisons) throws IOException {
        TokenShards shards = tokens.tokens(Split.TEST);
        MeasuredTokens test = MeasuredTokens.of(shards);
        MeasuredTokens train = MeasuredTokens.of(tokens.tokens(Split.TRAIN));
        BitsPerToken unigram =
                UnigramBaseline.fit(train, shards.vocabularySize()).measure(test);
        figures.add(EvaluationFigure.of(UNIGRAM, unigram, recipe().seed()));
        new CodeLengths(this, test, extraction.orders(Split.TEST)).measure(arms, figures, comparisons);
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
        for (ArmStage arm : arms) {
            settings.put("weights of " + arm.arm().label(), Fingerprint.ofFile(arm.weightsFile()));
        }
        return settings;
    }
}
