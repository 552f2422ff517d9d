package dev.oar.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command: options that every command has. */
@Command(
        name = "oar",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = OarVersion.class,
        description = "Ordered autoregressive image generation.",
        footer = {"", "Start with 'oar quickstart'. 'oar COMMAND --help' tells more about a command."})
final class OarCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private int threads;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log more, and show where in the program a failure happened.")
    private boolean verbose;

    @Option(
            names = "--threads",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "Threads a tensor operation may use; by default as many as there are CPU cores.")
    private void setThreads(int number) {
        if (number < 1 && spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "--threads must be at least 1, but is " + number + "; leave it out for all");
        }
        threads = number;
    }

    /** The number of threads asked for; 0 = not asked. */
    int threads() {
        return threads;
    }

    boolean verbose() {
        return verbose;
    }

    @Override
    public void run() {
        if (spec != null) {
            CommandLine commandLine = spec.commandLine();
            commandLine.usage(commandLine.getOut());
        }
    }
}
