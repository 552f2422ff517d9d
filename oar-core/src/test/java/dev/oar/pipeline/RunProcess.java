package dev.oar.pipeline;

import dev.oar.config.RecipeReader;
import dev.oar.study.StudyPlan;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.UserCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tiny run in a process of its own, which may be killed. It says everything that it does, line by line. */
final class RunProcess implements AutoCloseable {
    /** How a process ends that refuses to go on and says why. */
    static final int REFUSED = 3;

    /** How a process ends that was killed: 128 and the number of SIGKILL. */
    static final int KILLED = 128 + 9;

    private static final String JAVACPP_CACHE = "org.bytedeco.javacpp.cachedir";

    private static final String FORMULATION = "dual-position";
    private static final String FINISHED = "finished ";
    private static final String REFUSAL = "refused: ";

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    private RunProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts or goes on with a run on the images of a folder, or, where a file is given in their place, with the study of that plan. */
    static RunProcess start(Path images, Path run, Path cache) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + cache.resolve("crash.log"),
                "-D" + UserCache.PROPERTY + "=" + cache,
                "-D" + LibTorch.BLAS_PROPERTY + "=" + LibTorch.blas(),
                "-D" + LibTorch.THREADS_PROPERTY + "=2"));
        String libraries = System.getProperty(JAVACPP_CACHE);
        if (libraries != null) {
            // This process has gone on to a folder of its own in it if its BLAS library is MKL; so will the other.
            command.add("-D" + JAVACPP_CACHE + "=" + libraries.replaceAll("/mkl$", ""));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                RunProcess.class.getName(),
                images.toString(),
                run.toString()));
        return new RunProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** The next line that it says; null if it has ended. */
    @Nullable
    String next() throws IOException {
        String line = output.readLine();
        if (line != null) {
            lines.add(line);
        }
        return line;
    }

    /** Whether it has not ended. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it by SIGKILL, and takes in what it has said until then and how it has ended. */
    int kill() throws IOException {
        // The process itself would close its output, too.
        process.toHandle().destroyForcibly();
        return end();
    }

    /** Takes in everything that it says, and how it ends. */
    int end() throws IOException {
        while (next() != null) {
            // Every line is remembered.
        }
        boolean interrupted = false;
        while (true) {
            try {
                int code = process.waitFor();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return code;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** Everything that it has said. */
    List<String> lines() {
        return lines;
    }

    /** The stages that it said to have finished. */
    List<String> finished() {
        return lines.stream()
                .filter(line -> line.startsWith(FINISHED))
                .map(line -> line.substring(FINISHED.length()))
                .toList();
    }

    /**
     * The sentence that it refused to go on with.
     *
     * @throws AssertionError if it ended otherwise
     */
    String refusal() throws IOException {
        int code = end();
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        if (code != REFUSED || !last.startsWith(REFUSAL) || last.length() < REFUSAL.length() + 20) {
            throw new AssertionError("it must refuse with a sentence, but ended with " + code + ": " + lines);
        }
        return last.substring(REFUSAL.length());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Runs the tiny recipe on the images of a folder, or the study of a file, in a directory: the two arguments. */
    public static void main(String[] arguments) {
        PrintStream said = System.out;
        try {
            run(Path.of(arguments[0]), Path.of(arguments[1]), new Speaking(said));
        } catch (IOException | IllegalArgumentException | java.io.UncheckedIOException e) {
            said.println(REFUSAL + String.valueOf(e.getMessage()).replace('\n', ' '));
            said.flush();
            System.exit(REFUSED);
        }
        System.exit(0);
    }

    private static void run(Path what, Path directory, PipelineListener listener) throws IOException {
        if (Files.isRegularFile(what)) {
            StudyPlan plan = RecipeReader.read(what, StudyPlan.class);
            new StudyRun(plan, what, directory, listener, Device.CPU).run();
        } else {
            new Pipeline(TinyRecipe.of(what, FORMULATION), RunFiles.parent(what), directory, listener).run();
        }
    }

    /** Says what happens. */
    private record Speaking(PrintStream said) implements PipelineListener {
        @Override
        public void stageStarted(StageName stage, int number, int of) {
            say("started " + stage.label());
        }

        @Override
        public void progress(StageName stage, StageProgress progress) {
            say(stage.label() + " " + progress.activity() + " " + progress.done());
        }

        @Override
        public void stageFinished(StageName stage, Duration duration, boolean skipped) {
            say(FINISHED + stage.label());
        }

        private void say(String line) {
            said.println(line);
            said.flush();
        }
    }
}
