package dev.oar.cli;

import dev.oar.config.Require;
import dev.oar.group.RankEnvironment;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final Set<String> SPREAD =
            Set.of("run", "train-tokenizer", "tokenize", "pretrain", "extract", "finetune", "report");
    private static final String LOOPBACK = "127.0.0.1";
    private static final String BLAS = "-D" + LibTorch.BLAS_PROPERTY + "=";
    private static final String JAVA_OPTIONS = "OAR_JAVA_OPTS";
    private static final String LOG_LEVEL = "TORCH_CPP_LOG_LEVEL";

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
        Require.that(
                SPREAD.contains(command.get(0)),
                "only commands that train can be launched, but '%s' is none of them; take one of run, pretrain and finetune",
                command.get(0));
        Require.that(
                !environment.containsKey(RankEnvironment.RANK),
                "oar launch gives processes their RANK, but RANK is set to '%s' already; unset it, or give the command"
                        + " without oar launch",
                environment.get(RankEnvironment.RANK));
        return new LocalRanks(terminal, interruption).run(command(), variables());
    }

    private List<String> command() {
        Path launcher = home.resolve("oar");
        List<String> all = new ArrayList<>();
        if (Files.isExecutable(launcher)) {
            all.add(launcher.toString());
        } else {
            all.addAll(List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    BLAS + LibTorch.blas(),
                    "-Doar.home=" + home,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()));
        }
        all.addAll(command);
        if (command.stream().noneMatch(argument -> argument.equals("--threads") || argument.startsWith("--threads="))) {
            all.addAll(List.of("--threads", Integer.toString(Math.max(1, LibTorch.threads() / processes))));
        }
        return all;
    }

    /** Of each process. */
    private List<Map<String, String>> variables() throws IOException {
        String meeting = Integer.toString(port == 0 ? free() : port);
        String options = environment.getOrDefault(JAVA_OPTIONS, "");
        // Each would choose for itself otherwise, and all must add up alike.
        String settled = options.contains(BLAS) ? options : (options + " " + BLAS + LibTorch.blas()).strip();
        List<Map<String, String>> all = new ArrayList<>();
        for (int rank = 0; rank < processes; rank++) {
            Map<String, String> variables = new HashMap<>();
            variables.put(RankEnvironment.RANK, Integer.toString(rank));
            variables.put(RankEnvironment.LOCAL_RANK, Integer.toString(rank));
            variables.put(RankEnvironment.WORLD_SIZE, Integer.toString(processes));
            variables.put(RankEnvironment.MASTER_ADDRESS, LOOPBACK);
            variables.put(RankEnvironment.MASTER_PORT, meeting);
            variables.put(JAVA_OPTIONS, settled);
            // Ranks say themselves what is wrong with their connections, in better words.
            variables.put(LOG_LEVEL, environment.getOrDefault(LOG_LEVEL, "FATAL"));
            all.add(variables);
        }
        return all;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
