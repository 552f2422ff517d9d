package dev.oar.decode;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Ranks the candidates of one step.
 *
 * <p>Without noise and locality, cells are ranked by the measure's key, which does not saturate. Noise is added to the measure's
 * logarithm; the locality term is subtracted from the measure itself, or from its logarithm where there is noise.
 */
final class CellRanking {
    /** Standard Gumbel numbers. */
    @FunctionalInterface
    interface Noise {
        /** The number of a row and cell at this step. */
        double gumbel(int row, int cell);
    }

    private final OrderPolicy.MostConfidentFirst policy;
    private final double share;
    private final NearestFilled distances;
    private final Noise noise;

    /**
     * A ranking for one step.
     *
     * @param share of the policy's noise that this step has, in [0, 1]
     * @param distances asked only if the policy weighs locality
     */
    CellRanking(OrderPolicy.MostConfidentFirst policy, double share, NearestFilled distances, Noise noise) {
        this.policy = policy;
        this.share = share;
        this.distances = distances;
        this.noise = noise;
    }

    /**
     * The best candidates of each row, best first; ties go to the lowest cell.
     *
     * @param scores of all candidates, row by row
     * @param cells {@code [batch][candidates]}, ascending
     * @param size how many to choose
     * @return {@code [batch][size]} positions among the candidates
     */
    int[][] best(Confidence.Scores scores, int[][] cells, int size) {
        int candidates = cells[0].length;
        int[][] best = new int[cells.length][];
        for (int row = 0; row < cells.length; row++) {
            best[row] = largest(ranks(scores, row * candidates, row, cells[row]), size);
        }
        return best;
    }

    private double[] ranks(Confidence.Scores scores, int from, int row, int... cells) {
        boolean noisy = policy.noise().scale() > 0;
        double[] scale = noisy ? scores.log() : policy.localityWeight() > 0 ? scores.value() : scores.key();
        double[] ranks = Arrays.copyOfRange(scale, from, from + cells.length);
        if (policy.localityWeight() > 0) {
            for (int i = 0; i < cells.length; i++) {
                ranks[i] -= policy.localityWeight() * distances.of(row, cells[i]);
            }
        }
        if (noisy) {
            double strength = policy.noise().scale() * share * unit(ranks);
            for (int i = 0; i < cells.length; i++) {
                ranks[i] += strength * noise.gumbel(row, cells[i]);
            }
        }
        return ranks;
    }

    /** What the scale of the noise counts. */
    private double unit(double... ranks) {
        if (policy.noise() instanceof OrderNoise.OfLogarithm) {
            return 1;
        }
        // The margin of two equal tokens is 0, and its logarithm no distance from the others.
        double[] finite = Arrays.stream(ranks).filter(Double::isFinite).toArray();
        double mean = Arrays.stream(finite).average().orElse(0);
        double deviation = Math.sqrt(Arrays.stream(finite)
                .map(rank -> (rank - mean) * (rank - mean))
                .average()
                .orElse(0));
        return deviation > 0 ? deviation : 1;
    }

    private static int[] largest(double[] ranks, int size) {
        if (size == 1) {
            int best = 0;
            for (int i = 1; i < ranks.length; i++) {
                if (ranks[i] > ranks[best]) {
                    best = i;
                }
            }
            return new int[] {best};
        }
        Integer[] positions = new Integer[ranks.length];
        Arrays.setAll(positions, i -> i);
        Arrays.sort(
                positions, Comparator.comparingDouble((Integer i) -> -ranks[i]).thenComparing(i -> i));
        return Arrays.stream(positions).limit(size).mapToInt(Integer::intValue).toArray();
    }
}
