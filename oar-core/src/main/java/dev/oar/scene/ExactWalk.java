package dev.oar.scene;

import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A picture filled step by step with exact conditionals, the cells of a step without knowing of each other.
 *
 * <p>Decoding in parallel by a rule that sees only what is filled draws from {@code q(x) = prod over steps, prod over cells of the step,
 * p(x_i | filled)}. One cell a step, q is p whatever the order. Otherwise the mean of {@link #lostBits} over pictures is the divergence
 * KL(p || q), and so is the mean of {@link #totalCorrelation}, the sum over steps of the {@linkplain Beliefs#totalCorrelation total
 * correlation} of the cells filled together; the second varies less from picture to picture.
 *
 * @param steps the cells of each step
 * @param entropies per step the entropy of each of its cells when it was chosen, in bits
 * @param bits {@code -log2 q(x)}
 * @param lostBits {@code log2 p(x) - log2 q(x)}
 * @param totalCorrelation in bits, summed over steps
 */
public record ExactWalk(
        List<int[]> steps, List<double[]> entropies, double bits, double lostBits, double totalCorrelation) {
    /**
     * Walks through a picture.
     *
     * @param tokens the picture, {@code [cells]}
     * @param rule which cells are next
     * @param schedule how many a step fills
     * @throws IllegalArgumentException if the schedule is of another grid
     */
    public static ExactWalk of(
            SceneDistribution distribution, int[] tokens, OrderRule rule, DecodingSchedule schedule) {
        requireSchedule(distribution, schedule);
        return of(distribution, tokens, rule, step -> schedule.cellsPerStep()[step]);
    }

    /**
     * Walks through a picture in as many steps as the rule needs.
     *
     * @param rule which cells are next, and how many
     */
    public static ExactWalk of(SceneDistribution distribution, int[] tokens, OrderRule rule) {
        return of(distribution, tokens, rule, step -> Integer.MAX_VALUE);
    }

    private static ExactWalk of(
            SceneDistribution distribution, int[] tokens, OrderRule rule, IntUnaryOperator largest) {
        Beliefs beliefs = distribution.nothingKnown();
        List<int[]> steps = new ArrayList<>();
        List<double[]> entropies = new ArrayList<>();
        double bits = 0;
        double correlation = 0;
        for (int open = tokens.length; open > 0; open = beliefs.open().length) {
            int[] cells = rule.next(beliefs, Math.min(open, largest.applyAsInt(steps.size())));
            Beliefs before = beliefs;
            steps.add(cells);
            entropies.add(Arrays.stream(cells).mapToDouble(before::entropy).toArray());
            for (int cell : cells) {
                bits -= SceneDistribution.log2(before.probability(cell, tokens[cell]));
            }
            correlation += cells.length > 1 ? before.totalCorrelation(cells) : 0;
            beliefs = before.with(cells, tokens);
        }
        return new ExactWalk(steps, entropies, bits, bits - distribution.bits(tokens), correlation);
    }

    /**
     * Draws a picture in the same way.
     *
     * @param random the picture is a function of its key and the other arguments
     * @return whether it is of a scene at all: cells that are drawn without knowing of each other may contradict one another
     */
    public static boolean drawsPossible(
            SceneDistribution distribution, OrderRule rule, DecodingSchedule schedule, CounterRandom random) {
        requireSchedule(distribution, schedule);
        Beliefs beliefs = distribution.nothingKnown();
        int[] tokens = new int[distribution.grid().cells()];
        for (int count : schedule.cellsPerStep()) {
            int[] cells = rule.next(beliefs, count);
            for (int cell : cells) {
                tokens[cell] = beliefs.draw(cell, random);
            }
            beliefs = beliefs.with(cells, tokens);
            if (beliefs.possibleScenes() == 0) {
                return false;
            }
        }
        return true;
    }

    private static void requireSchedule(SceneDistribution distribution, DecodingSchedule schedule) {
        if (schedule.cells() != distribution.grid().cells()) {
            throw new IllegalArgumentException("a schedule fills all of "
                    + distribution.grid().cells() + " cells, but this one fills " + schedule.cells()
                    + "; give one of this grid");
        }
    }

    /** The cells in the sequence in which they were filled; those of a step in the rule's sequence. */
    public GenerationOrder order() {
        return GenerationOrder.of(steps.stream().flatMapToInt(Arrays::stream).toArray());
    }
}
