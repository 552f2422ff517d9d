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
import dev.oar.measure.ClassShares;
import dev.oar.measure.ComparisonConfig;
import dev.oar.measure.DrawnImages;
import dev.oar.measure.GuidanceSearch;
import dev.oar.measure.MeasuredImages;
import dev.oar.measure.SampleDescription;
import dev.oar.model.AutoregressiveModel;
import dev.oar.report.Block;
import dev.oar.report.Warning;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws with a model and measures what it drew, as published figures are made. */
final class ModelEvaluation {
    private static final String SAMPLES = "samples";

    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;
    private final FeatureNetworkOptions.Opener networks;
    private final SetEvaluation sets;

    ModelEvaluation(
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
                        folder.manifest().transformer().trainedOrders(),
                        FormatChoice.ofMeasurements(terminal, device, config.batchSize()));
        LibTorch.load();
        try (ImageTokenizer tokenizer = folder.tokenizer(device);
                AutoregressiveModel model = folder.transformer(arm, device);
                FeatureNetworkOptions.OpenNetwork open = networks.openBeside(network)) {
            config.requireMeasurable(count, open.network().width());
            DrawnClasses classes = DrawnClasses.of(
                    samples.classShares(), options, folder.manifest().classes());
            Run run = new Run(folder, arm, model, tokenizer, config, classes.shares());
            List<EvaluationFigure> before = new ArrayList<>();
            List<Block> plots = new ArrayList<>();
            if (classes.equal()) {
                plots.add(new Warning(DrawnClasses.NOTE));
            }
            Drawing chosen = drawing;
            if (samples.guidanceSearch() != null) {
                GuidanceSearch search = search(run, drawing, samples, options, open.network(), out);
                before.addAll(search.figures(run.label()));
                plots.add(search.plot());
                chosen = drawing.withGuidanceScale(search.best());
                terminal.out().println("best guidance scale: " + GuidanceSearch.text(search.best()));
            }
            DrawnImages drawn = draw(run, chosen, count, out.resolve(SAMPLES));
            if (samples.npz() != null) {
                SampleBatch.write(samples.npz(), drawn);
            }
            if (classes.equal()) {
                terminal.err().println("note: " + DrawnClasses.NOTE);
            }
            sets.measure(
                    new MeasuredImages(run.label(), drawn.fingerprint(), drawn),
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

    /** What is drawn with. */
    private record Run(
            ModelFolder folder,
            Arm arm,
            AutoregressiveModel model,
            ImageTokenizer tokenizer,
            ComparisonConfig config,
            ClassShares classes) {
        String label() {
            return folder.manifest().name() + ", " + arm.label();
        }

        SampleDescription description(Drawing drawing) {
            return new SampleDescription(
                    folder.fingerprint(ModelFolder.fileName(arm)),
                    folder.fingerprint(ModelFolder.TOKENIZER),
                    classes,
                    drawing,
                    config.seed(),
                    config.batchSize());
        }
    }

    private DrawnImages draw(Run run, Drawing drawing, int count, Path directory) throws IOException {
        try (ProgressView progress = ProgressView.of(terminal)) {
            return DrawnImages.draw(
                    directory,
                    run.description(drawing),
                    run.model(),
                    run.tokenizer(),
                    run.folder().meanRanks(),
                    count,
                    progress.heard(interruption));
        }
    }

    private GuidanceSearch search(
            Run run,
            Drawing drawing,
            SampleOptions samples,
            ComparisonOptions options,
            FeatureNetwork network,
            Path out)
            throws IOException {
        List<Double> scales = GuidanceSearch.scales(String.valueOf(samples.guidanceSearch()));
        GaussianStatistics reference = reference(options, network, run.config().batchSize());
        return GuidanceSearch.run(
                scales,
                scale -> draw(
                        run,
                        drawing.withGuidanceScale(scale),
                        samples.searchSamples(),
                        out.resolve("search").resolve("scale-" + GuidanceSearch.text(scale))),
                network,
                reference,
                samples.searchSamples(),
                run.config(),
                (activity, done, total) -> interruption.check());
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
