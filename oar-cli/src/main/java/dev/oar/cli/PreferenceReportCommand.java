package dev.oar.cli;

import dev.oar.preference.PreferenceReport;
import dev.oar.preference.PreferenceResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what the votes of a preference study mean. */
@Command(
        name = "report",
        sortOptions = false,
        description = {
            "Says what the votes of a preference study mean, also while others are voting.",
            "",
            "DIR receives results.json, results.csv, votes.csv (every vote by arms) and report.html."
        })
final class PreferenceReportCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "STUDY", description = "The folder of the study.")
    private Path study = Path.of("");

    @Option(names = "--out", paramLabel = "DIR", description = "Where the report goes (default: STUDY/report).")
    private @Nullable Path out;

    PreferenceReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = out == null ? PreferenceReport.usual(study) : out;
        PreferenceResults results = PreferenceReport.write(study, folder);
        results.raters().stream()
                .filter(PreferenceResults.Rater::excluded)
                .forEach(rater -> terminal.err()
                        .println("note: rater " + rater.code() + " is excluded: " + rater.catchPassed() + " of "
                                + rater.catchSeen() + " catch trials passed"));
        if (!results.complete()) {
            terminal.err().println("note: not every rater is done, so this is not the result that was planned");
        }
        results.verdicts().forEach(terminal.out()::println);
        terminal.out().println(folder.resolve(PreferenceReport.PAGE));
        return 0;
    }
}
