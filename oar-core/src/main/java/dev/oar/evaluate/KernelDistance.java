package dev.oar.evaluate;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The kernel distance (Binkowski et al., "Demystifying MMD GANs", 2018, where the features are Inception's and the figure is
 * called KID): the unbiased squared maximum mean discrepancy under the kernel {@code (x . y / width + 1)^3}.
 *
 * <p>Families take the place of images: the kernel between two families is the mean over their members, and a family is never
 * compared with itself, so variants of one picture neither count twice nor break the unbiasedness. The value is unbiased at
 * any number of images and may be slightly negative.
 *
 * @param subsetFamilies sets of more families than this are measured on random subsets of this size, whose values are averaged
 * @param subsets how many subsets then
 * @param seed chooses the subsets
 */
public record KernelDistance(int subsetFamilies, int subsets, long seed) implements SampleStatistic {
    /** What the distance of Inception features is called. */
    static final String KID = "KID";

    /** What the distance of any other features is called. */
    static final String KD = "KD";

    private static final int BLOCK = 1024;
    private static final int MOST_KEPT_ROWS = 4096;

    /** Checks the settings. */
    public KernelDistance {
        if (subsetFamilies < 2 || subsets < 1) {
            throw new IllegalArgumentException("a kernel distance needs subsets of at least 2 families and at least one"
                    + " subset, but got " + subsetFamilies + " and " + subsets + "; the usual are 1000 and 100");
        }
    }

    /** The usual setting: 100 subsets of 1000, or everything at once where there is less. */
    public KernelDistance() {
        this(1000, 100, 0);
    }

    /**
     * The distance between two sets of features.
     *
     * @throws IllegalArgumentException if the widths differ or a set has fewer than two families
     */
    public double between(FeatureSet first, FeatureSet second) {
        requireMeasurable(first, second);
        if (Math.max(first.families().count(), second.families().count()) <= subsetFamilies) {
            return squaredDiscrepancy(first, second);
        }
        return meanOfSubsets(
                first.families().count(),
                second.families().count(),
                (ofFirst, ofSecond) -> squaredDiscrepancy(first.familySubset(ofFirst), second.familySubset(ofSecond)));
    }

    @Override
    public List<Metric> metrics(FeatureSpace space) {
        return List.of(new Metric(space.caption(space.inception() ? KID : KD), true, Metric.Kind.DISTANCE));
    }

    @Override
    public int leastFamilies() {
        return 2;
    }

    @Override
    public double[] of(FeatureSet reference, FeatureSet samples) {
        return new double[] {between(reference, samples)};
    }

    /** Keeps the kernels of all pairs of families, where there are few enough of them. */
    @Override
    public OfFamilies onFamilies(FeatureSet reference, FeatureSet samples) {
        reference.requireComparable(samples);
        if (Math.max(reference.count(), samples.count()) > MOST_KEPT_ROWS) {
            return SampleStatistic.super.onFamilies(reference, samples);
        }
        double[][] ofReal = familyKernels(reference, reference);
        double[][] ofDrawn = familyKernels(samples, samples);
        double[][] between = familyKernels(reference, samples);
        return (real, drawn) -> new double[] {
            meanOfSubsets(real.length, drawn.length, (first, second) -> {
                int[] ofFirst = IntStream.of(first).map(place -> real[place]).toArray();
                int[] ofSecond = IntStream.of(second).map(place -> drawn[place]).toArray();
                return meanOfPairs(ofReal, ofFirst, ofFirst, true)
                        + meanOfPairs(ofDrawn, ofSecond, ofSecond, true)
                        - 2 * meanOfPairs(between, ofFirst, ofSecond, false);
            })
        };
    }

