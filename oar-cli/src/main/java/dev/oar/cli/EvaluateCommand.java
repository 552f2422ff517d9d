package dev.oar.cli;

import dev.oar.pipeline.StageName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the arms of a recipe, a set of images against another, or what a model draws. */
@Command(
        name = "evaluate",
        sortOptions = false,
        description = {
            "Measures the arms of a recipe, a set of images against a reference, or what a model draws against a"
                    + " reference.",
            "",
            "With RECIPE: whatever this needs is done first. Finished stages are skipped, and an interrupted one is"
                    + " resumed.",
            "With --samples-dir or --samples: DIR receives results.json (equal for equal inputs), results.csv and"
                    + " report.html. Sets are folders or zips of PNG, JPEG, WebP, GIF or BMP files, or .npz batches; all images of a"
                    + " set must be of one size. With --samples, DIR/samples keeps what was drawn, and the same command"
                    + " resumes where it was interrupted."
        })
final class EvaluateCommand implements Callable<Integer> {
    private final PipelineRunner runner;
    private final SetEvaluation sets;
    private final SampleEvaluation drawn;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Mixin
    private ComparisonOptions options = new ComparisonOptions();

    @Mixin
    private FeatureNetworkOptions network = new FeatureNetworkOptions();

    @Mixin
    private SampleOptions sampleOptions = new SampleOptions();

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Mixin
    private TensorBoardOption tensorBoard = new TensorBoardOption();

    @Option(
            names = "--attributes",
            paramLabel = "NAME|DIR",
            description =
                    "With --samples-dir, also measure by this model's attribute classifier whether images show what"
                            + " the metadata.csv beside them asks for.")
    private @Nullable String attributes;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description =
                    "With RECIPE, the seed instead of the recipe's; otherwise that of samples and subsamples (default:"
                            + " 0).")
    private @Nullable Long seed;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The run directory of the recipe, or where results go.")
    private Path out = Path.of("");

    /** One of three. */
    private static final class What {
        @Parameters(paramLabel = "RECIPE", description = "The recipe whose arms are measured, a YAML file.")
        private @Nullable Path recipe;

        @Option(names = "--samples-dir", paramLabel = "SET", description = "The images to measure.")
        private @Nullable Path samplesDir;

        @Option(
                names = "--samples",
                paramLabel = "N",
                description = "Draw this many images with --model, in the classes of the reference, and measure them.")
        private @Nullable Integer samples;
    }

    EvaluateCommand(PipelineRunner runner, SetEvaluation sets, SampleEvaluation drawn) {
        this.runner = runner;
        this.sets = sets;
        this.drawn = drawn;
    }

    @Override
    public Integer call() throws IOException {
        if (what.recipe != null) {
            if (options.given() || network.given() || sampleOptions.given() || attributes != null) {
                throw new IllegalArgumentException(
                        "a recipe says itself how its arms are measured, but other options were given beside --seed"
                                + " and --out; leave them out, or measure --samples-dir or --samples");
            }
            runner.run(
                    what.recipe,
                    seed == null ? OptionalLong.empty() : OptionalLong.of(seed),
                    deviceOption.device(),
                    out,
                    StageName.EVALUATION,
                    tensorBoard.logs());
            return 0;
        }
        if (tensorBoard.given()) {
            throw new IllegalArgumentException(
                    "--tensorboard goes with RECIPE, whose trainings it writes down, but sets"
                            + " of images are compared without training; leave it out");
        }
        long chosen = seed == null ? 0 : seed;
        if (what.samplesDir != null) {
            if (sampleOptions.given()) {
                throw new IllegalArgumentException(
                        "--arm, --search-samples, --guidance-search, --class-shares and --npz go with --samples,"
                                + " but --samples-dir was given; leave them out");
            }
            if (deviceOption.given()) {
                throw new IllegalArgumentException(
                        "--device goes with RECIPE and --samples, but --samples-dir was given;"
                                + " leave it out, images are compared by the CPU");
            }
            sets.run(what.samplesDir, options, network, Optional.ofNullable(attributes), chosen, out);
        } else if (what.samples != null) {
            if (attributes != null) {
                throw new IllegalArgumentException("--attributes goes with --samples-dir and the table beside the"
                        + " images, but --samples was given; draw with 'oar generate' and measure the folder");
            }
            drawn.run(what.samples, options, network, sampleOptions, deviceOption.device(), chosen, out);
        }
        return 0;
    }
}
