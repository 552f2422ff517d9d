package dev.oar.benchmark;

import dev.oar.tensor.Processor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A script in PyTorch that waits for requests and answers each with its seconds; while it waits it takes no CPU. */
final class PyTorchPeer implements AutoCloseable {
    /** Versions before this have no fused attention on CPUs, so that a comparison with them shows nothing. */
    private static final double FIRST_FUSED = 2.04;

    private static final List<String> OURS = List.of("OPENBLAS_", "OMP_", "GOMP_", "MKL_", "MALLOC_", "GLIBC_TUNABLES");
    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> command;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final About about;

    /** What the script says of itself. */
    record About(String torch, int threads) {}

    private record Answer(double seconds) {}

    private PyTorchPeer(List<String> command, Process process) throws IOException {
        this.command = command;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        try {
            this.about = read(About.class);
        } catch (IOException e) {
            process.destroy();
            throw e;
        }
    }

    /**
     * Starts the script.
     *
     * @throws IOException if it cannot be started or does not say what it is
     */
    static PyTorchPeer start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        keepWhatIsForAll(
                builder.environment().keySet(), Processor.instructionLimits().keySet());
        return new PyTorchPeer(command, builder.start());
    }

    /**
     * Removes the names of variables by which the launcher tells its own libraries how to work. Limits on instructions stay: they make
     * both sides work as on an older CPU.
     */
    static void keepWhatIsForAll(Set<String> variables, Set<String> limits) {
        variables.removeIf(name -> !limits.contains(name) && OURS.stream().anyMatch(name::startsWith));
    }

    /** PyTorch's version. */
    String version() {
        return about.torch();
    }

    /** Threads of an operation. */
    int threads() {
        return about.threads();
    }

    /** Whether its version is one to compare with. */
    boolean isRecent() {
        String[] parts = about.torch().split("[.+]", -1);
        return parts.length > 1 && Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]) / 100.0 >= FIRST_FUSED;
    }

    /**
     * Lets it work.
     *
     * @throws IOException if it gives no seconds
     */
    double seconds(String request) throws IOException {
        requests.write(request + "\n");
        requests.flush();
        return read(Answer.class).seconds();
    }

    private <T> T read(Class<T> type) throws IOException {
        String line = answers.readLine();
        try {
            T answer = line == null ? null : JSON.readValue(line, type);
            return requireAnswer(answer, null);
        } catch (JacksonException e) {
            return requireAnswer(null, e);
        }
    }

    private <T> T requireAnswer(@Nullable T answer, @Nullable Exception cause) throws IOException {
        if (answer == null) {
            throw new IOException(
                    "the script in PyTorch must print its seconds as JSON, but '" + String.join(" ", command)
                            + "' printed something else or ended; run it by hand to see what",
                    cause);
        }
        return answer;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
