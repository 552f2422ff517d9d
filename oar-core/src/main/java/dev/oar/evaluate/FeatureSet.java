package dev.oar.evaluate;

import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The features of a set of images: one row per image.
 *
 * @param width numbers per row, at least 1
 * @param values {@code rows * width} finite numbers in row-major order; not copied, not to be changed
 * @param families which rows are variants of one picture
 */
public record FeatureSet(int width, float[] values, Families families) {
    /** Checks sizes, and that every number is finite. */
    public FeatureSet {
        if (width < 1 || values.length == 0 || values.length % width != 0) {
            throw new IllegalArgumentException("a feature set needs whole rows of at least one number, but "
                    + values.length + " values were given for width " + width + "; extract the features anew");
        }
        families.requireRows(values.length / width, "feature rows");
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("features must be finite, but row " + i / width + " holds "
                        + values[i] + " at position " + i % width + "; check the images and the feature network");
            }
        }
    }

    /** Features of images that are each a family of their own. */
    public static FeatureSet of(int width, float... values) {
        return new FeatureSet(width, values, Families.singletons(width < 1 ? 0 : values.length / width));
    }

    /** The number of rows. */
    public int count() {
        return values.length / width;
    }

    /** One row; a copy. */
    public float[] row(int row) {
        return Arrays.copyOfRange(values, row * width, (row + 1) * width);
    }

    /** The rows of some families; families keep their ids. */
    public FeatureSet familySubset(int... chosen) {
        int[] rows = families.rowsOf(chosen);
        int[] ids = families.ids();
        int[] familyOfRow = families.familyOfRow();
        float[] selected = new float[rows.length * width];
        int[] selectedIds = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, rows[i] * width, selected, i * width, width);
            selectedIds[i] = ids[familyOfRow[rows[i]]];
        }
        return new FeatureSet(width, selected, Families.of(selectedIds));
    }

    /** Rows {@code from .. to - 1} as a float64 tensor {@code [to - from, width]} in the innermost scope. */
    Tensor rows(int from, int to) {
        float[] part = Arrays.copyOfRange(values, from * width, to * width);
        return Tensors.of(part, to - from, width).to(torch.ScalarType.Double);
    }

    /** All rows as a float64 tensor {@code [rows, width]} in the innermost scope. */
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
                && Arrays.equals(values, set.values)
                && families.equals(set.families);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values) * 31 + width;
    }

    @Override
    public String toString() {
        return "FeatureSet[" + count() + " rows of " + width + ", " + families + "]";
    }
}
