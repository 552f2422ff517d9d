package dev.oar.evaluate;

import dev.oar.data.Families;
import dev.oar.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The features of a set of images: one row per image. The numbers lie in an array, or, of many images, in a mapped file
 * ({@link FeatureRows}); a subset looks at the numbers of the whole. So memory hardly grows with the number of images. Immutable.
 */
public final class FeatureSet {
    private final int width;
    private final FloatBuffer numbers;
    private final int @Nullable [] chosen;
    private final Families families;

    private FeatureSet(int width, FloatBuffer numbers, int @Nullable [] chosen, Families families) {
        this.width = width;
        this.numbers = numbers;
        this.chosen = chosen;
        this.families = families;
    }

    /**
     * A set of features.
     *
     * @param width numbers per row, at least 1
     * @param values {@code rows * width} finite numbers in row-major order; not copied, not to be changed
     * @param families which rows are variants of one picture
     */
    public FeatureSet(int width, float[] values, Families families) {
        this(width, FloatBuffer.wrap(values), null, families);
        requireWhole(values.length);
        families.requireRows(values.length / width, "feature rows");
        requireFinite();
    }

    /** A set of features in a buffer of {@code rows * width} numbers that nobody changes. */
    static FeatureSet of(int width, FloatBuffer values, Families families) {
        FeatureSet set = new FeatureSet(width, values, null, families);
        set.requireWhole(values.limit());
        families.requireRows(values.limit() / width, "feature rows");
        set.requireFinite();
        return set;
    }

    /** Features of images that are each a family of their own. */
    public static FeatureSet of(int width, float... values) {
        return new FeatureSet(width, values, Families.singletons(width < 1 ? 0 : values.length / width));
    }

    private void requireWhole(int count) {
        if (width < 1 || count == 0 || count % width != 0) {
            throw new IllegalArgumentException("a feature set needs whole rows of at least one number, but " + count
                    + " values were given for width " + width + "; extract the features anew");
        }
    }

    private void requireFinite() {
        for (int i = 0; i < numbers.limit(); i++) {
            if (!Float.isFinite(numbers.get(i))) {
                throw new IllegalArgumentException("features must be finite, but row " + i / width + " holds "
                        + numbers.get(i) + " at position " + i % width + "; check the images and the feature network");
            }
        }
    }

    /** Numbers per row. */
    public int width() {
        return width;
    }

    /** Which rows are variants of one picture. */
    public Families families() {
        return families;
    }

    /** All numbers in row-major order; a copy. */
    public float[] values() {
        return values(0, count());
    }

    /** The number of rows. */
    public int count() {
        return chosen == null ? numbers.limit() / width : chosen.length;
    }

    /** One row; a copy. */
    public float[] row(int row) {
        return values(row, row + 1);
    }

    /** The rows of some families, looking at this set's numbers; families keep their ids. */
    public FeatureSet familySubset(int... families) {
        int[] rows = this.families.rowsOf(families);
        int[] ids = this.families.ids();
        int[] familyOfRow = this.families.familyOfRow();
        int[] subset = new int[rows.length];
        int[] subsetIds = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            subset[i] = chosen == null ? rows[i] : chosen[rows[i]];
            subsetIds[i] = ids[familyOfRow[rows[i]]];
        }
        return new FeatureSet(width, numbers, subset, Families.of(subsetIds));
    }

    private float[] values(int from, int to) {
        float[] part = new float[Math.multiplyExact(to - from, width)];
        if (chosen == null) {
            numbers.get(from * width, part);
            return part;
        }
        for (int row = from; row < to; row++) {
            numbers.get(chosen[row] * width, part, (row - from) * width, width);
        }
        return part;
    }

    /** Rows {@code from .. to - 1} as a float64 tensor {@code [to - from, width]} in the innermost scope. */
    Tensor rows(int from, int to) {
        return Tensors.of(values(from, to), to - from, width).to(torch.ScalarType.Double);
    }

    /** All rows as a float64 tensor {@code [rows, width]} in the innermost scope; for sets that are small enough. */
    Tensor rows() {
        return rows(0, count());
    }

    void requireComparable(FeatureSet other) {
        if (other.width != width) {
            throw new IllegalArgumentException("only features of one network can be compared, but these have widths "
                    + width + " and " + other.width + "; extract both with the same network");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureSet set
                && width == set.width
                && count() == set.count()
                && Arrays.equals(values(), set.values())
                && families.equals(set.families);
    }

    @Override
    public int hashCode() {
        return families.hashCode() * 31 + width;
    }

    @Override
    public String toString() {
        return "FeatureSet[" + count() + " rows of " + width + ", " + families + "]";
    }
}