    /**
     * The mean of a discrepancy over subsets, or that of everything where there is no more than a subset.
     *
     * @param ofSubset the discrepancy of chosen families of both sides, by their places
     */
    private double meanOfSubsets(int real, int drawn, ToDoubleBiFunction<int[], int[]> ofSubset) {
        if (Math.max(real, drawn) <= subsetFamilies) {
            return ofSubset.applyAsDouble(
                    IntStream.range(0, real).toArray(),
                    IntStream.range(0, drawn).toArray());
        }
        int size = Math.min(subsetFamilies, Math.min(real, drawn));
        CounterRandom random = CounterRandom.of(seed, "kernel distance subsets");
        double sum = 0;
        for (int subset = 0; subset < subsets; subset++) {
            sum += ofSubset.applyAsDouble(
                    choose(real, size, random.derive(2L * subset)),
                    choose(drawn, size, random.derive(2L * subset + 1)));
        }
        return sum / subsets;
    }

    /** The mean kernel between members of each two families. */
    private static double[][] familyKernels(FeatureSet first, FeatureSet second) {
        double[][] means =
                new double[first.families().count()][second.families().count()];
        int[] firstFamilies = first.families().familyOfRow();
        int[] secondFamilies = second.families().familyOfRow();
        double[] firstShares = first.families().shares();
        double[] secondShares = second.families().shares();
        for (int from = 0; from < first.count(); from += BLOCK) {
            int begin = from;
            int end = Math.min(first.count(), from + BLOCK);
            double[] kernels =
                    TensorScope.compute(() -> Tensors.doubles(kernel(first.rows(begin, end), second.rows())));
            for (int row = begin; row < end; row++) {
                double[] ofFamily = means[firstFamilies[row]];
                for (int column = 0; column < second.count(); column++) {
                    double kernel = kernels[(row - begin) * second.count() + column];
                    ofFamily[secondFamilies[column]] += firstShares[row] * secondShares[column] * kernel;
                }
            }
        }
        return means;
    }

    private static double meanOfPairs(double[][] kernels, int[] first, int[] second, boolean distinct) {
        double sum = 0;
        for (int one : first) {
            for (int other : second) {
                sum += distinct && one == other ? 0 : kernels[one][other];
            }
        }
        return sum / ((double) first.length * (distinct ? second.length - 1 : second.length));
    }

    private static int[] choose(int families, int size, CounterRandom random) {
        int[] shuffled = GenerationOrder.uniform(families, random).toArray();
        int[] chosen = Arrays.copyOf(shuffled, size);
        Arrays.sort(chosen);
        return chosen;
    }

    private static double squaredDiscrepancy(FeatureSet first, FeatureSet second) {
        return meanWithin(first) + meanWithin(second) - 2 * kernelSum(first, second, false);
    }

    private static double meanWithin(FeatureSet set) {
        double families = set.families().count();
        return kernelSum(set, set, true) * families / (families - 1);
    }

    /** The sum of weight * weight * kernel over all pairs of rows, or only those of different families. */
    private static double kernelSum(FeatureSet first, FeatureSet second, boolean withoutOwnFamily) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor columns = second.rows();
            Tensor columnWeights = weights(second, 0, second.count());
            double sum = 0;
            for (int from = 0; from < first.count(); from += BLOCK) {
                int begin = from;
                int end = Math.min(first.count(), from + BLOCK);
                sum += TensorScope.compute(() -> {
                    Tensor kernel = kernel(first.rows(begin, end), columns);
                    Tensor counted = withoutOwnFamily
                            ? kernel.masked_fill(
                                    SquaredDistances.sameFamily(first, begin, end - begin, 0, first.count()),
                                    new Scalar(0.0))
                            : kernel;
                    return counted.mv(columnWeights)
                            .dot(weights(first, begin, end))
                            .item_double();
                });
            }
            return sum;
        }
    }

    private static Tensor kernel(Tensor rows, Tensor columns) {
        Tensor base =
                rows.mm(columns.t()).mul(new Scalar(1.0 / columns.size(1))).add(new Scalar(1.0));
        return base.pow(new Scalar(3));
    }

    private static Tensor weights(FeatureSet set, int from, int to) {
        return Tensors.of(Arrays.copyOfRange(set.families().weights(), from, to), to - from);
    }
}
