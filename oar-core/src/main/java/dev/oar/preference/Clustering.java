package dev.oar.preference;

import dev.oar.config.Require;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How much votes on one pair of images repeat each other, and how many independent votes they are worth.
 *
 * @param correlation the intraclass correlation, at most 1; negative where votes on one pair differ more than those on different pairs
 * @param size votes on a pair, weighted by votes: {@code sum m^2 / sum m}
 * @param designEffect how many votes are worth an independent one, at least 1
 */
public record Clustering(double correlation, double size, double designEffect) {
    /**
     * What votes have in common, by the analysis of variance of one factor: {@code (between - within) / (between + (m - 1) within)} with the
     * mean squares between and within pairs (A. Donner, International Statistical Review 54, 1986).
     *
     * @param clusters per pair its votes as numbers, such as 1 for one arm and 0 for the other
     * @return empty unless there are two pairs, one of which has two votes, and votes differ at all
     */
    public static Optional<Clustering> of(List<double[]> clusters) {
        List<double[]> filled =
                clusters.stream().filter(cluster -> cluster.length > 0).toList();
        double votes = filled.stream().mapToDouble(cluster -> cluster.length).sum();
        double squares = filled.stream()
                .mapToDouble(cluster -> (double) cluster.length * cluster.length)
                .sum();
        int count = filled.size();
        if (count < 2 || votes == count) {
            return Optional.empty();
        }
        double mean = filled.stream().flatMapToDouble(Arrays::stream).sum() / votes;
        double between = 0;
        double within = 0;
        for (double[] cluster : filled) {
            double own = Arrays.stream(cluster).average().orElseThrow();
            between += cluster.length * (own - mean) * (own - mean);
            within += Arrays.stream(cluster)
                    .map(value -> (value - own) * (value - own))
                    .sum();
        }
        between /= count - 1;
        within /= votes - count;
        double usual = (votes - squares / votes) / (count - 1);
        double whole = between + (usual - 1) * within;
        if (!(whole > 0)) {
            return Optional.empty();
        }
        double correlation = (between - within) / whole;
        double size = squares / votes;
        return Optional.of(new Clustering(correlation, size, designEffect(size, Math.max(0, correlation))));
    }

    /**
     * The design effect {@code 1 + (m - 1) rho} (L. Kish, Survey Sampling, 1965).
     *
     * @param size votes on a pair, at least 1
     * @param correlation of two of them, 0 to 1
     */
    public static double designEffect(double size, double correlation) {
        Require.that(
                size >= 1 && correlation >= 0 && correlation <= 1,
                "a design effect needs at least 1 vote on a pair and a correlation in 0 .. 1, but got %s and %s",
                size,
                correlation);
        return 1 + (size - 1) * correlation;
    }
}
