package dev.oar.decode;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import java.util.Optional;

/**
 * The settings of a dynamic order, the same for drawing and for extraction.
 *
 * @param confidence the measure that cells are ranked by
 * @param confidenceLogits which logits it is read from under guidance
 * @param localityWeight weight of the distance to the nearest filled cell, in diagonals of the grid; 0 = off
 * @param orderNoise scale of the Gumbel noise on the log confidence, annealed to 0 over the cells to be filled; 0 = greedy
 * @param orderNoiseUnit what the scale counts
 * @param cellsPerStep cells filled after each scoring; 1 is exact, more is cheaper
 * @param shortlist which cells are asked about between full scorings; absent: all at every step, which is exact
 */
public record DynamicOrder(
        @Default("negative-entropy") ConfidenceMeasure confidence,
        @Default("conditional") ConfidenceLogits confidenceLogits,
        @Default("0") double localityWeight,
        @Default("1") double orderNoise,
        @Default("logarithm") OrderNoiseUnit orderNoiseUnit,
        @Default("1") int cellsPerStep,
        Optional<Shortlist> shortlist) {

    /** What the scale of order noise counts. */
    public enum OrderNoiseUnit {
        /** The logarithm of the confidence itself, in nats. */
        LOGARITHM,
        /** Standard deviations of the logarithms of a step's candidates: as strong under every measure, vocabulary and grid. */
        SPREAD
    }

    /** Checks the ranges. */
    public DynamicOrder {
        Require.that(
                orderNoise >= 0 && orderNoise < Double.POSITIVE_INFINITY && cellsPerStep >= 1,
                "order-noise must be a number of at least 0 and cells-per-step at least 1, but they are %s and %s;"
                        + " order-noise 0 is greedy",
                orderNoise,
                cellsPerStep);
        var unused = new OrderPolicy.MostConfidentFirst(
                confidence,
                confidenceLogits,
                localityWeight,
                noise(orderNoise, orderNoiseUnit),
                cellsPerStep,
                shortlist);
    }

    /** The most confident cell next by this measure, all cells asked about at every step, without noise and locality. */
    public static DynamicOrder greedy(ConfidenceMeasure confidence) {
        return new DynamicOrder(
                confidence, ConfidenceLogits.CONDITIONAL, 0, 0, OrderNoiseUnit.LOGARITHM, 1, Optional.empty());
    }

    /** The same order with noise of another scale. */
    public DynamicOrder withNoise(double scale) {
        return new DynamicOrder(
                confidence, confidenceLogits, localityWeight, scale, orderNoiseUnit, cellsPerStep, shortlist);
    }

    /** The same order with so many cells a step. */
    public DynamicOrder withCellsPerStep(int cells) {
        return new DynamicOrder(
                confidence, confidenceLogits, localityWeight, orderNoise, orderNoiseUnit, cells, shortlist);
    }

    /** The same order, read from other logits. */
    public DynamicOrder withLogits(ConfidenceLogits logits) {
        return new DynamicOrder(
                confidence, logits, localityWeight, orderNoise, orderNoiseUnit, cellsPerStep, shortlist);
    }

    /** The same order with a weight on the distance to the nearest filled cell. */
    public DynamicOrder withLocality(double weight) {
        return new DynamicOrder(
                confidence, confidenceLogits, weight, orderNoise, orderNoiseUnit, cellsPerStep, shortlist);
    }

    /** The same order with a shortlist. */
    public DynamicOrder withShortlist(Shortlist cells) {
        return new DynamicOrder(
                confidence,
                confidenceLogits,
                localityWeight,
                orderNoise,
                orderNoiseUnit,
                cellsPerStep,
                Optional.of(cells));
    }

    /** The noise in its unit. */
    public OrderNoise noise() {
        return noise(orderNoise, orderNoiseUnit);
    }

    /** The decoder's policy. */
    public OrderPolicy policy() {
        return new OrderPolicy.MostConfidentFirst(
                confidence, confidenceLogits, localityWeight, noise(), cellsPerStep, shortlist);
    }

    private static OrderNoise noise(double scale, OrderNoiseUnit unit) {
        return switch (unit) {
            case LOGARITHM -> new OrderNoise.OfLogarithm(scale);
            case SPREAD -> new OrderNoise.OfSpread(scale);
        };
    }
}
