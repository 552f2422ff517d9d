package dev.oar.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about data sets. */
@Command(
        name = "data",
        description = "Tells what there is in a set of images, and what is wrong with it.",
        synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private DataCommand() {}

    /** The group with its commands. */
    static CommandLine of(Terminal terminal, Interruption interruption) {
        CommandLine group = new CommandLine(new DataCommand());
        group.addSubcommand(new DataCheckCommand(terminal, interruption));
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
