package dev.oar.cli;

import dev.oar.pipeline.StageName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a recipe up to one of its stages. */
@Command(sortOptions = false)
final class StageCommand implements Callable<Integer> {
    private final PipelineRunner runner;
    private final StageName stage;

    @Parameters(paramLabel = "RECIPE", description = "The recipe, a YAML file.")
    private Path recipe = Path.of("");

    @Option(names = "--seed", paramLabel = "S", description = "Use this seed instead of the recipe's.")
    private @Nullable Long seed;

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Mixin
    private TensorBoardOption tensorBoard = new TensorBoardOption();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The run directory.")
    private Path out = Path.of("");

    private StageCommand(PipelineRunner runner, StageName stage) {
        this.runner = runner;
        this.stage = stage;
    }

    /** Adds a command for every stage that users may want to stop after. */
    static void addAll(CommandLine root, PipelineRunner runner) {
        add(root, runner, "train-tokenizer", StageName.TOKENIZER, "Trains the tokenizer of a recipe.");
        add(root, runner, "tokenize", StageName.TOKENS, "Turns the images of a recipe into tokens.");
        add(root, runner, "pretrain", StageName.PRETRAINING, "Trains the any-order model of a recipe.");
        add(root, runner, "extract", StageName.EXTRACTION, "Extracts the orders of all images by the any-order model.");
        add(root, runner, "finetune", StageName.FINETUNING, "Fine-tunes the any-order model on the extracted orders.");
        add(root, runner, "report", StageName.REPORT, "Writes report and model folder of a recipe.");
    }

    private static void add(CommandLine root, PipelineRunner runner, String name, StageName stage, String description) {
        CommandLine command = new CommandLine(new StageCommand(runner, stage));
        command.getCommandSpec()
                .name(name)
                .usageMessage()
                .description(
                        description,
                        "",
                        "Whatever this needs is done first. Finished stages are skipped, and an interrupted one is resumed.");
        root.addSubcommand(name, command);
    }

    @Override
    public Integer call() throws IOException {
        OptionalLong chosen = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
        runner.run(recipe, chosen, deviceOption.device(), out, stage, tensorBoard.logs());
        return 0;
    }
}
