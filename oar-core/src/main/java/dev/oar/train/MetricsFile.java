package dev.oar.train;

import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The figures of a training, one JSON object a line ({@code metrics.jsonl}):
 *
 * <pre>
 * {"step":20,"loss":4.1,"learning-rate":0.0004,"gradient-norm":0.9,"skipped":0, ...figures of the task and of held-out data..., "seconds":3.2, "waiting":0.1}
 * </pre>
 *
 * <p>{@code skipped} is the number of steps so far whose loss or gradient was not finite, and which therefore changed nothing; a number that
 * is not finite stands as null.
 *
 * <p>{@code seconds} is the time of all steps since the line before; {@code waiting}, where images are made ready in the background, how many of them
 * the steps waited for the next image. These two are the only figures that differ between two equal runs.
 *
 * <p>When a training is resumed from a checkpoint, the lines beyond its step, and a line that a kill cut short, are removed: no step
 * stands there twice. The first and the last step always have a line, and so has every step after which held-out data was measured.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
    private static final String STEP = "step";
    static final String LOSS = "loss";
    static final String LEARNING_RATE = "learning-rate";
    static final String GRADIENT_NORM = "gradient-norm";
    static final String SKIPPED = "skipped";
    private static final String SECONDS = "seconds";
    private static final String WAITING = "waiting";
    private static final Set<String> OWN = Set.of(STEP, LOSS, LEARNING_RATE, GRADIENT_NORM, SKIPPED, SECONDS, WAITING);
    private static final JsonMapper JSON = new JsonMapper();

    /** More than a million lines. */
    private static final int MAX_BYTES = 256 << 20;

    private final Path path;
    private final long every;
    private @Nullable BufferedWriter writer;
    private double seconds;
    private double waiting;

    /**
     * One line.
     *
     * @param step number of the step, from 1
     * @param loss loss of that step; NaN where it was not finite, as in the figures that follow
     * @param learningRate rate of that step
     * @param gradientNorm norm of that step's gradients before clipping
     * @param skipped steps skipped so far; 0 in a line that does not say
     * @param metrics figures of the task, and of held-out data where it was measured; NaN where one was not finite
     * @param seconds time of all steps since the line before
     * @param waiting how much of it steps waited for input; NaN in a line that does not say
     */
    public record Line(
            long step,
            double loss,
            double learningRate,
            double gradientNorm,
            long skipped,
            Map<String, Double> metrics,
            double seconds,
            double waiting) {}

    /**
     * A file that takes a line every so many steps.
     *
     * @param every steps between lines, at least 1
     */
    MetricsFile(Path path, long every) {
        this.path = path;
        this.every = every;
    }

    /**
     * All complete lines of a file.
     *
     * @throws CorruptFileException if a line is none of this format, or the file is larger than {@value #MAX_BYTES} bytes
     */
    public static List<Line> read(Path path) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String line : completeLines(path)) {
            lines.add(line(path, line));
        }
        return lines;
    }

    /**
     * The share of a training's time that steps waited for input, of all attempts.
     *
     * @return in [0, 1]; empty if no line says so
     */
    public static OptionalDouble waitingShare(List<Line> lines) {
        double seconds = 0;
        double waiting = 0;
        for (Line line : lines) {
            if (!Double.isNaN(line.waiting())) {
                seconds += line.seconds();
                waiting += line.waiting();
            }
        }
        return seconds > 0 ? OptionalDouble.of(waiting / seconds) : OptionalDouble.empty();
    }

    @Override
    public void onStart(long stepsDone) throws IOException {
        if (Files.exists(path)) {
            StringBuilder kept = new StringBuilder();
            for (String line : completeLines(path)) {
                if (line(path, line).step() <= stepsDone) {
                    kept.append(line).append('\n');
                }
            }
            AtomicFile.write(path, kept.toString().getBytes(StandardCharsets.UTF_8));
        } else {
            Files.createDirectories(path.toAbsolutePath().getParent());
        }
        writer = Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void onStep(StepReport report, TrainingView view) throws IOException {
        seconds += report.seconds();
        waiting += report.input().map(TrainingInput.Times::waited).orElse(0.0);
        if (writer != null && report.isLogged(every)) {
            write(writer, JSON.writeValueAsString(object(report)) + "\n");
            seconds = 0;
            waiting = 0;
        }
    }

    /** Closes the file. */
    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }

    private void write(BufferedWriter to, String line) throws IOException {
        try {
            to.write(line);
            to.flush();
        } catch (IOException e) {
            throw new IOException(
                    path + " could not be written (" + e.getMessage()
                            + "); make room and run again, which resumes from the last checkpoint",
                    e);
        }
    }

    private ObjectNode object(StepReport report) {
        ObjectNode object = JSON.createObjectNode();
        object.put(STEP, report.step());
        put(object, LOSS, report.loss());
        object.put(LEARNING_RATE, report.learningRate());
        put(object, GRADIENT_NORM, report.gradientNorm());
        object.put(SKIPPED, report.skipped());
        report.metrics().forEach((name, value) -> put(object, name, value));
        report.heldOut().forEach((name, value) -> put(object, name, value));
        object.put(SECONDS, Math.round(seconds * 1000) / 1000.0);
        if (report.input().isPresent()) {
            object.put(WAITING, Math.round(waiting * 1000) / 1000.0);
        }
        return object;
    }

    private static void put(ObjectNode object, String name, double value) {
        if (Double.isFinite(value)) {
            object.put(name, value);
        } else {
            object.putNull(name);
        }
    }

    /** The lines that end with a line feed: one that does not was cut short. */
    private static List<String> completeLines(Path path) throws IOException {
        byte[] bytes = BoundedFile.read(path, MAX_BYTES, "move it away and log less often by a larger log-every");
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static Line line(Path path, String text) throws IOException {
        try {
            JsonNode object = JSON.readTree(text);
            Map<String, Double> metrics = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                if (!OWN.contains(property.getKey())) {
                    metrics.put(property.getKey(), figure(property.getValue()));
                }
            }
            return new Line(
                    object.required(STEP).asLong(),
                    figure(object.required(LOSS)),
                    object.required(LEARNING_RATE).asDouble(),
                    figure(object.required(GRADIENT_NORM)),
                    object.path(SKIPPED).asLong(0),
                    metrics,
                    object.required(SECONDS).asDouble(),
                    object.path(WAITING).asDouble(Double.NaN));
        } catch (JacksonException e) {
            throw new CorruptFileException(path + " must hold one JSON object with step, loss, learning-rate, "
                    + "gradient-norm and seconds per line, but one line does not; delete that line");
        }
    }

    private static double figure(JsonNode node) {
        return node.isNull() ? Double.NaN : node.asDouble();
    }
}
