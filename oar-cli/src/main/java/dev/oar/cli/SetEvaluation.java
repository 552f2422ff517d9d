package dev.oar.cli;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.ImageSet;
import dev.oar.data.ResultPlace;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.ReferenceStatistics;
import dev.oar.feature.FeatureNetwork;
import dev.oar.layout.LeftOut;
import dev.oar.measure.ComparisonConfig;
import dev.oar.measure.FigureText;
import dev.oar.measure.ImageSetComparison;
import dev.oar.measure.MeasuredImages;
import dev.oar.measure.MeasurementFolder;
import dev.oar.measure.NearestPictures;
import dev.oar.report.Block;
import dev.oar.report.Warning;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Measures a set of images against a reference and writes what comes of it. */
final class SetEvaluation {
    private final Terminal terminal;
    private final Interruption interruption;
    private final FeatureNetworkOptions.Opener networks;
    private final CaptionEvaluation captions;

    SetEvaluation(
            Terminal terminal,
            Interruption interruption,
            FeatureNetworkOptions.Opener networks,
            CaptionEvaluation captions) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.networks = networks;
        this.captions = captions;
    }

    /**
     * Measures a set.
     *
     * @param attributes the model whose attribute classifier tells what images show, if that is asked for
     */
    void run(
            Path samplesPath,
            ComparisonOptions options,
            FeatureNetworkOptions network,
            Optional<String> attributes,
            long seed,
            Path out)
            throws IOException {
        ComparisonConfig config = options.config(seed);
        options.requireOutside(out);
        ResultPlace.requireOutside(out, samplesPath);
        LibTorch.load();
        try (ImageSet samples = options.open(samplesPath);
                FeatureNetworkOptions.OpenNetwork open = networks.open(network)) {
            noteLeftOut(terminal, samplesPath, samples);
            List<EvaluationFigure> ofCaptions = new ArrayList<>();
            Map<String, String> settings = new TreeMap<>(leftOut("sample ", samples.leftOut()));
            if (attributes.isPresent()) {
                CaptionEvaluation.Measured measured = captions.measure(attributes.get(), samples, options, config);
                ofCaptions.addAll(measured.figures());
                settings.putAll(measured.settings());
            }
            measure(
                    new MeasuredImages("samples", samples.fingerprint(), samples),
                    options,
                    config,
                    open.network(),
                    settings,
                    ofCaptions,
                    List.of(),
                    out);
        }
    }

    /**
     * Measures samples, prints and writes the results.
     *
     * @param settings more settings than those of the comparison
     * @param before figures that stand before those of the samples
     * @param plots parts of the page
     */
    void measure(
            MeasuredImages samples,
            ComparisonOptions options,
            ComparisonConfig config,
            FeatureNetwork network,
            Map<String, String> settings,
            List<EvaluationFigure> before,
            List<Block> plots,
            Path out)
            throws IOException {
        List<Block> blocks = new ArrayList<>(plots);
        List<String> warnings = new ArrayList<>();
        Map<String, String> allSettings = new TreeMap<>(settings);
        EvaluationReport results;
        try (ProgressView progress = ProgressView.of(terminal)) {
            ImageSetComparison comparison = new ImageSetComparison(network, config, progress.heard(interruption));
            results = compare(comparison, samples, options, allSettings, blocks);
            warnings.addAll(comparison.warnings());
        }
        List<EvaluationFigure> figures = new ArrayList<>(before);
        figures.addAll(results.figures());
        allSettings.putAll(results.settings());
        EvaluationReport all = new EvaluationReport(allSettings, figures, results.comparisons());
        warnings.forEach(warning -> blocks.add(new Warning(warning)));
        Optional<Path> moved = MeasurementFolder.write(
                out,
                "Evaluation of " + samples.label(),
                samples.images().count() + " images; features: " + network.name(),
                all,
                blocks);
        terminal.earlierResults(moved);
        warnings.forEach(warning -> terminal.err().println("note: " + warning));
        terminal.out().print(FigureText.of(all));
        terminal.out().println(out.resolve(MeasurementFolder.REPORT));
    }

    /** Says which files of a set's folder are no part of it, and what is left out of those that are. */
    static void noteLeftOut(Terminal terminal, Path path, ImageSet set) {
        if (!set.leftOut().names().isEmpty()) {
            terminal.err()
                    .println("note: " + set.count() + " images of " + path + " are read, other files are left out, "
                            + set.leftOut().summary());
        }
        set.losses().notes(path).forEach(note -> terminal.err().println("note: " + note));
    }

    /** The setting that tells of files left out, where there are any. */
    private static Map<String, String> leftOut(String of, LeftOut leftOut) {
        return leftOut.names().isEmpty() ? Map.of() : Map.of(of + LeftOut.SETTING, leftOut.summary());
    }

    private EvaluationReport compare(
            ImageSetComparison comparison,
            MeasuredImages samples,
            ComparisonOptions options,
            Map<String, String> settings,
            List<Block> blocks)
            throws IOException {
        Path reference = options.reference();
        if (holdsStatisticsAlone(reference)) {
            if (options.training().isPresent()) {
                throw new IllegalArgumentException(
                        "copies of training images are recognised by comparing with images of the reference, but "
                                + reference + " holds only statistics; name the images, or leave out --training");
            }
            return comparison.compare(samples, ReferenceStatistics.read(reference), Fingerprint.ofFile(reference));
        }
        try (ImageSet real = options.open(reference)) {
            noteLeftOut(terminal, reference, real);
            settings.putAll(leftOut("reference ", real.leftOut()));
            MeasuredImages measured = new MeasuredImages("reference", real.fingerprint(), real);
            if (options.training().isEmpty()) {
                return comparison.compare(samples, measured, Optional.empty());
            }
            try (ImageSet known = options.open(options.training().get())) {
                noteLeftOut(terminal, options.training().get(), known);
                settings.putAll(leftOut("training ", known.leftOut()));
                MeasuredImages training = new MeasuredImages("training images", known.fingerprint(), known);
                EvaluationReport report = comparison.compare(samples, measured, Optional.of(training));
                blocks.add(NearestPictures.of(comparison, samples.images(), known));
                return report;
            }
        }
    }

    /** Whether a file holds statistics and no images: a reference of images says more. */
    static boolean holdsStatisticsAlone(Path reference) throws IOException {
        return reference.toString().toLowerCase(Locale.ROOT).endsWith(".npz") && ReferenceStatistics.alone(reference);
    }
}
