package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.data.ImageSet;
import dev.oar.data.SampleBatch;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.GaussianStatistics;
import dev.oar.evaluate.ReferenceStatistics;
import dev.oar.feature.FeatureNetwork;
import dev.oar.generate.Drawing;
import dev.oar.generate.FormatChoice;
import dev.oar.measure.ComparisonConfig;
import dev.oar.measure.DrawnImages;
import dev.oar.measure.GuidanceSearch;
import dev.oar.measure.MeasuredImages;
import dev.oar.measure.ModelEvaluation;
import dev.oar.report.Block;
import dev.oar.report.Warning;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws with a model and measures what it drew. */
final class SampleEvaluation {
    private static final String SAMPLES = "samples";

    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;
    private final FeatureNetworkOptions.Opener networks;
    private final SetEvaluation sets;

    SampleEvaluation(
            Terminal terminal,
            Interruption interruption,
            BundledModels models,
            FeatureNetworkOptions.Opener networks,
            SetEvaluation sets) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.models = models;
        this.networks = networks;
        this.sets = sets;
    }

    void run(
            int count,
            ComparisonOptions options,
            FeatureNetworkOptions network,
            SampleOptions samples,
            Device device,
            long seed,
            Path out)
            throws IOException {
        if (count < 2) {
            throw new IllegalArgumentException(
                    "a model is measured by at least 2 images, but --samples is " + count + "; 50000 is usual");
        }
        ComparisonConfig config = options.config(seed);
        requireOutside(options, out, samples);
        ModelFolder folder = models.find(network.modelName());
        Arm arm = samples.arm() == null ? folder.defaultArm() : samples.arm();
        Drawing drawing = samples.drawing()
                .drawing(
                        folder.manifest().space().cells(),
                        arm,
                        folder.manifest().transformer().trainedOrders(),
                        FormatChoice.ofMeasurements(terminal.err()::println, device, config.batchSize()));
        DrawnClasses classes = DrawnClasses.of(
                samples.classShares(), options, folder.manifest().classes());
        List<EvaluationFigure> before = new ArrayList<>();
        List<Block> plots = new ArrayList<>();
        if (classes.equal()) {
            plots.add(new Warning(DrawnClasses.NOTE));
        }
        LibTorch.load();
        try (FeatureNetworkOptions.OpenNetwork open = networks.openBeside(network);
                ProgressView progress = ProgressView.of(terminal);
                ModelEvaluation evaluation = new ModelEvaluation(
                        folder, arm, device, classes.shares(), config, progress.heard(interruption))) {
            config.requireMeasurable(count, open.network().width());
            Drawing chosen = drawing;
            if (samples.guidanceSearch() != null) {
                GuidanceSearch search = evaluation.search(
                        drawing,
                        GuidanceSearch.scales(String.valueOf(samples.guidanceSearch())),
                        samples.searchSamples(),
                        open.network(),
                        reference(options, open.network(), config.batchSize()),
                        out.resolve("search"));
                before.addAll(search.figures(evaluation.label()));
                plots.add(search.plot());
                chosen = drawing.withGuidanceScale(search.best());
                progress.note("best guidance scale: " + GuidanceSearch.text(search.best()));
            }
            DrawnImages drawn = evaluation.draw(chosen, count, out.resolve(SAMPLES));
            progress.close();
            if (samples.npz() != null) {
                SampleBatch.write(samples.npz(), drawn);
            }
            if (classes.equal()) {
                terminal.err().println("note: " + DrawnClasses.NOTE);
            }
            sets.measure(
                    new MeasuredImages(evaluation.label(), drawn.fingerprint(), drawn),
                    options,
                    config,
                    open.network(),
                    Map.of("sample classes", classes.source()),
                    before,
                    plots,
                    out);
        }
    }

    private static void requireOutside(ComparisonOptions options, Path out, SampleOptions samples) throws IOException {
        options.requireOutside(out);
        options.requireOutside(out.resolve(SAMPLES));
        if (samples.npz() != null) {
            options.requireOutside(samples.npz());
        }
    }

    private static GaussianStatistics reference(ComparisonOptions options, FeatureNetwork network, int batchSize)
            throws IOException {
        if (SetEvaluation.holdsStatisticsAlone(options.reference())) {
            return ReferenceStatistics.read(options.reference()).features();
        }
        try (ImageSet images = options.open(options.reference())) {
            return GaussianStatistics.of(FeatureExtraction.of(network, images, batchSize));
        }
    }
}
