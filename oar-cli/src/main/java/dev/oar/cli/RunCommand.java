package dev.oar.cli;

import dev.oar.pipeline.Recipe;
import dev.oar.pipeline.StageName;
import dev.oar.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
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
    private final Path home;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(names = "--seed", paramLabel = "S", description = "Use this seed instead of the recipe's.")
    private @Nullable Long seed;

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The run directory.")
    private Path out = Path.of("");

    RunCommand(PipelineRunner runner, Path home) {
        this.runner = runner;
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
        if (what.recipe != null) {
            runner.run(what.recipe, chosen, device, out, StageName.REPORT);
        } else if (what.images != null) {
            Recipe recipe = base == null
                    ? FolderRecipe.of(home, what.images)
                    : FolderRecipe.of(home, what.images, new BundledModels(home).find(base));
            runner.run(recipe, home, chosen, device, out, StageName.REPORT);
        }
        return 0;
    }
}
