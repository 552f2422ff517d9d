package dev.oar.preference;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A process of its own that votes on a study, and takes votes back, until it is killed; it says every vote that was acknowledged. */
final class VoterProcess implements AutoCloseable {
    static final String READY = "ready";
    static final String REFUSED = "refused: ";
    static final String DONE = "done ";

    private final Process process;
    private final BufferedReader output;

    private VoterProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static VoterProcess start(Path study) throws IOException {
        return new VoterProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        VoterProcess.class.getName(),
                        study.toString())
                .redirectErrorStream(true)
                .start());
    }

    /** The next line that it says; null if it has ended. */
    @Nullable
    String next() throws IOException {
        return output.readLine();
    }

    /** Kills it by SIGKILL after a while, and gives what it has said since. */
    List<String> killAfter(long nanoseconds) throws IOException {
        LockSupport.parkNanos(nanoseconds);
        process.toHandle().destroyForcibly();
        List<String> lines = new ArrayList<>();
        for (String line = next(); line != null; line = next()) {
            lines.add(line);
        }
        return lines;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The choice of a rater at a place, the same in every process. */
    static VoteChoice choice(int rater, int place) {
        return VoteChoice.values()[(rater + 7 * place) % 3];
    }

    /** Votes on the study of the argument. */
    public static void main(String[] arguments) {
        PrintStream said = System.out;
        try (PreferenceStudy study = PreferenceStudy.open(Path.of(arguments[0]))) {
            say(said, READY);
            List<String> raters = study.protocol().raters();
            for (int step = 0; ; step++) {
                int rater = step % raters.size();
                PreferenceStudy.Progress progress = study.progress(raters.get(rater));
                boolean back = progress.complete() || step % 5 == 4 && progress.done() > 0;
                progress = back
                        ? study.undo(progress.rater())
                        : study.vote(progress.rater(), progress.done() + 1, choice(rater, progress.done() + 1));
                say(said, DONE + progress.rater() + " " + progress.done());
            }
        } catch (IOException | IllegalArgumentException e) {
            say(said, REFUSED + e.getMessage());
        }
    }

    private static void say(PrintStream said, String line) {
        said.println(line);
        said.flush();
    }
}
