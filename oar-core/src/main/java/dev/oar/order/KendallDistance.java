package dev.oar.order;

/**
 * Kendall's distance of two orders: how many pairs of cells one of them fills in the other sequence than the other. It is a metric; Kendall's
 * rank correlation tau is {@code 1 - 2 * share}.
 */
public final class KendallDistance {
    private KendallDistance() {}

    /**
     * The number of pairs, in {@code n log n} comparisons for n cells.
     *
     * @return from 0 for equal orders to {@code n (n - 1) / 2} for reversed ones
     * @throws IllegalArgumentException if the orders are of different grids
     */
    public static long pairs(GenerationOrder first, GenerationOrder second) {
        return pairs(first.toArray(), second.inverse());
    }

    /** The share of all pairs, from 0 for equal orders to 1 for reversed ones; 0 where there is but one cell. */
    public static double share(GenerationOrder first, GenerationOrder second) {
        return share(pairs(first, second), first.length());
    }

    /** So many pairs as a share of all pairs of so many cells. */
    static double share(double pairs, int cells) {
        return cells < 2 ? 0 : 2 * pairs / ((double) cells * (cells - 1));
    }

    /**
     * As the longer form, for callers with many orders.
     *
     * @param cells the first order's, as they are filled
     * @param ranks of the second order, by cell
     */
    static long pairs(int[] cells, int[] ranks) {
        if (cells.length != ranks.length) {
            throw new IllegalArgumentException("only orders of one grid can be compared, but these have " + cells.length
                    + " and " + ranks.length + " cells; extract them with models of one grid");
        }
        int[] sequence = new int[cells.length];
        for (int step = 0; step < cells.length; step++) {
            sequence[step] = ranks[cells[step]];
        }
        return inversions(sequence);
    }

    /** Sorts by merging ever longer runs, and counts what has to pass what. */
    private static long inversions(int[] values) {
        int[] from = values;
        int[] to = new int[values.length];
        long passed = 0;
        for (int run = 1; run < values.length; run *= 2) {
            for (int start = 0; start < values.length; start += 2 * run) {
                int middle = Math.min(start + run, values.length);
                passed += merge(from, to, start, middle, Math.min(start + 2 * run, values.length));
            }
            int[] sorted = to;
            to = from;
            from = sorted;
        }
        return passed;
    }

    private static long merge(int[] from, int[] to, int start, int middle, int end) {
        long passed = 0;
        int left = start;
        int right = middle;
        for (int at = start; at < end; at++) {
            if (right == end || (left < middle && from[left] < from[right])) {
                to[at] = from[left++];
            } else {
                passed += middle - left;
                to[at] = from[right++];
            }
        }
        return passed;
    }
}
