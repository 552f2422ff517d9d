package dev.oar.cli;

import dev.oar.causal.SceneStudy;
import dev.oar.causal.SceneStudyConfig;
import dev.oar.causal.SceneStudyResults;
import dev.oar.file.AtomicFile;
import dev.oar.measure.MeasurementFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures models of scenes beside what is known exactly. */
@Command(
        name = "scene-study",
        sortOptions = false,
        description = {
            "Trains small models on pictures of a known distribution (see 'oar scenes') and measures beside the exact figures"
                    + " whether extraction finds the known order, what specialised orders bring one cell a step, and what"
                    + " orders lose when several cells are filled at once.",
            "",
            "DIR receives results.json, results.csv, report.html, tables.md and the trainings. Interrupted, the same command"
                    + " resumes the training where it was."
        })
final class SceneStudyCommand implements Callable<Integer> {
    private static final String TABLES = "tables.md";

    private final Terminal terminal;
    private final Interruption interruption;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results and trainings go.")
    private Path out = Path.of("");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How many trainings (default: ${DEFAULT-VALUE}); with 2 or more, intervals are over trainings.")
    private int seeds = 1;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of pictures and orders, and of the first training (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "800",
            description = "Steps of every any-order model (default: ${DEFAULT-VALUE}).")
    private int steps = 800;

    @Option(
            names = "--further-steps",
            paramLabel = "N",
            defaultValue = "100",
            description = "Steps of every further training (default: ${DEFAULT-VALUE}).")
    private int furtherSteps = 100;

    @Option(
            names = "--pictures",
            paramLabel = "N",
            defaultValue = "4000",
            description = "Pictures that any-order models are trained on (default: ${DEFAULT-VALUE}).")
    private int pictures = 4000;

    @Option(
            names = "--further-pictures",
            paramLabel = "N",
            defaultValue = "256",
            description = "Other pictures, whose orders models are trained on further (default: ${DEFAULT-VALUE}).")
    private int furtherPictures = 256;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "128",
            description = "Held-out pictures, and pictures drawn in each way (default: ${DEFAULT-VALUE}).")
    private int samples = 128;

    @Mixin
    private TensorBoardOption tensorBoard = new TensorBoardOption();

    SceneStudyCommand(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws IOException {
        SceneStudyConfig config = SceneStudyConfig.USUAL
                .withSteps(steps, furtherSteps)
                .withPictures(pictures, furtherPictures, samples)
                .withSeeds(seeds, seed);
        try (ProgressView progress = ProgressView.of(terminal)) {
            SceneStudyResults results =
                    new SceneStudy(config, progress.heard(interruption), tensorBoard.logs()).run(out);
            terminal.earlierResults(MeasurementFolder.write(out, results.report(), results.page()));
            AtomicFile.write(out.resolve(TABLES), results.markdown().getBytes(StandardCharsets.UTF_8));
            terminal.out().print(results.markdown());
        }
        terminal.out().println(out.resolve(MeasurementFolder.REPORT));
        return 0;
    }
}
