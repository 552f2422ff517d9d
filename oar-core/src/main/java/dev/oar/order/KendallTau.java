package dev.oar.order;

import java.util.List;

/** Kendall's rank correlation of two orders: the pairs of cells in the same sequence less those in the other, over all pairs. */
public final class KendallTau {
    private KendallTau() {}

    /**
     * 1 for equal orders, -1 for reversed ones.
     *
     * @throws IllegalArgumentException if they are of different lengths, or of less than 2 cells
     */
    public static double of(GenerationOrder first, GenerationOrder second) {
        if (first.length() != second.length() || first.length() < 2) {
            throw new IllegalArgumentException(
                    "only orders of one grid of at least 2 cells can be correlated, but these have " + first.length()
                            + " and " + second.length() + " cells; take both from one model");
        }
        return 1 - 2 * KendallDistance.share(first, second);
    }

    /**
     * The mean over images.
     *
     * @throws IllegalArgumentException if there are not as many of either kind, or none
     */
    public static double mean(List<GenerationOrder> first, List<GenerationOrder> second) {
        if (first.size() != second.size() || first.isEmpty()) {
            throw new IllegalArgumentException(
                    "as many orders of either kind can be correlated, at least one, but there" + " are " + first.size()
                            + " and " + second.size() + "; give one per image");
        }
        double sum = 0;
        for (int i = 0; i < first.size(); i++) {
            sum += of(first.get(i), second.get(i));
        }
        return sum / first.size();
    }
}
