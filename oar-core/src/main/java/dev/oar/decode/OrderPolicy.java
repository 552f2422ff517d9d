package dev.oar.decode;

import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.StepSchedule;
import java.util.List;
import java.util.Optional;

/** Which cell is filled next. */
public sealed interface OrderPolicy {
    /**
     * Orders known beforehand.
     *
     * @param orders one per row
     * @param schedule how cells are spread over steps (predictGroup)
     * @param steps how many steps to take; 0 = one cell a step
     */
    record GivenOrders(List<GenerationOrder> orders, StepSchedule schedule, int steps) implements OrderPolicy {
        /** Checks the number of steps. */
        public GivenOrders {
            orders = List.copyOf(orders);
            if (steps < 0) {
                throw new IllegalArgumentException("steps must be at least 0 (0 = one cell a step), but is " + steps);
            }
        }

        /** Orders in so many steps of RandAR's cosine schedule; 0 = one cell a step. */
        public GivenOrders(List<GenerationOrder> orders, int steps) {
            this(orders, StepSchedule.COSINE, steps);
        }

        DecodingSchedule schedule(int cells) {
            return schedule.of(cells, steps);
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
            ConfidenceMeasure measure,
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
                ConfidenceMeasure measure,
                ConfidenceLogits logits,
                double localityWeight,
                double noise,
                int cellsPerStep) {
            this(measure, logits, localityWeight, new OrderNoise.OfLogarithm(noise), cellsPerStep, Optional.empty());
        }

        /** Whether the guided logits of all candidates are needed, not only those of the cells that are filled. */
        boolean looksAtGuidance() {
            return logits == ConfidenceLogits.GUIDED || measure == ConfidenceMeasure.SAMPLED_PROBABILITY;
        }

        /** Greedy: no locality, no noise, one cell a step, conditional logits. */
        public static MostConfidentFirst greedy(ConfidenceMeasure measure) {
            return new MostConfidentFirst(measure, ConfidenceLogits.CONDITIONAL, 0, 0, 1);
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
