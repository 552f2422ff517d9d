package dev.oar.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about data sets. */
@Command(
        name = "data",
        description = "Checks sets of images, and writes them in other forms.",
        synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private DataCommand() {}

    /**
     * The group with its commands.
     *
     * @param home where recipes lie
     */
    static CommandLine of(Terminal terminal, Interruption interruption, Path home) {
        CommandLine group = new CommandLine(new DataCommand());
        group.addSubcommand(new DataCheckCommand(terminal, interruption, home));
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
