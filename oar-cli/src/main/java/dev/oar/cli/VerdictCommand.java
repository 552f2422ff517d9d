package dev.oar.cli;

import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.TrainingSeeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what several trainings of one recipe tell together. */
@Command(
        name = "verdict",
        sortOptions = false,
        description = {
            "Says what the results of several trainings of one recipe, each with its own seed, mean together.",
            "",
            "Every result compares models in pairs. The mean of a difference over all seeds is given with its 95 %% interval over"
                    + " seeds, which covers what another training would give. The primary comparison is judged by that, the others by"
                    + " Holm's correction among all of them. Distances are left out where the feature networks differ."
        })
final class VerdictCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            arity = "2..*",
            paramLabel = "RESULTS",
            description = "A results.json per training seed, or the folder that holds one, such as a run directory.")
    private List<Path> paths = List.of();

    VerdictCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<EvaluationReport> results = new ArrayList<>();
        for (Path path : paths) {
            results.add(ResultsFiles.read(path));
        }
        List<TrainingSeeds.Verdict> verdicts = TrainingSeeds.of(results);
        if (!TrainingSeeds.sameFeatures(results)) {
            terminal.err()
                    .println("note: the results were measured with different feature networks, so only code lengths are"
                            + " taken together");
        }
        for (TrainingSeeds.Verdict verdict : verdicts) {
            String ofSeeds = verdict.ofSeeds().stream()
                    .map(difference -> String.format(Locale.ROOT, "%.4f", difference))
                    .collect(Collectors.joining(", "));
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s%s%n  by seed %s%n  mean %s: %s%n",
                            verdict.comparison().primary() ? "primary comparison: " : "",
                            verdict.comparison().subject(),
                            ofSeeds,
                            verdict.difference().text(4),
                            verdict.text());
        }
        return 0;
    }
}
