package dev.oar.order;

import java.util.List;

/** Kendall's rank correlation of two orders: the pairs of cells in the same sequence less those in the other, over all pairs. */
public final class KendallTau {
    private KendallTau() {}

    /**
     * 1 for equal orders, -1 for reversed ones, 0 on average for unrelated ones.
     *
     * @throws IllegalArgumentException if they are not of equally many cells, at least 2
     */
    public static double of(GenerationOrder first, GenerationOrder second) {
        int[] a = first.inverse();
        int[] b = second.inverse();
        if (a.length != b.length || a.length < 2) {
            throw new IllegalArgumentException(
                    "only orders of one grid of at least 2 cells can be correlated, but these have " + a.length
                            + " and " + b.length + " cells; give two of one grid");
        }
        long difference = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < i; j++) {
                difference += (a[i] < a[j]) == (b[i] < b[j]) ? 1 : -1;
            }
        }
        return 2.0 * difference / ((double) a.length * (a.length - 1));
    }

    /**
     * The mean over images.
     *
     * @throws IllegalArgumentException if there are not as many orders of either kind, and at least one
     */
    public static double mean(List<GenerationOrder> first, List<GenerationOrder> second) {
        if (first.size() != second.size() || first.isEmpty()) {
            throw new IllegalArgumentException("as many orders of either kind, and at least one, can be correlated, but"
                    + " there are " + first.size() + " and " + second.size() + "; give one of either per image");
        }
        double sum = 0;
        for (int i = 0; i < first.size(); i++) {
            sum += of(first.get(i), second.get(i));
        }
        return sum / first.size();
    }
}
