package dev.oar.cli;

import dev.oar.pipeline.StageName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the recipe that everybody can run. */
@Command(
        name = "quickstart",
        description = {
            "Trains, extracts orders, fine-tunes, draws and reports on bundled faces with captions, in minutes on two CPU cores.",
            "",
            "The same as: oar run recipes/quickstart.yaml --out DIR"
        })
final class QuickstartCommand implements Callable<Integer> {
    private final PipelineRunner runner;
    private final Path home;

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Mixin
    private TensorBoardOption tensorBoard = new TensorBoardOption();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "runs/quickstart",
            description = "The run directory (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    QuickstartCommand(PipelineRunner runner, Path home) {
        this.runner = runner;
        this.home = home;
    }

    @Override
    public Integer call() throws IOException {
        runner.run(
                home.resolve("recipes").resolve("quickstart.yaml"),
                OptionalLong.empty(),
                deviceOption.device(),
                out,
                StageName.REPORT,
                tensorBoard.logs());
        return 0;
    }
}
