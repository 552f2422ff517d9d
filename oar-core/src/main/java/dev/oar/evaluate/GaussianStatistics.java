package dev.oar.evaluate;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Mean and covariance of a set of features, in float64.
 *
 * @param mean one number per feature; not copied, not to be changed
 * @param covariance {@code width * width} numbers in row-major order; not copied, not to be changed
 * @param families how many independent rows stand behind them; empty if nobody knows, as with statistics from a file that others
 *     computed
 */
public record GaussianStatistics(double[] mean, double[] covariance, OptionalInt families) {
    private static final int BLOCK = 4096;

    /** Checks the sizes. */
    public GaussianStatistics {
        if (mean.length == 0 || covariance.length != (long) mean.length * mean.length) {
            throw new IllegalArgumentException("a covariance needs one row and column per feature, but there are "
                    + mean.length + " features and " + covariance.length + " covariances; compute them anew");
        }
    }

    /** Statistics with a known number of families. */
    public GaussianStatistics(double[] mean, double[] covariance, int families) {
        this(mean, covariance, OptionalInt.of(families));
    }

    /**
     * The statistics of features in which every family weighs the same.
     *
     * <p>With families of one row the covariance has the usual divisor {@code rows - 1}. In general it is
     * {@code sum w (x - mean)(x - mean)^T / (1 - 1 / families)} with weights that sum to 1, so copying a row within its family
     * changes nothing.
     *
     * @throws IllegalArgumentException if there are fewer than two families
     */
    public static GaussianStatistics of(FeatureSet features) {
        int families = features.families().count();
        if (families < 2) {
            throw new IllegalArgumentException("a covariance needs at least two families of images, but there is "
                    + families + "; give it more images");
        }
        try (TensorScope ignored = TensorScope.open()) {
            int width = features.width();
            double[] weights = features.families().weights();
            Tensor mean = Tensors.zeros(torch.ScalarType.Double, width);
            forBlocks(
                    features.count(),
                    (from, to) -> accumulate(mean, features.rows(from, to).t().mv(part(weights, from, to))));
            Tensor covariance = Tensors.zeros(torch.ScalarType.Double, width, width);
            forBlocks(features.count(), (from, to) -> {
                Tensor centred = features.rows(from, to).sub(mean);
                Tensor weighted = centred.mul(part(weights, from, to).unsqueeze(1));
                accumulate(covariance, weighted.t().mm(centred));
            });
            Tensor unbiased = covariance.mul(new Scalar(families / (families - 1.0)));
            return new GaussianStatistics(Tensors.doubles(mean), Tensors.doubles(unbiased), families);
        }
    }

    /** The number of features. */
    public int width() {
        return mean.length;
    }

    /**
     * Whether there are enough families for a covariance of full rank; without it a Frechet distance is biased upwards. True if
     * their number is unknown, since then nothing speaks against it.
     */
    public boolean fullRankPossible() {
        return families.isEmpty() || families.getAsInt() > width();
    }

    /** The sum of the variances. */
    public double totalVariance() {
        double sum = 0;
        for (int i = 0; i < width(); i++) {
            sum += covariance[i * width() + i];
        }
        return sum;
    }

    @FunctionalInterface
    private interface Block {
        void run(int from, int to);
    }

    private static void forBlocks(int count, Block block) {
        for (int from = 0; from < count; from += BLOCK) {
            int first = from;
            TensorScope.run(() -> block.run(first, Math.min(count, first + BLOCK)));
        }
    }

    private static Tensor part(double[] weights, int from, int to) {
        return Tensors.of(Arrays.copyOfRange(weights, from, to), to - from);
    }

    private static void accumulate(Tensor sum, Tensor term) {
        var unused = sum.add_(term);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GaussianStatistics statistics
                && families.equals(statistics.families)
                && Arrays.equals(mean, statistics.mean)
                && Arrays.equals(covariance, statistics.covariance);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(mean) * 31 + Arrays.hashCode(covariance);
    }

    @Override
    public String toString() {
        String count = families.isEmpty() ? "unknown number of" : Integer.toString(families.getAsInt());
        return "GaussianStatistics[" + width() + " features, " + count + " families]";
    }
}
