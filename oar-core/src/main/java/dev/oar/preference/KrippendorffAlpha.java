package dev.oar.preference;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Agreement of raters beyond chance, for categories without a sequence: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability",
 * 2011. 1 is perfect agreement, 0 what chance alone gives.
 *
 * <p>Units that fewer than two raters saw do not count; raters may have seen different units.
 */
public final class KrippendorffAlpha {
    private KrippendorffAlpha() {}

    /**
     * Alpha of nominal categories.
     *
     * @param categories how many there are
     * @param units per unit the categories that its raters chose, each from 0 to the number of categories
     * @return empty if no unit was seen by two raters, or all chose one category, which says nothing about agreement
     */
    public static OptionalDouble nominal(int categories, List<int[]> units) {
        double[] totals = new double[categories];
        double disagreeing = 0;
        double values = 0;
        for (int[] unit : units) {
            if (unit.length < 2) {
                continue;
            }
            double[] counts = new double[categories];
            Arrays.stream(unit).forEach(category -> counts[category]++);
            for (int category = 0; category < categories; category++) {
                totals[category] += counts[category];
                disagreeing += counts[category] * (unit.length - counts[category]) / (unit.length - 1);
            }
            values += unit.length;
        }
        double different = 0;
        for (double total : totals) {
            different += total * (values - total);
        }
        return different == 0 ? OptionalDouble.empty() : OptionalDouble.of(1 - (values - 1) * disagreeing / different);
    }
}
