package dev.oar.cli;

import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureNetwork;
import dev.oar.evaluate.ImageSet;
import dev.oar.measure.ComparisonConfig;
import dev.oar.measure.ImageSetComparison;
import dev.oar.measure.MeasuredImages;
import dev.oar.measure.MeasurementFolder;
import dev.oar.pipeline.StageName;
import dev.oar.report.Block;
import dev.oar.report.Warning;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the arms of a recipe, or a set of images against another. */
@Command(
        name = "evaluate",
        sortOptions = false,
        description = {
            "Draws with all arms of a recipe and measures them, or compares a set of images with a reference.",
            "",
            "With RECIPE: whatever this needs is done first; what has been done before is skipped, and what was broken off"
                    + " goes on where it was.",
            "With --samples-dir: DIR receives results.json (equal for equal inputs), results.csv and report.html. Sets are"
                    + " folders or zips of PNG, JPEG or BMP files, or .npz batches; all images of a set must be of one size."
        })
final class EvaluateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final PipelineRunner runner;
    private final FeatureNetworkOptions.Opener opener;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(names = "--reference", paramLabel = "SET", description = "Real images to compare the samples with.")
    private @Nullable Path reference;

    @Option(
            names = "--training",
            paramLabel = "SET",
            description =
                    "The images that the model was trained on: tells which share of the samples are nearer to one of"
                            + " them than the nearest hundredth of the reference is.")
    private @Nullable Path training;

    @Mixin
    private FeatureNetworkOptions networkOptions = new FeatureNetworkOptions();

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description =
                    "Crop and resize all images to squares of this side, as training images are (default: they must be"
                            + " of one size).")
    private @Nullable Integer imageSize;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "32",
            description = "Images per forward pass (default: ${DEFAULT-VALUE}).")
    private int batchSize = 32;

    @Option(
            names = "--subsamples",
            paramLabel = "N",
            defaultValue = "20",
            description = "Subsamples behind every interval (default: ${DEFAULT-VALUE}).")
    private int subsamples = 20;

    @Option(names = "--fid-infinity", description = "Also the Frechet distance extrapolated to unlimited samples.")
    private boolean unlimited;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description =
                    "Use this seed instead of the recipe's; with --samples-dir it chooses subsamples (default: 0).")
    private @Nullable Long seed;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The run directory of the recipe, or where results go.")
    private Path out = Path.of("");

    /** Either of two. */
    private static final class What {
        @Parameters(paramLabel = "RECIPE", description = "The recipe whose arms are measured, a YAML file.")
        private @Nullable Path recipe;

        @Option(names = "--samples-dir", paramLabel = "SET", description = "The images to measure.")
        private @Nullable Path samples;
    }

    EvaluateCommand(
            Terminal terminal, Interruption interruption, PipelineRunner runner, FeatureNetworkOptions.Opener opener) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.runner = runner;
        this.opener = opener;
    }

    @Override
    public Integer call() throws IOException {
        if (what.recipe != null) {
            if (reference != null || training != null || networkOptions.given() || unlimited) {
                throw new IllegalArgumentException("--reference, --training, --model, --inception, --protocol and"
                        + " --fid-infinity go with --samples-dir, but a recipe was given; leave one of the two out");
            }
            runner.run(
                    what.recipe,
                    seed == null ? OptionalLong.empty() : OptionalLong.of(seed),
                    out,
                    StageName.EVALUATION);
        } else if (what.samples != null) {
            compare(what.samples);
        }
        return 0;
    }

    private void compare(Path samplesPath) throws IOException {
        if (reference == null) {
            throw new IllegalArgumentException(
                    "--samples-dir needs a --reference to be compared with, but there is none; name a set of real images");
        }
        ComparisonConfig config = new ComparisonConfig(batchSize, subsamples, unlimited, seed == null ? 0 : seed);
        LibTorch.load();
        try (ImageSet samples = open(samplesPath);
                ImageSet real = open(reference);
                FeatureNetworkOptions.OpenNetwork network = opener.open(networkOptions)) {
            Optional<ImageSet> known = training == null ? Optional.empty() : Optional.of(open(training));
            try {
                report(config, network.network(), samples, real, known);
            } finally {
                if (known.isPresent()) {
                    known.get().close();
                }
            }
        }
    }

    private ImageSet open(Path path) throws IOException {
        return imageSize == null ? ImageSet.open(path) : ImageSet.open(path, imageSize);
    }

    private void report(
            ComparisonConfig config, FeatureNetwork network, ImageSet samples, ImageSet real, Optional<ImageSet> known)
            throws IOException {
        EvaluationReport results;
        ImageSetComparison comparison;
        try (ProgressView progress = ProgressView.of(terminal)) {
            comparison = new ImageSetComparison(network, config, (activity, done, total) -> {
                interruption.check();
                progress.show(activity, done, total, "");
            });
            Optional<MeasuredImages> trained =
                    known.isPresent() ? Optional.of(measured("training images", known.get())) : Optional.empty();
            results = comparison.compare(measured("samples", samples), measured("reference", real), trained);
        }
        List<Block> notes =
                comparison.warnings().stream().<Block>map(Warning::new).toList();
        MeasurementFolder.write(
                out,
                "Evaluation",
                samples.count() + " samples against " + real.count() + " reference images, features: " + network.name(),
                results,
                notes);
        comparison.warnings().forEach(warning -> terminal.err().println("note: " + warning));
        terminal.out().print(MeasurementFolder.text(results));
        terminal.out().println(out.resolve(MeasurementFolder.REPORT));
    }

    private static MeasuredImages measured(String label, ImageSet set) throws IOException {
        return new MeasuredImages(label, set.fingerprint(), set);
    }
}
