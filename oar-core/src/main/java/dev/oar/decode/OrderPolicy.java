package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.StepSchedule;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Which cells are filled next: a function of what is filled and of how sure the model is of the rest. A policy is shared between calls
 * and threads; what it has to remember during a call belongs to the steps that it opens.
 */
@FunctionalInterface
public interface OrderPolicy {
    /** The steps of one decoding call. */
    @FunctionalInterface
    interface Steps {
        /**
         * Chooses the cells of a step; called while cells are open. If all of them were part of the step's last question, see
         * {@link Decoding#scores}, each is filled with what the model said of it there, else they are predicted as a group.
         *
         * @return {@code [batch][count]} open cells, equally many in all rows and at least one
         */
        int[][] next();
    }

    /** What a policy asks the model before it chooses. */
    enum Asks {
        /** Nothing. */
        NOTHING,
        /** The conditional distributions of candidates; under guidance the other branches are asked about the chosen cells alone. */
        CONDITIONAL,
        /** The guided distributions of candidates or tokens drawn from them, so that all branches are asked about all candidates. */
        GUIDED
    }

    /**
     * Opens the steps of a call, whose known cells are filled already.
     *
     * @param decoding shows how far the call is, at every step
     */
    Steps open(Decoding decoding);

    /** What is asked at most; by default anything. */
    default Asks asks() {
        return Asks.GUIDED;
    }

    /**
     * Checks that a request can be served; by default any can.
     *
     * @param rows how many images are decoded side by side
     * @param source where their tokens come from
     * @throws IllegalArgumentException if not
     */
    default void check(int rows, TokenSource source) {}

    /**
     * Orders known beforehand.
     *
     * @param orders one per row; cells that are known or absent are left out
     * @param schedule how many cells each step fills (predictGroup), given how many are open at the beginning
     */
    record GivenOrders(List<GenerationOrder> orders, IntFunction<DecodingSchedule> schedule) implements OrderPolicy {
        /** Copies the orders. */
        public GivenOrders {
            orders = List.copyOf(orders);
        }

        /**
         * Orders in a number of steps.
         *
         * @param steps how many steps the schedule aims at; 0 = one cell a step
         */
        public GivenOrders(List<GenerationOrder> orders, StepSchedule schedule, int steps) {
            this(orders, open -> schedule.of(open, steps));
            Require.that(steps >= 0, "steps must be at least 0 (0 = one cell a step), but is %s", steps);
        }

        /** Orders in so many steps of RandAR's cosine schedule; 0 = one cell a step. */
        public GivenOrders(List<GenerationOrder> orders, int steps) {
            this(orders, StepSchedule.COSINE, steps);
        }

        @Override
        public Asks asks() {
            return Asks.NOTHING;
        }

        @Override
        public void check(int rows, TokenSource source) {
            DecodingRequest.requireRows("orders", orders.size(), rows);
        }

        @Override
        public Steps open(Decoding decoding) {
            return new GivenSteps(this, decoding);
        }
    }

