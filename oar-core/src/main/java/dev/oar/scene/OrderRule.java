package dev.oar.scene;

import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Which cells a step fills, given all that can be known of the picture so far. */
@FunctionalInterface
public interface OrderRule {
    /** Bits are compared after rounding to 1 / {@value}, so that the arithmetic does not break ties. */
    double TIE = 1e8;

    /** Cells whose total correlation is no larger, in bits, are independent; what is left is rounding. */
    double INDEPENDENT = 1e-9;

    /**
     * The cells of the next step.
     *
     * @param beliefs what is known
     * @param count how many cells, at least 1 and at most all open ones
     * @return so many open cells; fewer, but at least one, if the rule itself says how many a step fills
     */
    int[] next(Beliefs beliefs, int count);

    /** The cells of an order known beforehand. */
    static OrderRule given(GenerationOrder order) {
        int[] ranks = order.inverse();
        return (beliefs, count) -> first(beliefs.open(), count, Comparator.comparingInt(cell -> ranks[cell]));
    }

    /**
     * The most certain cells: extraction by negative entropy, with the exact conditionals in place of a model's.
     *
     * @param ties which of equally certain cells comes first
     */
    static OrderRule mostConfident(GenerationOrder ties) {
        int[] ranks = ties.inverse();
        return (beliefs, count) -> first(
                beliefs.open(),
                count,
                Comparator.<Integer>comparingLong(cell -> Math.round(beliefs.entropy(cell) * TIE))
                        .thenComparingInt(cell -> ranks[cell]));
    }

    /**
     * The least certain cells. Noise that tells nothing of the rest misleads it.
     *
     * @param ties which of equally certain cells comes first
     */
    static OrderRule leastConfident(GenerationOrder ties) {
        int[] ranks = ties.inverse();
        return (beliefs, count) -> first(
                beliefs.open(),
                count,
                Comparator.<Integer>comparingLong(cell -> -Math.round(beliefs.entropy(cell) * TIE))
                        .thenComparingInt(cell -> ranks[cell]));
    }

    /**
     * The most informative cells: those whose token tells most about the scene. Once none tells anything, all that is left is independent and
     * can be filled at once without loss.
     *
     * @param ties which of equally informative cells comes first
     */
    static OrderRule informative(GenerationOrder ties) {
        int[] ranks = ties.inverse();
        return (beliefs, count) -> first(
                beliefs.open(),
                count,
                Comparator.<Integer>comparingLong(cell -> -Math.round(beliefs.information(cell) * TIE))
                        .thenComparingInt(cell -> ranks[cell]));
    }

    /**
     * As many cells as are independent of each other given what is known, the most informative ones first; all that are left once none tells
     * anything. Nothing is lost by filling them at once, so this is an order of few steps that costs no bits.
     *
     * @param ties which of equally informative cells comes first
     */
    static OrderRule independent(GenerationOrder ties) {
        OrderRule informative = informative(ties);
        return (beliefs, count) -> {
            int[] ranked = informative.next(beliefs, beliefs.open().length);
            if (beliefs.information(ranked[0]) == 0) {
                return Arrays.copyOf(ranked, Math.min(count, ranked.length));
            }
            int[] taken = {};
            for (int cell : ranked) {
                int[] more = Arrays.copyOf(taken, taken.length + 1);
                more[taken.length] = cell;
                if (taken.length < count
                        && beliefs.information(cell) > 0
                        && beliefs.totalCorrelation(more) <= INDEPENDENT) {
                    taken = more;
                }
            }
            return taken;
        };
    }

    private static int[] first(int[] open, int count, Comparator<Integer> sequence) {
        if (count < 1 || count > open.length) {
            throw new IllegalArgumentException("a step fills at least 1 and at most all of " + open.length
                    + " open cells, but is to fill " + count + "; give a schedule of this grid");
        }
        return IntStream.of(open)
                .boxed()
                .sorted(sequence)
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
