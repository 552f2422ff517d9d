package dev.oar.evaluate;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The Frechet distance between two Gaussians fitted to features (Dowson and Landau, 1982; Heusel et al., "GANs Trained by a
 * Two Time-Scale Update Rule", 2017, where the features are Inception's and the figure is called FID):
 * {@code |m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2)}.
 *
 * <p>In float64. The last trace is that of the symmetric matrix {@code (S1^(1/2) S2 S1^(1/2))^(1/2)}, by eigen-decomposition;
 * directions in which S1 has no variance are left out before the second decomposition, so that their rounding errors are
 * not magnified by the square root. The distance is biased upwards at few samples: compare only at equal counts.
 */
public final class FrechetDistance implements SampleStatistic {
    private static final double LARGEST_RESIDUAL = 1e-8;
    private static final int MOST_KEPT_ROWS = 2048;

    /** A distance without settings. */
    public FrechetDistance() {}

    /**
     * The distance between two sets of features.
     *
     * @throws IllegalArgumentException if the widths differ or a set has fewer than two families
     */
    public static double between(FeatureSet first, FeatureSet second) {
        first.requireComparable(second);
        return between(GaussianStatistics.of(first), GaussianStatistics.of(second));
    }

    /**
     * The distance between two Gaussians.
     *
     * @throws IllegalArgumentException if the widths differ, or a covariance is not symmetric and positive semi-definite
     */
    public static double between(GaussianStatistics first, GaussianStatistics second) {
        if (first.width() != second.width()) {
            throw new IllegalArgumentException("only features of one network can be compared, but these have widths "
                    + first.width() + " and " + second.width() + "; extract both with the same network");
        }
        double shift = 0;
        for (int i = 0; i < first.width(); i++) {
            double difference = first.mean()[i] - second.mean()[i];
            shift += difference * difference;
        }
        return shift + first.totalVariance() + second.totalVariance() - 2 * traceOfRoot(first, second);
    }

    /** The metric in a feature space; only the Inception network's features make it a FID. */
    public static Metric metric(FeatureSpace space) {
        return new Metric(space.caption(space.inception() ? "FID" : "FD"), true, Metric.Kind.FRECHET_DISTANCE);
    }

    @Override
    public List<Metric> metrics(FeatureSpace space) {
        return List.of(metric(space));
    }

    @Override
    public int leastFamilies() {
        return 2;
    }

    @Override
    public double[] of(FeatureSet reference, FeatureSet samples) {
        requireMeasurable(reference, samples);
        return new double[] {between(reference, samples)};
    }

    /** Keeps the inner products of all pairs of images, where there are few enough for that to be the shorter way. */
    @Override
    public OfFamilies onFamilies(FeatureSet reference, FeatureSet samples) {
        reference.requireComparable(samples);
        boolean few = Math.min(reference.count(), samples.count()) <= 2 * reference.width()
                && Math.max(reference.count(), samples.count()) <= MOST_KEPT_ROWS;
        return few ? new FrechetTables(reference, samples) : SampleStatistic.super.onFamilies(reference, samples);
    }

    private static double traceOfRoot(GaussianStatistics first, GaussianStatistics second) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor firstCovariance = matrix(first);
            T_TensorTensor_T decomposition = torch.linalg_eigh(firstCovariance);
            double[] values = Tensors.doubles(decomposition.get0());
            requireResidual(firstCovariance, decomposition.get0(), decomposition.get1());
            double largest = values[values.length - 1];
            requirePositive(values, largest);
            int rank = (int) Arrays.stream(values)
                    .filter(value -> value > largest * values.length * Math.ulp(1.0))
                    .count();
            if (rank == 0) {
                return 0;
            }
            long begin = (long) values.length - rank;
            Tensor half = decomposition
                    .get1()
                    .narrow(1, begin, rank)
                    .mul(decomposition.get0().narrow(0, begin, rank).sqrt());
            Tensor product = half.t().mm(matrix(second)).mm(half);
            double[] squares = Tensors.doubles(torch.linalg_eigvalsh(symmetric(product)));
            requirePositive(squares, squares[rank - 1]);
            return Arrays.stream(squares)
                    .map(square -> Math.sqrt(Math.max(0, square)))
                    .sum();
        }
    }

    private static Tensor matrix(GaussianStatistics statistics) {
        Tensor covariance = Tensors.of(statistics.covariance(), statistics.width(), statistics.width());
        double asymmetry = covariance.sub(covariance.t()).abs().max().item_double();
        double scale = covariance.abs().max().item_double();
        if (!(asymmetry <= LARGEST_RESIDUAL * scale)) {
            throw new IllegalArgumentException("a covariance must be symmetric and finite, but it differs from its "
                    + "transpose by " + asymmetry + " at a scale of " + scale + "; compute the statistics anew");
        }
        return symmetric(covariance);
    }

    private static Tensor symmetric(Tensor matrix) {
        return matrix.add(matrix.t()).mul(new Scalar(0.5));
    }

    private static void requireResidual(Tensor matrix, Tensor values, Tensor vectors) {
        double residual =
                matrix.mm(vectors).sub(vectors.mul(values)).abs().max().item_double();
        double scale = matrix.abs().max().item_double();
        if (!(residual <= LARGEST_RESIDUAL * scale)) {
            throw new IllegalStateException("an eigen-decomposition must reproduce its matrix, but the residual is "
                    + residual + " at a scale of " + scale + "; check the LibTorch and BLAS libraries in use");
        }
    }

    private static void requirePositive(double[] ascending, double largest) {
        if (!(ascending[0] >= -LARGEST_RESIDUAL * Math.max(0, largest))) {
            throw new IllegalArgumentException("a covariance must have no negative eigenvalue, but one is "
                    + ascending[0] + " beside a largest of " + largest + "; compute the statistics anew");
        }
    }
}
