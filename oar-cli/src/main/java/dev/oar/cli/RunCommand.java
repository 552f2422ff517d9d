package dev.oar.cli;

import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.pipeline.Recipe;
import dev.oar.pipeline.StageName;
import dev.oar.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a whole recipe, or one made for a folder of images. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Runs a recipe from images to report, or a recipe made for a folder of images.",
            "",
            "Finished stages are skipped, and an interrupted one is resumed. The run directory receives"
                    + " recipe.yaml (the recipe with every default spelled out), model/ and report.html."
        })
final class RunCommand implements Callable<Integer> {
    private final PipelineRunner runner;
    private final DryRun plans;
    private final Path home;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(names = "--seed", paramLabel = "S", description = "Use this seed instead of the recipe's.")
    private @Nullable Long seed;

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Mixin
    private TensorBoardOption tensorBoard = new TensorBoardOption();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The run directory.")
    private Path out = Path.of("");

    @Option(
            names = "--dry-run",
            description = {
                "Train nothing and write nothing: check images, base, captions, sizes, disk and memory, and print the stages with what is done"
                        + " already. Exit code 1 where the run would fail; what it would take, 'oar estimate' says."
            })
    private boolean dryRun;

    RunCommand(PipelineRunner runner, DryRun plans, Path home) {
        this.runner = runner;
        this.plans = plans;
        this.home = home;
    }

    /** Either of two. */
    private static final class What {
        @Parameters(paramLabel = "RECIPE", description = "The recipe, a YAML file.")
        private @Nullable Path recipe;

        @Option(
                names = "--images",
                paramLabel = "FOLDER",
                description = {
                    "A folder, zip or tar of images, one folder per class; a sensible recipe is written for it.",
                    "It trains on flipped images too: never flip text or flags, but name their classes under data.never-flip"
                            + " in a copy of that recipe, or set flip: false."
                })
        private @Nullable Path images;
    }

    @Option(
            names = "--base",
            paramLabel = "MODEL",
            description = {
                "With --images: fine-tune this any-order model on them instead of training one, in orders that it extracts; a"
                        + " bundled model, a model folder or a run directory. The folders must be named like classes of the model."
            })
    private @Nullable String base;

    @Override
    public Integer call() throws IOException {
        OptionalLong chosen = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
        if (what.recipe != null && base != null) {
            throw new IllegalArgumentException(
                    "--base goes with --images, but a recipe was given; name the model under base in the recipe");
        }
        Device device = deviceOption.device();
        Recipe recipe;
        Path folder;
        if (what.recipe != null) {
            recipe = RecipeReader.read(what.recipe, Recipe.class);
            folder = Objects.requireNonNullElse(FullPath.of(what.recipe).getParent(), Path.of(""));
        } else {
            Path images = Objects.requireNonNull(what.images);
            recipe = base == null
                    ? FolderRecipe.of(home, images)
                    : FolderRecipe.of(home, images, new BundledModels(home).find(base));
            folder = home;
        }
        if (dryRun) {
            return plans.print(chosen.isPresent() ? recipe.withSeed(chosen.getAsLong()) : recipe, folder, device, out);
        }
        runner.run(recipe, folder, chosen, device, out, StageName.REPORT, tensorBoard.logs());
        return 0;
    }
}
