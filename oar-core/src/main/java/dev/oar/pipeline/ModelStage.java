package dev.oar.pipeline;

import dev.oar.artifact.CaptionSourceFile;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelManifest;
import dev.oar.artifact.OrderNetworkFiles;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.MeanRanks;
import dev.oar.data.Split;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeFiles;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;

/** Gathers the trained model in one folder at the top of the run directory, so that it can draw while it is measured. */
final class ModelStage extends Stage {
    private static final String MANIFEST = "model";

    private final TokenizerStage tokenizer;
    private final FeaturesStage features;
    private final Optional<AttributesStage> attributes;
    private final AnyOrderStage pretraining;
    private final ExtractionStage extraction;
    private final List<ArmStage> arms;

    ModelStage(
            RunContext context,
            TokenizerStage tokenizer,
            FeaturesStage features,
            Optional<AttributesStage> attributes,
            AnyOrderStage pretraining,
            ExtractionStage extraction,
            FinetuningStage control,
            FinetuningStage specialised) {
        super(
                context,
                StageName.MODEL,
                Stream.concat(
                                Stream.of(tokenizer, features, pretraining, extraction, control, specialised),
                                attributes.stream())
                        .toList());
        this.tokenizer = tokenizer;
        this.features = features;
        this.attributes = attributes;
        this.pretraining = pretraining;
        this.extraction = extraction;
        this.arms = List.of(pretraining, control, specialised);
    }

    @Override
    String settings() {
        return String.join("\n", recipe().name(), recipe().description(), recipe().licence());
    }

    @Override
    boolean isIntact(StageDirectory.Marker marker) throws IOException {
        // A run of another recipe or seed in the same directory leaves its own model there.
        return holds(manifest(), marker.outputs().get(MANIFEST));
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        write(context().runDirectory().resolve(Pipeline.MODEL));
        context().listener().note("model: " + context().runDirectory().resolve(Pipeline.MODEL));
        return Map.of(MANIFEST, Fingerprint.ofFile(manifest()));
    }

    private Path manifest() {
        return context().runDirectory().resolve(Pipeline.MODEL).resolve(ModelFolder.MANIFEST);
    }

    private void write(Path model) throws IOException {
        // While files are exchanged the folder has no manifest, so nobody takes a mixture for a model.
        Files.deleteIfExists(model.resolve(ModelFolder.MANIFEST));
        Map<String, String> fingerprints = new TreeMap<>();
        copy(tokenizer.weightsFile(), model.resolve(ModelFolder.TOKENIZER), fingerprints);
        writeCaptionFiles(model, fingerprints);
        for (ArmStage arm : arms) {
            copy(arm.weightsFile(), model.resolve(ModelFolder.fileName(arm.arm())), fingerprints);
        }
        try (FeatureClassifier classifier = features.network()) {
            FeatureFiles.write(model, classifier, torch.ScalarType.Float);
        }
        fingerprints.put(FeatureFiles.WEIGHTS, Fingerprint.ofFile(model.resolve(FeatureFiles.WEIGHTS)));
        writeAttributes(model, fingerprints);
        // A network that was trained beside another run of the same directory knows the orders of other models.
        Files.deleteIfExists(model.resolve(OrderNetworkFiles.SIZES));
        Files.deleteIfExists(model.resolve(OrderNetworkFiles.WEIGHTS));
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

    /** What the model reads captions with; another run's in the same directory goes where there is none. */
    private void writeCaptionFiles(Path model, Map<String, String> fingerprints) throws IOException {
        Map<String, Path> files = pretraining.captionFiles();
        for (String name : List.of(ModelFolder.CAPTION_TOKENIZER, CaptionSourceFile.NAME)) {
            if (files.containsKey(name)) {
                copy(files.get(name), model.resolve(name), fingerprints);
            } else {
                Files.deleteIfExists(model.resolve(name));
            }
        }
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
