package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.data.AttributeTable;
import dev.oar.data.ImageAttributes;
import dev.oar.data.ImageSet;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeFiles;
import dev.oar.measure.ComparisonConfig;
import dev.oar.measure.ImageSetComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Measures whether a set of images shows the attributes that the table beside it asks for. */
final class CaptionEvaluation {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;

    CaptionEvaluation(Terminal terminal, Interruption interruption, BundledModels models) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.models = models;
    }

    /**
     * What was measured.
     *
     * @param settings what the figures depend on
     */
    record Measured(List<EvaluationFigure> figures, Map<String, String> settings) {}

    /**
     * Measures samples, and the images of the reference beside them if they have such a table, too.
     *
     * @param model name or folder of the model whose attribute classifier tells what images show
     */
    Measured measure(String model, ImageSet samples, ComparisonOptions options, ComparisonConfig config)
            throws IOException {
        ModelFolder folder = models.find(model);
        if (!AttributeFiles.presentIn(folder.path())) {
            throw new IllegalArgumentException("--attributes names a model with an attribute classifier, but "
                    + folder.manifest().name() + " has none; name one that was trained with attribute-columns");
        }
        List<EvaluationFigure> figures = new ArrayList<>();
        Map<String, String> settings = new TreeMap<>();
        try (AttributeClassifier classifier = AttributeFiles.read(folder.path());
                ProgressView progress = ProgressView.of(terminal)) {
            settings.put("attribute classifier", classifier.fingerprint());
            figures.addAll(figures("samples", classifier, samples, config, progress, settings));
            Optional<Path> described = described(options.reference(), classifier);
            if (described.isPresent()) {
                try (ImageSet real = options.open(described.get())) {
                    figures.addAll(figures("reference", classifier, real, config, progress, settings));
                }
            }
            return new Measured(figures, settings);
        }
    }

    private static Optional<Path> described(Path reference, AttributeClassifier classifier) throws IOException {
        return AttributeTable.presentBeside(reference, classifier.attributes())
                ? Optional.of(reference)
                : Optional.empty();
    }

    private List<EvaluationFigure> figures(
            String label,
            AttributeClassifier classifier,
            ImageSet images,
            ComparisonConfig config,
            ProgressView progress,
            Map<String, String> settings)
            throws IOException {
        ImageAttributes asked = AttributeTable.of(images, classifier.attributes());
        settings.put("attributes of " + label, asked.fingerprint());
        CaptionAccuracy accuracy = new CaptionAccuracy(classifier, asked);
        int[][] found = accuracy.found(
                images,
                config.batchSize(),
                done -> progress.heard(interruption).progress("attributes of " + label, done, images.count()));
        return accuracy.figuresAndChance(
                label,
                ImageSetComparison.WAY,
                found,
                IntStream.range(0, found.length).toArray(),
                config.seed());
    }
}
