package dev.oar.cli;

import dev.oar.config.Require;
import dev.oar.group.RankEnvironment;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts several processes of one command on this machine, which train together. */
@Command(
        name = "launch",
        sortOptions = false,
        description = {
            "Trains in several processes of this machine: starts a command that many times, each with the environment variables"
                    + " that torchrun sets (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT).",
            "",
            "Example: oar launch --nproc 2 -- run recipes/quickstart.yaml --out runs/quickstart",
            "",
            "CPU cores are divided among the processes unless the command has --threads. What rank 0 prints is shown, and the"
                    + " errors of the others. When one process is lost, all end; the same command resumes. On several machines"
                    + " set the variables yourself (docs/distributed.md)."
        })
final class LaunchCommand implements Callable<Integer> {
    private static final String LOOPBACK = "127.0.0.1";

    private final Terminal terminal;
    private final Interruption interruption;
    private final Path home;
    private final Map<String, String> environment;

    @Option(names = "--nproc", required = true, paramLabel = "N", description = "How many processes, at least 1.")
    private int processes;

    @Option(
            names = "--master-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "The port at which they meet; by default one that is free.")
    private int port;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "1..*",
            description =
                    "Behind --: the command, one of run, pretrain, finetune and the other stages, with its options.")
    private List<String> command = List.of();

    LaunchCommand(Terminal terminal, Interruption interruption, Path home, Map<String, String> environment) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.home = home;
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        Require.that(
                processes >= 1,
                "--nproc must be at least 1, but is %d; 2 is the least that trains together",
                processes);
        RankCommand.requireSpread(command);
        Require.that(
                !environment.containsKey(RankEnvironment.RANK),
                "oar launch gives processes their RANK, but RANK is set to '%s' already; unset it, or give the command"
                        + " without oar launch",
                environment.get(RankEnvironment.RANK));
        List<String> line = RankCommand.line(home, command, Math.max(1, LibTorch.threads() / processes));
        return new LocalRanks(terminal, interruption).run(line, variables());
    }

    /** Of each process. */
    private List<Map<String, String>> variables() throws IOException {
        int meeting = port == 0 ? free() : port;
        List<Map<String, String>> all = new ArrayList<>();
        for (int rank = 0; rank < processes; rank++) {
            all.add(RankCommand.variables(new RankEnvironment(rank, processes, rank, LOOPBACK, meeting), environment));
        }
        return all;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
