package dev.oar.decode;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.decode.OrderNoise.Annealing;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import java.util.Optional;

/**
 * How the open cells of a dynamic order rank.
 *
 * @param confidence the measure that cells are ranked by
 * @param confidenceLogits which logits it is read from under guidance
 * @param localityWeight weight of the distance to the nearest filled cell, in diagonals of the grid; 0 = off
 * @param orderNoise scale of the Gumbel noise on the log confidence at the first step; 0 = greedy
 * @param orderNoiseUnit what the scale counts
 * @param orderNoiseAnnealing what becomes of the scale while cells are filled
 * @param fillFirst at which end of the ranking filling begins
 */
public record ConfidenceRanking(
        @Default("negative-entropy") ConfidenceMeasure confidence,
        @Default("conditional") ConfidenceLogits confidenceLogits,
        @Default("0") double localityWeight,
        @Default("1") double orderNoise,
        @Default("logarithm") OrderNoiseUnit orderNoiseUnit,
        @Default("linear") Annealing orderNoiseAnnealing,
        @Default("most-confident") FillFirst fillFirst) {

    /** What the scale of order noise counts. */
    public enum OrderNoiseUnit {
        /** The logarithm of the confidence itself, in nats. */
        LOGARITHM {
            @Override
            public OrderNoise noise(double scale, Annealing annealing) {
                return new OrderNoise.OfLogarithm(scale, annealing);
            }
        },
        /** Standard deviations of the logarithms of a step's candidates: as strong under every measure, vocabulary and grid. */
        SPREAD {
            @Override
            public OrderNoise noise(double scale, Annealing annealing) {
                return new OrderNoise.OfSpread(scale, annealing);
            }
        };

        /** Noise of this unit. */
        public abstract OrderNoise noise(double scale, Annealing annealing);
    }

    /** Which cells are filled first. */
    public enum FillFirst {
        /** Those that the model is surest of. */
        MOST_CONFIDENT,
        /** Those that it is least sure of, see {@link LeastConfidentFirst}. */
        LEAST_CONFIDENT;

        /**
         * The policy that begins at this end.
         *
         * @param mostConfidentFirst the policy that begins with the most confident cells
         */
        public OrderPolicy of(OrderPolicy mostConfidentFirst) {
            return switch (this) {
                case MOST_CONFIDENT -> mostConfidentFirst;
                case LEAST_CONFIDENT -> new LeastConfidentFirst(mostConfidentFirst);
            };
        }
    }

    /** A ranking whose most confident cells are filled first. */
    public ConfidenceRanking(
            ConfidenceMeasure confidence,
            ConfidenceLogits confidenceLogits,
            double localityWeight,
            double orderNoise,
            OrderNoiseUnit orderNoiseUnit,
            Annealing orderNoiseAnnealing) {
        this(
                confidence,
                confidenceLogits,
                localityWeight,
                orderNoise,
                orderNoiseUnit,
                orderNoiseAnnealing,
                FillFirst.MOST_CONFIDENT);
    }

    /** Checks the ranges. */
    public ConfidenceRanking {
        Require.that(
                orderNoise >= 0 && orderNoise < Double.POSITIVE_INFINITY,
                "order-noise must be a number of at least 0, but is %s; 0 is greedy",
                orderNoise);
        var unused = new OrderPolicy.MostConfidentFirst(
                confidence,
                confidenceLogits,
                localityWeight,
                orderNoiseUnit.noise(orderNoise, orderNoiseAnnealing),
                1,
                Optional.empty());
    }

    /** By this measure, without noise and locality. */
    public static ConfidenceRanking greedy(ConfidenceMeasure confidence) {
        return new ConfidenceRanking(
                confidence, ConfidenceLogits.CONDITIONAL, 0, 0, OrderNoiseUnit.LOGARITHM, Annealing.LINEAR);
    }

    /** The same with noise of another scale. */
    public ConfidenceRanking withNoise(double scale) {
        return new ConfidenceRanking(
                confidence, confidenceLogits, localityWeight, scale, orderNoiseUnit, orderNoiseAnnealing, fillFirst);
    }

    /** The same with noise that is annealed otherwise. */
    public ConfidenceRanking withAnnealing(Annealing annealing) {
        return new ConfidenceRanking(
                confidence, confidenceLogits, localityWeight, orderNoise, orderNoiseUnit, annealing, fillFirst);
    }

    /** The same, read from other logits. */
    public ConfidenceRanking withLogits(ConfidenceLogits logits) {
        return new ConfidenceRanking(
                confidence, logits, localityWeight, orderNoise, orderNoiseUnit, orderNoiseAnnealing, fillFirst);
    }

    /** The same with a weight on the distance to the nearest filled cell. */
    public ConfidenceRanking withLocality(double weight) {
        return new ConfidenceRanking(
                confidence, confidenceLogits, weight, orderNoise, orderNoiseUnit, orderNoiseAnnealing, fillFirst);
    }

    /** The same, filled from this end. */
    public ConfidenceRanking withFirst(FillFirst first) {
        return new ConfidenceRanking(
                confidence, confidenceLogits, localityWeight, orderNoise, orderNoiseUnit, orderNoiseAnnealing, first);
    }

    /** The noise in its unit. */
    public OrderNoise noise() {
        return orderNoiseUnit.noise(orderNoise, orderNoiseAnnealing);
    }
}
