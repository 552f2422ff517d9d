package dev.oar.cli;

import dev.oar.config.Require;
import dev.oar.group.RankEnvironment;
import dev.oar.tensor.LibTorch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A command as one of several processes that train together runs it: the launcher with the command's arguments, and the variables that
 * torchrun sets. {@code oar launch} and Spark's executors start the same.
 */
public final class RankCommand {
    private static final Set<String> SPREAD =
            Set.of("run", "train-tokenizer", "tokenize", "pretrain", "extract", "finetune", "report");
    private static final String THREADS = "--threads";
    private static final String BLAS = "-D" + LibTorch.BLAS_PROPERTY + "=";
    private static final String JAVA_OPTIONS = "OAR_JAVA_OPTS";
    private static final String LOG_LEVEL = "TORCH_CPP_LOG_LEVEL";

    /** What the launcher sets for its own process; whatever this starts on other machines is to be as fast. */
    static final List<String> OF_THE_LAUNCHER = List.of(
            "OMP_WAIT_POLICY",
            "GOMP_SPINCOUNT",
            "MKL_THREADING_LAYER",
            "MALLOC_MMAP_THRESHOLD_",
            "MALLOC_TRIM_THRESHOLD_",
            "MALLOC_TOP_PAD_",
            "GLIBC_TUNABLES");

    /** What a user may have set for ranks. */
    private static final List<String> OF_THE_USER =
            List.of(JAVA_OPTIONS, LOG_LEVEL, "OAR_INSTRUCTIONS", "GLOO_SOCKET_IFNAME");

    private RankCommand() {}

    /** The folder that the launcher stands in; the same on all machines. */
    public static Path home() {
        return OarHome.directory();
    }

    /** Those of some variables of the environment that the processes of another machine are to have, too. */
    public static Map<String, String> passedOn(Map<String, String> environment) {
        Map<String, String> passed = new HashMap<>(environment);
        passed.keySet().removeIf(name -> !OF_THE_LAUNCHER.contains(name) && !OF_THE_USER.contains(name));
        return passed;
    }

    /**
     * What starts one process on this machine; it ends when this one has ended.
     *
     * @param home the folder that the launcher stands in; without a launcher there, the process has the class path of this one
     * @param command one of the commands of stages with its arguments
     * @param threads of the process, unless the command says it
     * @param environment further variables, such as {@link #passedOn} gave
     */
    public static ProcessBuilder process(
            Path home, List<String> command, int threads, RankEnvironment rank, Map<String, String> environment) {
        requireSpread(command);
        ProcessBuilder builder = new ProcessBuilder(line(home, command, threads));
        builder.environment().putAll(environment);
        builder.environment().putAll(variables(rank, environment));
        return builder;
    }

    /**
     * Checks that processes can do a command together.
     *
     * @throws IllegalArgumentException if they cannot
     */
    static void requireSpread(List<String> command) {
        Require.that(
                SPREAD.contains(command.get(0)),
                "only commands that train can be launched, but '%s' is none of them; take one of run, pretrain and finetune",
                command.get(0));
    }

    static List<String> line(Path home, List<String> command, int threads) {
        Path launcher = home.resolve("oar");
        List<String> all = new ArrayList<>();
        if (Files.isExecutable(launcher)) {
            all.add(launcher.toString());
        } else {
            all.addAll(List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    BLAS + LibTorch.blas(),
                    "-D" + OarHome.PROPERTY + "=" + home,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()));
        }
        all.addAll(command);
        if (command.stream().noneMatch(argument -> argument.equals(THREADS) || argument.startsWith(THREADS + "="))) {
            all.addAll(List.of(THREADS, Integer.toString(threads)));
        }
        return all;
    }

    static Map<String, String> variables(RankEnvironment rank, Map<String, String> environment) {
        String options = environment.getOrDefault(JAVA_OPTIONS, "");
        Map<String, String> variables = new HashMap<>();
        variables.put(RankEnvironment.RANK, Integer.toString(rank.rank()));
        variables.put(RankEnvironment.LOCAL_RANK, Integer.toString(rank.localRank()));
        variables.put(RankEnvironment.WORLD_SIZE, Integer.toString(rank.worldSize()));
        variables.put(RankEnvironment.MASTER_ADDRESS, rank.masterAddress());
        variables.put(RankEnvironment.MASTER_PORT, Integer.toString(rank.masterPort()));
        // Each would choose for itself otherwise, and all must add up alike.
        variables.put(
                JAVA_OPTIONS, options.contains(BLAS) ? options : (options + " " + BLAS + LibTorch.blas()).strip());
        // Ranks say themselves what is wrong with their connections, in better words.
        variables.put(LOG_LEVEL, environment.getOrDefault(LOG_LEVEL, "FATAL"));
        variables.put(Starter.VARIABLE, Long.toString(ProcessHandle.current().pid()));
        return variables;
    }
}
