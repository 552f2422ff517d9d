package dev.oar.benchmark;

import dev.oar.config.Require;
import dev.oar.order.GenerationOrder;
import dev.oar.order.KendallDistance;
import java.util.List;

/** Kendall's rank correlation of two orders: the pairs of cells in the same sequence less those in the other, over all pairs. */
final class KendallTau {
    private KendallTau() {}

    /** 1 for equal orders, -1 for reversed ones. */
    static double of(GenerationOrder first, GenerationOrder second) {
        Require.that(
                first.length() == second.length() && first.length() >= 2,
                "only orders of one grid of at least 2 cells can be correlated, but these have %s and %s cells",
                first.length(),
                second.length());
        return 1 - 2 * KendallDistance.share(first, second);
    }

    /** The mean over images. */
    static double mean(List<GenerationOrder> first, List<GenerationOrder> second) {
        Require.that(
                first.size() == second.size() && !first.isEmpty(),
                "as many orders of either kind can be correlated, but there are %s and %s",
                first.size(),
                second.size());
        double sum = 0;
        for (int i = 0; i < first.size(); i++) {
            sum += of(first.get(i), second.get(i));
        }
        return sum / first.size();
    }
}
