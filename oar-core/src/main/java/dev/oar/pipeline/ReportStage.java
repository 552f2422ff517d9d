package dev.oar.pipeline;

import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelManifest;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.MeanRanks;
import dev.oar.data.Split;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeFiles;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Gathers the trained model in one folder and writes the report and its results; all stand at the top of the run directory. */
final class ReportStage extends Stage {
    private final TokenizerStage tokenizer;
    private final FeaturesStage features;
    private final Optional<AttributesStage> attributes;
    private final AnyOrderStage pretraining;
    private final ExtractionStage extraction;
    private final EvaluationStage evaluation;

    ReportStage(
            RunContext context,
            TokenizerStage tokenizer,
            TokensStage tokens,
            FeaturesStage features,
            Optional<AttributesStage> attributes,
            AnyOrderStage pretraining,
            ExtractionStage extraction,
            EvaluationStage evaluation) {
        super(
                context,
                StageName.REPORT,
                Stream.concat(Stream.of(tokenizer, tokens, features, extraction, evaluation), attributes.stream())
                        .toList());
        this.pretraining = pretraining;
        this.tokenizer = tokenizer;
        this.features = features;
        this.attributes = attributes;
        this.extraction = extraction;
        this.evaluation = evaluation;
    }

    @Override
    String settings() {
        return RecipeWriter.write(recipe());
    }

    @Override
    boolean isIntact(StageDirectory.Marker marker) throws IOException {
        // A run of another recipe or seed in the same directory leaves its own report and model there.
        Path run = context().runDirectory();
        return holds(run.resolve(Pipeline.REPORT), marker.outputs().get("report"))
                && holds(run.resolve(EvaluationStage.RESULTS), marker.outputs().get("results"))
                && holds(
                        run.resolve(Pipeline.MODEL).resolve(ModelFolder.MANIFEST),
                        marker.outputs().get("model"));
    }

    private static boolean holds(Path file, @Nullable String fingerprint) throws IOException {
        return Files.isRegularFile(file) && Fingerprint.ofFile(file).equals(fingerprint);
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        Path run = context().runDirectory();
        writeModel(run.resolve(Pipeline.MODEL));
        String html = new RunReport(this, tokenizer, features, attributes, extraction, evaluation).html();
        AtomicFile.write(run.resolve(Pipeline.REPORT), html.getBytes(StandardCharsets.UTF_8));
        evaluation.results().write(run.resolve(EvaluationStage.RESULTS));
        context().listener().note("report: " + run.resolve(Pipeline.REPORT));
        return Map.of(
                "report", Fingerprint.ofFile(run.resolve(Pipeline.REPORT)),
                "results", Fingerprint.ofFile(run.resolve(EvaluationStage.RESULTS)),
                "model", Fingerprint.ofFile(run.resolve(Pipeline.MODEL).resolve(ModelFolder.MANIFEST)));
    }

    private void writeModel(Path model) throws IOException {
        // While files are exchanged the folder has no manifest, so nobody takes a mixture for a model.
        Files.deleteIfExists(model.resolve(ModelFolder.MANIFEST));
        Map<String, String> fingerprints = new TreeMap<>();
        copy(tokenizer.weightsFile(), model.resolve(ModelFolder.TOKENIZER), fingerprints);
        for (Map.Entry<String, Path> file : pretraining.captionFiles().entrySet()) {
            copy(file.getValue(), model.resolve(file.getKey()), fingerprints);
        }
        for (ArmStage arm : evaluation.arms()) {
            copy(arm.weightsFile(), model.resolve(ModelFolder.fileName(arm.arm())), fingerprints);
        }
        try (FeatureClassifier classifier = features.network()) {
            FeatureFiles.write(model, classifier, torch.ScalarType.Float);
        }
        fingerprints.put(FeatureFiles.WEIGHTS, Fingerprint.ofFile(model.resolve(FeatureFiles.WEIGHTS)));
        writeAttributes(model, fingerprints);
        MeanRanks ranks = extraction.orders(Split.TRAIN).allMeanRanks();
        ranks.write(model.resolve(ModelFolder.MEAN_RANKS));
        ModelFolder.create(
                model,
                new ModelManifest(
                        ModelManifest.VERSION,
                        recipe().name(),
                        recipe().description(),
                        recipe().licence(),
                        "",
                        context().images().classes(),
                        tokenizer.config(),
                        pretraining.config(),
                        fingerprints));
    }

    /** The attribute classifier; another run's in the same directory goes where there is none. */
    private void writeAttributes(Path model, Map<String, String> fingerprints) throws IOException {
        if (attributes.isEmpty()) {
            Files.deleteIfExists(model.resolve(AttributeFiles.SIZES));
            Files.deleteIfExists(model.resolve(AttributeFiles.WEIGHTS));
            return;
        }
        try (AttributeClassifier classifier = attributes.get().network()) {
            AttributeFiles.write(model, classifier, torch.ScalarType.Float);
        }
        fingerprints.put(AttributeFiles.WEIGHTS, Fingerprint.ofFile(model.resolve(AttributeFiles.WEIGHTS)));
    }

    private static void copy(Path from, Path to, Map<String, String> fingerprints) throws IOException {
        AtomicFile.write(to, AtomicFile.of(from));
        fingerprints.put(String.valueOf(to.getFileName()), Fingerprint.ofFile(to));
    }
}