    /**
     * Peeks at every remaining cell before each step and fills the most confident ones; ties go to the lowest cell.
     *
     * @param measure the confidence measure
     * @param logits which logits the confidence is read from
     * @param localityWeight weight of the distance to the nearest filled cell, in diagonals of the grid, that is subtracted from the
     *     measure; the term is 0 at the first step; 0 = off
     * @param noise Gumbel noise added to the logarithm of the confidence
     * @param cellsPerStep how many cells are filled after each peek
     * @param shortlist which cells are peeked at between full scorings; empty: all at every step
     */
    record MostConfidentFirst(
            Confidence measure,
            ConfidenceLogits logits,
            double localityWeight,
            OrderNoise noise,
            int cellsPerStep,
            Optional<Shortlist> shortlist)
            implements OrderPolicy {
        /** Checks the ranges. */
        public MostConfidentFirst {
            if (!(localityWeight >= 0 && localityWeight < 1e6) || cellsPerStep < 1) {
                throw new IllegalArgumentException(
                        "a dynamic order needs a locality weight of at least 0 and at least 1"
                                + " cell a step, but was given " + localityWeight + " and " + cellsPerStep);
            }
        }

        /** Peeks at all remaining cells before every step; {@code noise} is in nats of the measure's logarithm. */
        public MostConfidentFirst(
                Confidence measure, ConfidenceLogits logits, double localityWeight, double noise, int cellsPerStep) {
            this(measure, logits, localityWeight, new OrderNoise.OfLogarithm(noise), cellsPerStep, Optional.empty());
        }

        /** Greedy: no locality, no noise, one cell a step, conditional logits. */
        public static MostConfidentFirst greedy(Confidence measure) {
            return new MostConfidentFirst(measure, ConfidenceLogits.CONDITIONAL, 0, 0, 1);
        }

        @Override
        public Asks asks() {
            boolean guided = logits == ConfidenceLogits.GUIDED || measure.tokens() == Confidence.Tokens.DRAWN;
            return guided ? Asks.GUIDED : Asks.CONDITIONAL;
        }

        @Override
        public void check(int rows, TokenSource source) {
            if (measure.tokens() == Confidence.Tokens.TRUE && !(source instanceof TokenSource.GroundTruth)) {
                throw new IllegalArgumentException("the measure " + name(measure) + " looks at the answer and cannot"
                        + " be used for drawing; choose " + ConfidenceMeasure.wordsForDrawing());
            }
        }

        private static String name(Confidence measure) {
            return measure instanceof ConfidenceMeasure named ? named.word() : measure.toString();
        }

        @Override
        public Steps open(Decoding decoding) {
            return new MostConfidentSteps(this, decoding);
        }
    }

    /**
     * Peeks at every remaining cell before each step and fills several at once: by falling confidence, but none within a distance of
     * another of the same step. Where too few such cells are left, those follow that lie farthest from the cells of the step so far; of
     * equally far ones the most confident.
     *
     * @param measure the confidence measure
     * @param logits which logits the confidence is read from
     * @param localityWeight as of {@link MostConfidentFirst}
     * @param noise Gumbel noise added to the logarithm of the confidence
     * @param spacing the Chebyshev distance, in cells, that two cells of a step must lie farther apart than; 0 = the most confident cells
     * @param schedule how many cells each step fills, given how many are open at the beginning
     */
    record Spaced(
            Confidence measure,
            ConfidenceLogits logits,
            double localityWeight,
            OrderNoise noise,
            int spacing,
            IntFunction<DecodingSchedule> schedule)
            implements OrderPolicy {
        /** Checks the ranges. */
        public Spaced {
            Require.that(
                    spacing >= 0,
                    "the spacing of the cells of a step must be at least 0 (0 = off), but is %s; 2 is usual",
                    spacing);
            var unused = ranking(measure, logits, localityWeight, noise);
        }

        /** How cells rank: as those of the order that fills the most confident ones. */
        MostConfidentFirst ranking() {
            return ranking(measure, logits, localityWeight, noise);
        }

        private static MostConfidentFirst ranking(
                Confidence measure, ConfidenceLogits logits, double localityWeight, OrderNoise noise) {
            return new MostConfidentFirst(measure, logits, localityWeight, noise, 1, Optional.empty());
        }

        @Override
        public Asks asks() {
            return ranking().asks();
        }

        @Override
        public void check(int rows, TokenSource source) {
            ranking().check(rows, source);
        }

        @Override
        public Steps open(Decoding decoding) {
            return new SpacedSteps(this, decoding);
        }
    }

    /** Which logits a confidence is read from when guidance is on. */
    enum ConfidenceLogits {
        /** The conditional distribution. */
        CONDITIONAL,
        /** The guided distribution. */
        GUIDED
    }
}
