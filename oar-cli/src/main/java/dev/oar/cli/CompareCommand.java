package dev.oar.cli;

import dev.oar.evaluate.ResultsComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
            "Figures that are means over the same images are paired image by image; of distances from one reference, the interval"
                    + " of the difference covers the drawn images. The verdicts hold for all differences together (Holm's"
                    + " correction).",
            "",
            "Results that were made with other weights of the feature network, another reference, protocol or number of"
                    + " samples are refused, and the difference is named."
        })
final class CompareCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            index = "0",
            paramLabel = "FIRST",
            description = "A results.json, or the folder that holds one, such as a run directory.")
    private Path first = Path.of("");

    @Parameters(index = "1", paramLabel = "SECOND", description = "The results to compare it with.")
    private Path second = Path.of("");

    CompareCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<ResultsComparison.Difference> differences =
                ResultsComparison.of(ResultsFiles.read(first), ResultsFiles.read(second));
        for (ResultsComparison.Difference difference : differences) {
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
}
