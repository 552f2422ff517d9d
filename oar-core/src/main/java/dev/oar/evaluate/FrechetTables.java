package dev.oar.evaluate;

import dev.oar.data.Families;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * {@link FrechetDistance} of many choices of families, from the inner products of all pairs of images, computed once.
 *
 * <p>With centred and weighted rows A and B, so that S1 = A^T A and S2 = B^T B, the trace of the root of S1 S2 is the sum of the
 * singular values of A B^T. That matrix holds inner products, one row per real and one column per drawn image: for fewer images
 * than features it is the smaller problem, and no square root magnifies rounding errors.
 */
final class FrechetTables implements SampleStatistic.OfFamilies {
    private final Families realFamilies;
    private final Families drawnFamilies;
    private final double[][] realProducts;
    private final double[][] drawnProducts;
    private final double[][] mixedProducts;

    FrechetTables(FeatureSet reference, FeatureSet samples) {
        this.realFamilies = reference.families();
        this.drawnFamilies = samples.families();
        try (TensorScope ignored = TensorScope.open()) {
            Tensor centre = reference.rows().mean(0);
            Tensor real = reference.rows().sub(centre);
            Tensor drawn = samples.rows().sub(centre);
            this.realProducts = rows(real.mm(real.t()));
            this.drawnProducts = rows(drawn.mm(drawn.t()));
            this.mixedProducts = rows(real.mm(drawn.t()));
        }
    }

    @Override
    public double[] of(int[] real, int[] drawn) {
        Choice first = Choice.of(realFamilies, real);
        Choice second = Choice.of(drawnFamilies, drawn);
        double firstMean = product(realProducts, first, first);
        double secondMean = product(drawnProducts, second, second);
        double shift = firstMean + secondMean - 2 * product(mixedProducts, first, second);
        double variances = first.unbiased * (meanSquare(realProducts, first) - firstMean)
                + second.unbiased * (meanSquare(drawnProducts, second) - secondMean);
        return new double[] {shift + variances - 2 * traceOfRoot(first, second)};
    }

    /**
     * The rows of some families.
     *
     * @param rows the rows
     * @param weights per row its weight, families weighing the same; they sum to 1
     * @param unbiased the factor from the mean squared deviation to the variance
     */
    private record Choice(int[] rows, double[] weights, double unbiased) {
        static Choice of(Families families, int[] chosen) {
            int[] rows = families.rowsOf(chosen);
            double[] shares = families.shares();
            double[] weights = Arrays.stream(rows)
                    .mapToDouble(row -> shares[row] / chosen.length)
                    .toArray();
            return new Choice(rows, weights, chosen.length / (chosen.length - 1.0));
        }
    }

    private double traceOfRoot(Choice first, Choice second) {
        int height = first.rows.length;
        int width = second.rows.length;
        double[] ofRow = new double[height];
        double[] ofColumn = new double[width];
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                double product = mixedProducts[first.rows[i]][second.rows[j]];
                ofRow[i] += second.weights[j] * product;
                ofColumn[j] += first.weights[i] * product;
            }
        }
        double all = IntStream.range(0, height)
                .mapToDouble(i -> first.weights[i] * ofRow[i])
                .sum();
        double[] centred = new double[height * width];
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                double product = mixedProducts[first.rows[i]][second.rows[j]] - ofRow[i] - ofColumn[j] + all;
                centred[i * width + j] = product * Math.sqrt(first.weights[i] * second.weights[j]);
            }
        }
        double scale = Math.sqrt(first.unbiased * second.unbiased);
        return scale
                * TensorScope.compute(() -> torch.linalg_svdvals(Tensors.of(centred, height, width))
                        .sum()
                        .item_double());
    }

    private static double product(double[][] products, Choice first, Choice second) {
        double sum = 0;
        for (int i = 0; i < first.rows.length; i++) {
            for (int j = 0; j < second.rows.length; j++) {
                sum += first.weights[i] * second.weights[j] * products[first.rows[i]][second.rows[j]];
            }
        }
        return sum;
    }

    private static double meanSquare(double[][] products, Choice choice) {
        double sum = 0;
        for (int i = 0; i < choice.rows.length; i++) {
            sum += choice.weights[i] * products[choice.rows[i]][choice.rows[i]];
        }
        return sum;
    }

    private static double[][] rows(Tensor matrix) {
        double[] values = Tensors.doubles(matrix);
        int width = Math.toIntExact(matrix.size(1));
        return IntStream.range(0, values.length / width)
                .mapToObj(row -> Arrays.copyOfRange(values, row * width, (row + 1) * width))
                .toArray(double[][]::new);
    }
}
