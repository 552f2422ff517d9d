package dev.oar.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Has a command's work done by Spark's executors. */
@Command(
        name = "spark-submit",
        sortOptions = false,
        customSynopsis = "oar spark-submit TASK [OPTIONS OF THE TASK] [--master=M] [--conf=K=V]...",
        description = {
            "Has Spark's executors do the work of a command, and leaves exactly what the command leaves: TASK is tokenize, extract, generate"
                    + " or features (which is 'oar statistics'), made piece by piece, or pretrain, finetune or run, trained by --ranks"
                    + " processes together. It has that command's arguments and options.",
            "",
            "Prints the line for spark-submit and runs it: that of SPARK_HOME if that is set, else of a Spark for this machine, which is"
                    + " downloaded when it is first needed. See docs/spark.md."
        })
final class SparkSubmitCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Path home;
    private final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    @Unmatched
    private List<String> task = new ArrayList<>();

    @Option(
            names = "--master",
            paramLabel = "M",
            defaultValue = "local-cluster[2,1,4096]",
            description = "Spark's master (default: ${DEFAULT-VALUE}, two executors here with one CPU core each).")
    private String master = "";

    @Option(
            names = "--executor-cores",
            paramLabel = "N",
            description =
                    "CPU cores of an executor, all of which work on one piece at a time or for one rank (default: 1, or as the master says).")
    private @Nullable Integer cores;

    @Option(
            names = "--ranks",
            paramLabel = "N",
            description =
                    "With pretrain, finetune and run: processes that train together, one on each executor (default: the"
                            + " executors of local-cluster).")
    private @Nullable Integer ranks;

    @Option(
            names = "--exchange",
            paramLabel = "URI",
            description = {
                "Of pieces: a folder in a file system of Hadoop's, such as s3a://BUCKET/oar, through which models, tokens and pieces go",
                "(default: executors see the folders of the command where they are)."
            })
    private @Nullable String exchange;

    @Option(
            names = "--ship",
            description = "Send this program to the executors (default: it lies in the same folder on all machines).")
    private boolean ship;

    @Option(names = "--conf", paramLabel = "K=V", description = "A setting of Spark's; may be given several times.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--dry-run", description = "Only print the line.")
    private boolean dryRun;

    SparkSubmitCommand(Terminal terminal, Path home, Map<String, String> environment) {
        this.terminal = terminal;
        this.home = home;
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        CommandLine root = spec().root().commandLine();
        SparkTask asked = SparkTask.named(task.isEmpty() ? "" : task.get(0));
        List<String> rest = task.subList(1, task.size());
        ParseResult parsed;
        try {
            parsed = Objects.requireNonNull(root.getSubcommands().get(asked.command()))
                    .parseArgs(rest.toArray(String[]::new));
        } catch (ParameterException e) {
            // As the command itself would refuse it, before anything is started.
            throw new IllegalArgumentException(e.getMessage() + "; see 'oar " + asked.command() + " --help'", e);
        }
        SparkSubmission submission = submission(asked);
        SparkMemory memory = SparkMemory.of(asked, parsed, new BundledModels(home), submission.cores());
        terminal.out().println(memory.line());
        List<String> line =
                new ArrayList<>(List.of(SparkHome.of(home, environment).submit().toString()));
        line.addAll(submission.options(asked, home, environment, memory));
        line.add(asked.command());
        line.addAll(rest);
        Map<String, String> variables = submission.variables(environment);
        terminal.out().println(SparkSubmission.quoted(variables, line));
        terminal.out().flush();
        if (dryRun) {
            return 0;
        }
        ProcessBuilder submit = new ProcessBuilder(line).inheritIO();
        submit.environment().putAll(variables);
        return submit.start().waitFor();
    }

    private SparkSubmission submission(SparkTask asked) {
        SparkSubmission submission = new SparkSubmission(master, cores, settings, exchange, ship);
        if (asked.trains()) {
            return submission.with(SparkTraining.of(ranks, submission).settings());
        }
        SparkTraining.requireNone(asked, ranks);
        return submission;
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the specification before it calls a command");
        }
        return spec;
    }
}
