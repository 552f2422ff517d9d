package dev.oar.evaluate;

import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Precision and recall of drawn images by nearest-neighbour manifolds (Kynkaanniemi et al., "Improved Precision and Recall
 * Metric for Assessing Generative Models", 2019), and density and coverage (Naeem et al., "Reliable Fidelity and Diversity
 * Metrics for Generative Models", 2020).
 *
 * <p>Around each image of a set stands a ball that reaches to its k-th nearest image of the set, where images of its own
 * family do not count as neighbours. Precision is the fraction of drawn images inside some ball of the real ones, recall the
 * fraction of real images inside some ball of the drawn ones (k = {@value #NEIGHBOURS}). Density is the mean number of real balls
 * around a drawn image over k, coverage the fraction of real balls with a drawn image inside (k =
 * {@value #DENSITY_NEIGHBOURS}). In shares and means every family weighs the same.
 */
public final class PrecisionRecall implements SampleStatistic {
    /** The k of precision and recall. */
    public static final int NEIGHBOURS = 3;

    /** The k of density and coverage. */
    public static final int DENSITY_NEIGHBOURS = 5;

    private static final int MOST_KEPT_ROWS = 4096;

    /**
     * The four figures.
     *
     * @param precision in [0, 1]
     * @param recall in [0, 1]
     * @param density not negative; about 1 when both sets come from one distribution
     * @param coverage in [0, 1]
     */
    public record Result(double precision, double recall, double density, double coverage) {
        /** In the sequence of the metrics. */
        double[] values() {
            return new double[] {precision, recall, density, coverage};
        }
    }

    /** A measure without settings. */
    public PrecisionRecall() {}

    /**
     * Measures drawn images against real ones.
     *
     * @throws IllegalArgumentException if the widths differ or a set has too few families
     */
    public static Result between(FeatureSet reference, FeatureSet samples) {
        new PrecisionRecall().requireMeasurable(reference, samples);
        Radii real = Radii.of(reference);
        RealBalls balls = RealBalls.of(reference, real, samples);
        double[] inDrawn = insideAny(reference, samples, Radii.of(samples).near());
        return new Result(
                samples.families().mean(balls.inside()),
                reference.families().mean(inDrawn),
                samples.families().mean(balls.around()),
                reference.families().mean(balls.covered()));
    }

    /** Squared distance of every row to its {@value #NEIGHBOURS}rd nearest row of another family: the radius of its ball. */
    public static double[] squaredRadii(FeatureSet set) {
        return Radii.of(set).near();
    }

    @Override
    public List<Metric> metrics(FeatureSpace space) {
        return List.of(
                new Metric(space.caption("precision"), false, Metric.Kind.SCORE),
                new Metric(space.caption("recall"), false, Metric.Kind.SCORE),
                new Metric(space.caption("density"), false, Metric.Kind.SCORE),
                new Metric(space.caption("coverage"), false, Metric.Kind.SCORE));
    }

    @Override
    public int leastFamilies() {
        return DENSITY_NEIGHBOURS + 1;
    }

    @Override
    public double[] of(FeatureSet reference, FeatureSet samples) {
        return between(reference, samples).values();
    }

    /** Keeps the distances of all pairs of images, where there are few enough of them. */
    @Override
    public OfFamilies onFamilies(FeatureSet reference, FeatureSet samples) {
        reference.requireComparable(samples);
        return Math.max(reference.count(), samples.count()) <= MOST_KEPT_ROWS
                ? new PrecisionRecallTables(reference, samples)
                : SampleStatistic.super.onFamilies(reference, samples);
    }

    /** Squared radii per row: to the {@value #NEIGHBOURS}rd and the {@value #DENSITY_NEIGHBOURS}th neighbour. */
    private record Radii(double[] near, double[] far) {
        static Radii of(FeatureSet set) {
            double[][] nearest = new double[set.count()][DENSITY_NEIGHBOURS];
            for (double[] ofRow : nearest) {
                Arrays.fill(ofRow, Double.POSITIVE_INFINITY);
            }
            SquaredDistances.forEachBlock(set, set, (row, column, block) -> {
                Tensor family = SquaredDistances.sameFamily(set, row, block.rows(), column, block.columns());
                Tensor others = block.distances().masked_fill(family, new Scalar(Double.POSITIVE_INFINITY));
                int kept = Math.min(DENSITY_NEIGHBOURS, block.columns());
                double[] found =
                        Tensors.doubles(torch.topk(others, kept, 1, false, true).get0());
                for (int i = 0; i < found.length; i++) {
                    insert(nearest[row + i / kept], found[i]);
                }
            });
            return new Radii(
                    Arrays.stream(nearest)
                            .mapToDouble(ofRow -> ofRow[NEIGHBOURS - 1])
                            .toArray(),
                    Arrays.stream(nearest)
                            .mapToDouble(ofRow -> ofRow[DENSITY_NEIGHBOURS - 1])
                            .toArray());
        }
    }

    /**
     * How the drawn images lie in the balls of the real ones.
     *
     * @param inside per drawn image, 1 if it lies in a near ball
     * @param around per drawn image, the number of far balls around it over k, families of balls counting once
     * @param covered per real image, 1 if its far ball holds a drawn image
     */
    private record RealBalls(double[] inside, double[] around, double[] covered) {
        static RealBalls of(FeatureSet reference, Radii radii, FeatureSet samples) {
            RealBalls balls = new RealBalls(
                    new double[samples.count()], new double[samples.count()], new double[reference.count()]);
            double[] shares = reference.families().weights();
            double perBall = (double) reference.families().count() / DENSITY_NEIGHBOURS;
            SquaredDistances.forEachBlock(samples, reference, (row, column, block) -> {
                largest(within(block, radii.near, column).any(1L), balls.inside, row);
                Tensor far = within(block, radii.far, column);
                Tensor weights = part(shares, column, block.columns());
                double[] counts =
                        Tensors.doubles(far.to(torch.ScalarType.Double).mv(weights));
                for (int i = 0; i < counts.length; i++) {
                    balls.around[row + i] += counts[i] * perBall;
                }
                largest(far.any(0L), balls.covered, column);
            });
            return balls;
        }
    }

    private static double[] insideAny(FeatureSet rows, FeatureSet centres, double[] squaredRadii) {
        double[] inside = new double[rows.count()];
        SquaredDistances.forEachBlock(
                rows,
                centres,
                (row, column, block) ->
                        largest(within(block, squaredRadii, column).any(1L), inside, row));
        return inside;
    }

    /** {@code [rows, centres]} bool: which rows lie in which balls, from a centre on; ties within rounding lie inside. */
    private static Tensor within(SquaredDistances.Block block, double[] squaredRadii, int column) {
        return block.distances().le(part(squaredRadii, column, block.columns()).add(block.rounding()));
    }

    private static Tensor part(double[] values, int from, int count) {
        return Tensors.of(Arrays.copyOfRange(values, from, from + count), count);
    }

    /** Raises numbers to others where these are larger. */
    private static void largest(Tensor values, double[] target, int from) {
        double[] source = Tensors.doubles(values);
        for (int i = 0; i < source.length; i++) {
            target[from + i] = Math.max(target[from + i], source[i]);
        }
    }

    /** Puts a number in its place among the smallest found so far. */
    static void insert(double[] ascending, double value) {
        int place = ascending.length - 1;
        if (value >= ascending[place]) {
            return;
        }
        while (place > 0 && ascending[place - 1] > value) {
            ascending[place] = ascending[place - 1];
            place--;
        }
        ascending[place] = value;
    }
}
