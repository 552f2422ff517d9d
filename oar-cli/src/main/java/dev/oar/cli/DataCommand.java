package dev.oar.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands about data sets. */
@Command(name = "data", sortOptions = false, description = "Works on data sets; see 'oar data COMMAND --help'.")
final class DataCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private DataCommand() {}

    /** The group with its commands. */
    static CommandLine withSubcommands(Terminal terminal, Interruption interruption) {
        CommandLine group = new CommandLine(new DataCommand());
        group.addSubcommand(new DataExportCommand(terminal, interruption));
        return group;
    }

    @Override
    public void run() {
        if (spec != null) {
            CommandLine commandLine = spec.commandLine();
            commandLine.usage(commandLine.getOut());
        }
    }
}
