package dev.oar.causal;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of pictures, gathered from one training after the other. A figure of several trainings is the mean of theirs with Student's interval
 * over trainings, which says what another training would bring; that of a single one, and of what is known exactly, has an interval over
 * pictures.
 */
final class SeedValues {
    private final Map<Row, List<double[]>> values = new LinkedHashMap<>();

    /** What is measured of whom, and how. */
    record Row(String arm, String drawing, Metric metric) {}

    /** Adds the values of the pictures under one training. */
    void add(String arm, String drawing, Metric metric, double... ofPictures) {
        values.computeIfAbsent(new Row(arm, drawing, metric), row -> new ArrayList<>())
                .add(ofPictures);
    }

    /** The figures, in the sequence in which they were added first. */
    List<EvaluationFigure> figures(long seed) {
        List<EvaluationFigure> figures = new ArrayList<>();
        values.forEach((row, trainings) -> figures.add(new EvaluationFigure(
                row.arm, row.drawing, row.metric, interval(trainings), trainings.get(0).length, seed)));
        return figures;
    }

    /**
     * The difference of two figures of a metric, training by training and picture by picture.
     *
     * @throws IllegalArgumentException if one is missing, or they are of different pictures
     */
    Interval difference(Row first, Row second) {
        List<double[]> a = values.getOrDefault(first, List.of());
        List<double[]> b = values.getOrDefault(second, List.of());
        if (a.isEmpty() || a.size() != b.size()) {
            throw new IllegalArgumentException("only figures of the same trainings can be compared, but " + first
                    + " has " + a.size() + " and " + second + " has " + b.size() + "; measure both");
        }
        List<double[]> differences = new ArrayList<>();
        for (int training = 0; training < a.size(); training++) {
            double[] ofFirst = a.get(training);
            double[] ofSecond = b.get(training);
            double[] ofPictures = new double[ofFirst.length];
            Arrays.setAll(ofPictures, picture -> ofFirst[picture] - ofSecond[picture]);
            differences.add(ofPictures);
        }
        return interval(differences);
    }

    private static Interval interval(List<double[]> trainings) {
        return trainings.size() == 1
                ? Interval.ofMean(trainings.get(0))
                : Interval.ofMean(trainings.stream()
                        .mapToDouble(ofPictures ->
                                Arrays.stream(ofPictures).average().orElse(Double.NaN))
                        .toArray());
    }
}
