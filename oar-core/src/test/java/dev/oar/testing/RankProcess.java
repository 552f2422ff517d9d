package dev.oar.testing;

import dev.oar.group.ProcessGroup;
import dev.oar.group.RankEnvironment;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.UserCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that is one of several that train together: a program of the tests that is given its rank by the environment. */
public final class RankProcess implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String JAVACPP_CACHE = "org.bytedeco.javacpp.cachedir";

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    private RankProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** A port that nobody listens at. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts all ranks of this machine, each with so many threads. */
    public static List<RankProcess> start(int size, int threads, Path cache, Class<?> program, List<String> arguments)
            throws IOException {
        int port = freePort();
        List<RankProcess> ranks = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            Map<String, String> environment = Map.of(
                    RankEnvironment.RANK, Integer.toString(rank),
                    RankEnvironment.WORLD_SIZE, Integer.toString(size),
                    RankEnvironment.MASTER_ADDRESS, LOOPBACK,
                    RankEnvironment.MASTER_PORT, Integer.toString(port));
            ranks.add(start(List.of(), environment, threads, cache, program, arguments));
        }
        return ranks;
    }

    /**
     * Does something in a thread of this process for each rank, all of them connected.
     *
     * @return what each has given, or its failure
     */
    public static <T> List<Future<T>> threads(int size, Doing<T> doing) throws IOException {
        int port = freePort();
        ExecutorService threads = Executors.newFixedThreadPool(size);
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            RankEnvironment rank = new RankEnvironment(i, size, 0, LOOPBACK, port);
            running.add(threads.submit(() -> {
                try (ProcessGroup group = ProcessGroup.join(rank, () -> {})) {
                    try {
                        return doing.with(group);
                    } catch (IOException | RuntimeException e) {
                        group.fail(String.valueOf(e.getMessage()));
                        throw e;
                    }
                }
            }));
        }
        threads.shutdown();
        return running;
    }

    /** What a rank does. */
    @FunctionalInterface
    public interface Doing<T> {
        /** Does it. */
        T with(ProcessGroup group) throws IOException;
    }

    /**
     * Starts one process.
     *
     * @param before what the command begins with, such as one that enters a network namespace
     */
    public static RankProcess start(
            List<String> before,
            Map<String, String> environment,
            int threads,
            Path cache,
            Class<?> program,
            List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + cache.resolve("crash-%p.log"),
                "-D" + UserCache.PROPERTY + "=" + cache,
                "-D" + LibTorch.BLAS_PROPERTY + "=" + LibTorch.blas(),
                "-D" + LibTorch.THREADS_PROPERTY + "=" + threads));
        String libraries = System.getProperty(JAVACPP_CACHE);
        if (libraries != null) {
            // This process has gone on to a folder of its own in it if its BLAS library is MKL; so will the other.
            command.add("-D" + JAVACPP_CACHE + "=" + libraries.replaceAll("/mkl$", ""));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        // As the launcher does: warnings of C++ would stand between the lines.
        builder.environment().put("TORCH_CPP_LOG_LEVEL", "FATAL");
        return new RankProcess(builder.start());
    }

    /** The next line that it says; null if it has ended. What Gloo says of its connections does not count. */
    public @Nullable String next() throws IOException {
        String line = output.readLine();
        while (line != null && line.startsWith("[Gloo]")) {
            line = output.readLine();
        }
        if (line != null) {
            lines.add(line);
        }
        return line;
    }

    /** Kills it by SIGKILL. */
    public void kill() {
        // The process itself would close its output, too.
        process.toHandle().destroyForcibly();
    }

    /**
     * Takes in all that it says and waits until it has ended.
     *
     * @return its exit code
     * @throws AssertionError if that takes longer than so many seconds
     */
    public int end(int seconds) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Thread ender = new Thread(() -> {
            try {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    kill();
                }
            } catch (InterruptedException e) {
                kill();
            }
        });
        ender.start();
        while (next() != null) {
            // Every line is remembered.
        }
        int code = process.waitFor();
        ender.interrupt();
        if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(seconds)) {
            throw new AssertionError("it must end within " + seconds + " seconds, but has not; it said " + lines);
        }
        return code;
    }

    /** All that it has said. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
