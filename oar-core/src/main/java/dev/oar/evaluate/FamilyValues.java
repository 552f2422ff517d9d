package dev.oar.evaluate;

import dev.oar.data.Families;
import java.util.Arrays;
import java.util.List;

/**
 * One value per family of variants, such as bits per token. Their mean is a figure, and since families are independent of each other, its
 * interval is exact. Values of the same families from two measurements are compared in pairs, whenever and wherever they were made.
 *
 * @param ids the families, ascending; not copied, not to be changed
 * @param values the value of each family; not copied, not to be changed
 */
public record FamilyValues(int[] ids, double[] values) {
    /** Checks that families are ascending and each has a finite value. */
    public FamilyValues {
        if (ids.length == 0 || ids.length != values.length) {
            throw new IllegalArgumentException("a mean over families needs at least one family and one value for each,"
                    + " but there are " + ids.length + " families and " + values.length + " values; measure again");
        }
        for (int i = 0; i < ids.length; i++) {
            if (i > 0 && ids[i] <= ids[i - 1] || !Double.isFinite(values[i])) {
                throw new IllegalArgumentException("families must be ascending and have finite values, but family "
                        + ids[i] + " is number " + i + " and has " + values[i] + "; measure again");
            }
        }
    }

    /** The mean of a value over each family's rows. */
    public static FamilyValues of(Families families, double[] valueOfRow) {
        return new FamilyValues(families.ids(), families.means(valueOfRow));
    }

    /**
     * The means of several measurements of the same families, family by family.
     *
     * @throws IllegalArgumentException if there is none, or they are of other families
     */
    public static FamilyValues mean(List<FamilyValues> measurements) {
        if (measurements.isEmpty()) {
            throw new IllegalArgumentException(
                    "a mean over measurements needs at least one, but there is none; measure first");
        }
        FamilyValues first = measurements.get(0);
        double[] sums = new double[first.values.length];
        for (FamilyValues measured : measurements) {
            first.requireSameFamilies(measured);
            Arrays.setAll(sums, family -> sums[family] + measured.values[family]);
        }
        Arrays.setAll(sums, family -> sums[family] / measurements.size());
        return new FamilyValues(first.ids, sums);
    }

    /**
     * What each family has more than in another measurement.
     *
     * @throws IllegalArgumentException if that is of other families
     */
    public FamilyValues minus(FamilyValues other) {
        requireSameFamilies(other);
        double[] differences = new double[values.length];
        Arrays.setAll(differences, family -> values[family] - other.values[family]);
        return new FamilyValues(ids, differences);
    }

    /** The mean, every family weighing the same, with its interval. */
    public Interval mean() {
        return Interval.ofMean(values);
    }

    /** Whether another measurement is of the same families. */
    public boolean ofSameFamilies(FamilyValues other) {
        return Arrays.equals(ids, other.ids);
    }

    private void requireSameFamilies(FamilyValues other) {
        if (!ofSameFamilies(other)) {
            throw new IllegalArgumentException(
                    "only values of the same images can be paired, but these are of " + ids.length + " and "
                            + other.ids.length + " families that are not the same; measure both on the same images");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FamilyValues measured
                && Arrays.equals(ids, measured.ids)
                && Arrays.equals(values, measured.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "FamilyValues[" + ids.length + " families]";
    }
}
