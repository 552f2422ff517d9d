package dev.oar.cli;

import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.ResultsComparison;
import dev.oar.measure.MeasurementFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Compares the results of two measurements. */
@Command(
        name = "compare",
        sortOptions = false,
        description = {
            "Compares the results of two measurements figure by figure, with intervals.",
            "",
            "Results that were made with other weights of the feature network, another reference, protocol or number of"
                    + " samples are refused, and the difference is named."
        })
final class CompareCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "FIRST", description = "A results.json, or the folder that holds one.")
    private Path first = Path.of("");

    @Parameters(index = "1", paramLabel = "SECOND", description = "Another one.")
    private Path second = Path.of("");

    CompareCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        for (ResultsComparison.Difference difference : ResultsComparison.of(read(first), read(second))) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s, %s, %s%n  first  %s%n  second %s%n  first minus second %s: %s%n",
                            difference.arm(),
                            difference.drawing(),
                            difference.metric().name(),
                            difference.first().text(4),
                            difference.second().text(4),
                            difference.difference().text(4),
                            difference.verdict());
        }
        return 0;
    }

    private static EvaluationReport read(Path given) throws IOException {
        Path file = Files.isDirectory(given) ? given.resolve(MeasurementFolder.RESULTS) : given;
        if (!Files.isRegularFile(file)) {
            throw new IOException("results to compare are files that 'oar evaluate' or 'oar retention' has written, but"
                    + " there is no " + file + "; correct the path");
        }
        return EvaluationReport.read(file);
    }
}
