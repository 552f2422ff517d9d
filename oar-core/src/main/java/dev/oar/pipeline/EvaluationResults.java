package dev.oar.pipeline;

import dev.oar.checkpoint.AtomicFile;
import dev.oar.checkpoint.CorruptFileException;
import dev.oar.evaluate.Interval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The figures of one run, as {@code results.json} holds them. Times live elsewhere, so that equal inputs give equal bytes.
 *
 * @param seed seed of the run
 * @param figures one per arm, way of drawing or coding, and metric
 * @param comparisons of two arms under the same drawing
 * @param reconstruction figures of the tokenizer
 */
record EvaluationResults(long seed, List<Measured> figures, List<Compared> comparisons, List<Measured> reconstruction) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * One figure.
     *
     * @param arm which model
     * @param way how it was drawn, or under which orders it was asked
     * @param metric name of the metric
     * @param lowerIsBetter whether smaller is better
     * @param point the figure
     * @param low lower end of its 95 % interval, null if there is none
     * @param high upper end
     * @param count number of images
     */
    record Measured(
            String arm,
            String way,
            String metric,
            boolean lowerIsBetter,
            double point,
            Optional<Double> low,
            Optional<Double> high,
            int count) {
        static Measured of(String arm, String way, dev.oar.evaluate.Metric metric, Interval interval, int count) {
            boolean bounded = interval.bounded();
            return new Measured(
                    arm,
                    way,
                    metric.name(),
                    metric.lowerIsBetter(),
                    interval.point(),
                    bounded ? Optional.of(interval.low()) : Optional.empty(),
                    bounded ? Optional.of(interval.high()) : Optional.empty(),
                    count);
        }
    }

    /**
     * The difference of two arms under one drawing, first minus second, on paired samples.
     *
     * @param first one arm
     * @param second the other
     * @param way how both were drawn
     * @param metric name of the metric
     * @param difference first minus second
     * @param low lower end of its 95 % interval
     * @param high upper end
     * @param verdict in words
     */
    record Compared(
            String first,
            String second,
            String way,
            String metric,
            double difference,
            Optional<Double> low,
            Optional<Double> high,
            String verdict) {
        static Compared of(String first, String second, String way, dev.oar.evaluate.Metric metric, Interval interval) {
            String verdict;
            if (!interval.bounded() || interval.contains(0)) {
                verdict = "no significant difference";
            } else {
                boolean firstBetter = (interval.point() < 0) == metric.lowerIsBetter();
                verdict = (firstBetter ? first : second) + " is better";
            }
            return new Compared(
                    first,
                    second,
                    way,
                    metric.name(),
                    interval.point(),
                    interval.bounded() ? Optional.of(interval.low()) : Optional.empty(),
                    interval.bounded() ? Optional.of(interval.high()) : Optional.empty(),
                    verdict);
        }
    }

    /** Writes the file. */
    void write(Path file) throws IOException {
        byte[] json = (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, json);
    }

    /** Reads the file. */
    static EvaluationResults read(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), EvaluationResults.class);
        } catch (JacksonException e) {
            throw new CorruptFileException(file + " is not a file of results; delete its folder to measure again", e);
        }
    }
}
