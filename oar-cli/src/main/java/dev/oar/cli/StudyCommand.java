package dev.oar.cli;

import dev.oar.config.RecipeReader;
import dev.oar.pipeline.StageName;
import dev.oar.pipeline.StudyRun;
import dev.oar.study.StudyPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a study of orders. */
@Command(
        name = "study",
        sortOptions = false,
        description = {
            "Runs a study of orders: an any-order model is trained further on the orders of every arm, and all arms are measured alike.",
            "",
            "What is complete is skipped, and an interrupted study is resumed. Several processes may work on one study at once: give each"
                    + " the same command. DIR receives study.html, study.csv and a results.json for every seed."
        })
final class StudyCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;

    @Parameters(paramLabel = "STUDY", description = "The plan of the study, a YAML file.")
    private Path plan = Path.of("");

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Mixin
    private TensorBoardOption tensorBoard = new TensorBoardOption();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the study goes.")
    private Path out = Path.of("");

    @Option(
            names = "--so-far",
            description = "Run nothing, but write the page of what is complete, also while others work on the study.")
    private boolean soFar;

    @Option(
            names = "--until",
            paramLabel = "STAGE",
            description = {
                "Run no stage behind this one and write no page: with drawing, all that needs the models is done, on a machine with a GPU for"
                        + " example, and the figures are left for another."
            })
    private @Nullable StageName until;

    @Option(
            names = "--pilot",
            description = {
                "Measure the baseline alone, under every seed, write no page, and say how large a difference the study can tell with its"
                        + " samples and seeds, and how many it would need for the differences that the plan calls worth telling."
            })
    private boolean pilot;

    StudyCommand(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws IOException {
        StudyPlan study = RecipeReader.read(plan, StudyPlan.class);
        long began = System.nanoTime();
        terminal.out().println((soFar ? "reading " : "running ") + study.name() + " in " + out);
        try (RunProgress progress = new RunProgress(terminal, interruption)) {
            StudyRun run = new StudyRun(study, plan, out, progress, deviceOption.device(), tensorBoard.logs());
            if (pilot) {
                terminal.out().print(run.pilot().text());
                return 0;
            }
            if (soFar) {
                run.writeSoFar();
            } else if (until != null) {
                run.run(until);
            } else {
                run.run();
            }
        }
        if (until != null) {
            return 0;
        }
        terminal.out().println("finished in " + ProgressLineView.duration(Duration.ofNanos(System.nanoTime() - began)));
        terminal.out().println("  study   " + out.resolve(StudyRun.PAGE));
        terminal.out().println("  table   " + out.resolve(StudyRun.TABLE));
        return 0;
    }
}
