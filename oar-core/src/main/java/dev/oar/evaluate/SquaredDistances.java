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
    private static final int ROWS = 512;
    private static final int COLUMNS = 4096;

    /** Rounding of one distance, relative to the squared lengths of its two rows. */
    private static final double ROUNDING = 1e-12;

    /** What is done with a block of distances. */
    @FunctionalInterface
    interface Consumer {
        /**
         * Takes one block.
         *
         * @param row number of the block's first row
         * @param column number of the block's first column
         * @param block the distances and what belongs to them
         */
        void accept(int row, int column, Block block);
    }

    /**
     * A block of distances; its tensors live until the consumer returns.
     *
     * @param distances {@code [rows, columns]} float64, not negative
     * @param rounding {@code [rows, columns]} float64, how far a distance may be off
     */
    record Block(Tensor distances, Tensor rounding) {
        int rows() {
            return Math.toIntExact(distances.size(0));
        }

        int columns() {
            return Math.toIntExact(distances.size(1));
        }
    }

    private SquaredDistances() {}

    /** Computes the distances from each row of one set to all rows of another, columns of a row from the first on. */
    static void forEachBlock(FeatureSet from, FeatureSet to, Consumer consumer) {
        for (int column = 0; column < to.count(); column += COLUMNS) {
            forEachBlock(from, to, column, consumer);
        }
    }

    private static void forEachBlock(FeatureSet from, FeatureSet to, int column, Consumer consumer) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor columns = to.rows(column, Math.min(to.count(), column + COLUMNS));
            Tensor columnSquares = columns.square().sum(1L);
            for (int first = 0; first < from.count(); first += ROWS) {
                int row = first;
                TensorScope.run(() -> {
                    Tensor rows = from.rows(row, Math.min(from.count(), row + ROWS));
                    Tensor squares = rows.square().sum(1L).unsqueeze(1).add(columnSquares);
                    Tensor distances =
                            squares.sub(rows.mm(columns.t()).mul(new Scalar(2))).clamp_min_(new Scalar(0.0));
                    consumer.accept(row, column, new Block(distances, squares.mul(new Scalar(ROUNDING))));
                });
            }
        }
    }

    /** All distances, {@code [rows of from][rows of to]}; for sets that are small enough to keep them. */
    static double[][] table(FeatureSet from, FeatureSet to) {
        double[][] table = new double[from.count()][to.count()];
        forEachBlock(from, to, (row, column, block) -> {
            double[] values = Tensors.doubles(block.distances());
            int width = block.columns();
            for (int i = 0; i < block.rows(); i++) {
                System.arraycopy(values, i * width, table[row + i], column, width);
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

    /** {@code [rows, columns]} bool: which rows of a set belong to the same family as which others of it. */
    static Tensor sameFamily(FeatureSet set, int row, int rows, int column, int columns) {
        int[] families = set.families().familyOfRow();
        Tensor ofRows = Tensors.of(Arrays.copyOfRange(families, row, row + rows), rows);
        Tensor ofColumns = Tensors.of(Arrays.copyOfRange(families, column, column + columns), columns);
        return ofRows.unsqueeze(1).eq(ofColumns);
    }
}
