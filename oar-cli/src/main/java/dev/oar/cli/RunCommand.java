package dev.oar.cli;

import dev.oar.pipeline.StageName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a whole recipe. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Runs a recipe from images to report.",
            "",
            "What has been done before is skipped, and what was broken off goes on where it was. The run directory receives"
                    + " recipe.yaml (the recipe with every default spelled out), model/ and report.html."
        })
final class RunCommand implements Callable<Integer> {
    private final PipelineRunner runner;

    @Parameters(paramLabel = "RECIPE", description = "The recipe, a YAML file.")
    private Path recipe = Path.of("");

    @Option(names = "--seed", paramLabel = "S", description = "Use this seed instead of the recipe's.")
    private @Nullable Long seed;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The run directory.")
    private Path out = Path.of("");

    RunCommand(PipelineRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        runner.run(recipe, seed == null ? OptionalLong.empty() : OptionalLong.of(seed), out, StageName.REPORT);
        return 0;
    }
}
