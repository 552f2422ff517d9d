package dev.oar.evaluate;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Squared Euclidean distances between the rows of two feature sets, computed block by block in float64 so that memory does not
 * grow with the product of their sizes.
 */
final class SquaredDistances {
    private static final int BLOCK = 512;

    /** Rounding of one distance, relative to the squared lengths of its two rows. */
    private static final double ROUNDING = 1e-12;

    /** What is done with a block of distances. */
    @FunctionalInterface
    interface Consumer {
        /**
         * Takes one block.
         *
         * @param from number of the block's first row
         * @param block the distances and what belongs to them
         */
        void accept(int from, Block block);
    }

    /**
     * A block of distances; its tensors live until the consumer returns.
     *
     * @param distances {@code [rows, columns]} float64, not negative
     * @param rounding {@code [rows, columns]} float64, how far a distance may be off
     */
    record Block(Tensor distances, Tensor rounding) {}

    private SquaredDistances() {}

    /** Computes the distances from each row of one set to all rows of another. */
    static void forEachBlock(FeatureSet from, FeatureSet to, Consumer consumer) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor columns = to.rows();
            Tensor columnSquares = columns.square().sum(1L);
            for (int first = 0; first < from.count(); first += BLOCK) {
                int begin = first;
                TensorScope.run(() -> {
                    Tensor rows = from.rows(begin, Math.min(from.count(), begin + BLOCK));
                    Tensor squares = rows.square().sum(1L).unsqueeze(1).add(columnSquares);
                    Tensor distances =
                            squares.sub(rows.mm(columns.t()).mul(new Scalar(2))).clamp_min_(new Scalar(0.0));
                    consumer.accept(begin, new Block(distances, squares.mul(new Scalar(ROUNDING))));
                });
            }
        }
    }

    /** All distances, {@code [rows of from][rows of to]}; for sets that are small enough to keep them. */
    static double[][] table(FeatureSet from, FeatureSet to) {
        double[][] table = new double[from.count()][];
        forEachBlock(from, to, (first, block) -> {
            double[] values = Tensors.doubles(block.distances());
            int width = to.count();
            for (int row = 0; row < values.length / width; row++) {
                table[first + row] = Arrays.copyOfRange(values, row * width, (row + 1) * width);
            }
        });
        return table;
    }

    /** Per row, how far rounding may move a distance to it; the rounding of a pair is the sum of both. */
    static double[] rounding(FeatureSet set) {
        double[] rounding = new double[set.count()];
        for (int row = 0; row < rounding.length; row++) {
            for (float value : set.row(row)) {
                rounding[row] += ROUNDING * value * value;
            }
        }
        return rounding;
    }

    /** {@code [rows, columns]} bool: which rows of a block belong to the same family as a column of the same set. */
    static Tensor sameFamily(FeatureSet set, int from, int rows) {
        int[] families = set.families().familyOfRow();
        Tensor ofRows = Tensors.of(Arrays.copyOfRange(families, from, from + rows), rows);
        return ofRows.unsqueeze(1).eq(Tensors.of(families, families.length));
    }
}
