package dev.oar.evaluate;

import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.T_TensorTensor_T;

/**
 * The training image nearest to each drawn image in a feature space, so that memorisation shows.
 *
 * <p>A distance alone says little: compare with the distances of held-out images ({@link Memorisation}).
 *
 * @param rows per image, the row of the nearest image in the set searched; the first of several equally near
 * @param distances per image, the Euclidean distance to it
 */
public record NearestNeighbours(int[] rows, double[] distances) {
    /**
     * Searches a set for the nearest neighbour of each image.
     *
     * @throws IllegalArgumentException if the widths differ
     */
    public static NearestNeighbours of(FeatureSet images, FeatureSet searched) {
        images.requireComparable(searched);
        int[] rows = new int[images.count()];
        double[] distances = new double[images.count()];
        double[] best = new double[images.count()];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        SquaredDistances.forEachBlock(images, searched, (row, column, block) -> {
            T_TensorTensor_T nearest = block.distances().min(1L);
            double[] squares = Tensors.doubles(nearest.get0());
            double[] slack =
                    Tensors.doubles(block.rounding().gather(1, nearest.get1().unsqueeze(1)));
            int[] found = Tensors.ints(nearest.get1());
            for (int i = 0; i < found.length; i++) {
                if (squares[i] < best[row + i]) {
                    best[row + i] = squares[i];
                    rows[row + i] = column + found[i];
                    distances[row + i] = squares[i] <= slack[i] ? 0 : Math.sqrt(squares[i]);
                }
            }
        });
        return new NearestNeighbours(rows, distances);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NearestNeighbours neighbours
                && Arrays.equals(rows, neighbours.rows)
                && Arrays.equals(distances, neighbours.distances);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(rows) * 31 + Arrays.hashCode(distances);
    }

    @Override
    public String toString() {
        return "NearestNeighbours[" + rows.length + " images]";
    }
}
