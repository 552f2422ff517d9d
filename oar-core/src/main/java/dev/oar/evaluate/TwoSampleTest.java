package dev.oar.evaluate;

import dev.oar.data.Families;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How well a classifier tells drawn images from real ones (Lopez-Paz and Oquab, "Revisiting Classifier Two-Sample Tests", 2017): logistic
 * regression on the features of both. It is cross-fitted: images are split into {@value #FOLDS} folds, families undivided, and those of
 * each are judged by a classifier that was fitted to all others. Drawn and real images weigh the same, whatever their numbers, so chance is
 * 0.5; so do families on either side.
 *
 * <p>The intervals cover the images: how well the classifiers that were fitted would do on others. The accuracy keeps the part that every family has in it, so that those of two sets of drawn images against the same real ones
 * are compared in pairs.
 *
 * @param accuracy share of images that were judged right, by family: the mean is the share
 * @param areaUnderCurve how often, of a drawn and a real image judged by one classifier, the drawn one was given the higher odds of being
 *     drawn
 * @param images how many drawn images were judged
 */
public record TwoSampleTest(FamilyValues accuracy, Interval areaUnderCurve, int images) {
    /** How often images are split. */
    public static final int FOLDS = 5;

    /**
     * How much wider an interval is than that of as many independent judgements. Images of two folds judge each other: where the sets
     * hardly differ, what chance makes two folds have in common counts in both, which doubles the variance. Where they differ much it does
     * not, and the interval is too wide: as wide as if one half of the images had been judged by the other.
     */
    private static final double CROSS_FITTED = Math.sqrt(2);

    /** In an area under the curve chance on either side adds up (DeLong et al., 1988); in a mean of two means half of each does. */
    private static final double BOTH_SIDES = 2;

    /** What either side must have at least for every fold to have images of both. */
    private static final int LEAST_FAMILIES = FOLDS;

    /**
     * Whether there are enough images on either side.
     *
     * @param reference real images
     * @param samples drawn ones
     */
    public static boolean measures(FeatureSet reference, FeatureSet samples) {
        return Math.min(reference.families().count(), samples.families().count()) >= LEAST_FAMILIES;
    }

    /**
     * Judges all images. Where both sides have as many families, those of one number share a fold, so that what is made of a real image may
     * be judged against it, family by family.
     *
     * @param reference features of real images that the model was not trained on
     * @param samples features of drawn ones
     * @param seed chooses the folds
     * @throws IllegalArgumentException if widths differ or a side has fewer than {@value #FOLDS} families
     */
    public static TwoSampleTest between(FeatureSet reference, FeatureSet samples, long seed) {
        reference.requireComparable(samples);
        if (!measures(reference, samples)) {
            throw new IllegalArgumentException("a classifier two-sample test needs at least " + LEAST_FAMILIES
                    + " families of images on either side, but there are "
                    + reference.families().count() + " real and "
                    + samples.families().count() + " drawn; give it more images");
        }
        Side real = Side.of(reference, seed);
        Side drawn = Side.of(samples, seed);
        for (int fold = 0; fold < FOLDS; fold++) {
            LogisticRegression fitted = fit(real, drawn, fold);
            real.judge(fitted, fold);
            drawn.judge(fitted, fold);
        }
        double[] realRight = real.right(score -> score < 0);
        double[] drawnRight = drawn.right(score -> score > 0);
        return new TwoSampleTest(
                parts(real.families.means(realRight), drawn.families.means(drawnRight), CROSS_FITTED),
                parts(
                                real.families.means(real.below(drawn)),
                                drawn.families.means(drawn.above(real)),
                                BOTH_SIDES * CROSS_FITTED)
                        .mean(),
                samples.count());
    }

    private static LogisticRegression fit(Side real, Side drawn, int without) {
        int[] ofReal = real.rowsOutside(without);
        int[] ofDrawn = drawn.rowsOutside(without);
        double[][] rows = new double[ofReal.length + ofDrawn.length][];
        boolean[] isDrawn = new boolean[rows.length];
        double[] weights = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            isDrawn[i] = i >= ofReal.length;
            Side side = isDrawn[i] ? drawn : real;
            int row = isDrawn[i] ? ofDrawn[i - ofReal.length] : ofReal[i];
            rows[i] = side.rows[row];
            weights[i] = side.shares[row] / (2 * side.familiesOutside(without));
        }
        return LogisticRegression.fit(rows, isDrawn, weights);
    }

    /**
     * What every family has in the mean of two means. The numbers are such that their mean is that mean, and that their spread is the spread
     * within the sides alone, each in its own share: so Student's interval of theirs is the one of a mean of two independent means.
     *
     * @param wider how many times as wide the interval shall be
     */
    private static FamilyValues parts(double[] ofReal, double[] ofDrawn, double wider) {
        int all = ofReal.length + ofDrawn.length;
        double realMean = Arrays.stream(ofReal).average().orElseThrow();
        double drawnMean = Arrays.stream(ofDrawn).average().orElseThrow();
        double[] parts = new double[all];
        for (int i = 0; i < all; i++) {
            boolean isReal = i < ofReal.length;
            double off = isReal ? ofReal[i] - realMean : ofDrawn[i - ofReal.length] - drawnMean;
            double perFamily = wider * all / (2.0 * (isReal ? ofReal.length : ofDrawn.length));
            parts[i] = (realMean + drawnMean) / 2 + off * perFamily;
        }
        return new FamilyValues(IntStream.range(0, all).toArray(), parts);
    }

    /**
     * The figures, accuracy first.
     *
     * @param space where images were compared
     * @param seed the seed that they were drawn with
     */
    public List<EvaluationFigure> figures(String arm, String drawing, FeatureSpace space, long seed) {
        Metric area = new Metric(space.caption("two-sample area under the curve"), true, Metric.Kind.SCORE);
        return List.of(
                new EvaluationFigure(
                        arm,
                        drawing,
                        metric(space),
                        accuracy.mean(),
                        images,
                        seed,
                        Optional.empty(),
                        Optional.of(accuracy)),
                new EvaluationFigure(arm, drawing, area, areaUnderCurve, images, seed));
    }

    /** What the accuracy is called. */
    public static Metric metric(FeatureSpace space) {
        return new Metric(space.caption("two-sample accuracy"), true, Metric.Kind.TWO_SAMPLE);
    }

    /** Whether the log odds of being drawn say what an image is. */
    @FunctionalInterface
    private interface Verdict {
        boolean isRight(double score);
    }

    /**
     * The images of one side.
     *
     * @param rows per image its features
     * @param shares per image its share of its family
     * @param foldOfRow per image its fold
     * @param familiesOfFold how many families are in each fold
     * @param scores per image the log odds of being drawn, as soon as it is judged
     */
    private record Side(
            double[][] rows,
            Families families,
            double[] shares,
            int[] foldOfRow,
            int[] familiesOfFold,
            double[] scores) {
        static Side of(FeatureSet set, long seed) {
            Families families = set.families();
            int[] place = GenerationOrder.uniform(families.count(), CounterRandom.of(seed, "folds"))
                    .inverse();
            int[] foldOfRow = families.familyOfRow();
            Arrays.setAll(foldOfRow, row -> place[foldOfRow[row]] % FOLDS);
            int[] familiesOfFold = new int[FOLDS];
            for (int position : place) {
                familiesOfFold[position % FOLDS]++;
            }
            double[][] rows = new double[set.count()][];
            for (int row = 0; row < rows.length; row++) {
                float[] values = set.row(row);
                rows[row] = IntStream.range(0, values.length)
                        .mapToDouble(i -> values[i])
                        .toArray();
            }
            return new Side(rows, families, families.shares(), foldOfRow, familiesOfFold, new double[rows.length]);
        }

        int[] rowsOutside(int fold) {
            return IntStream.range(0, rows.length)
                    .filter(row -> foldOfRow[row] != fold)
                    .toArray();
        }

        int[] rowsInside(int fold) {
            return IntStream.range(0, rows.length)
                    .filter(row -> foldOfRow[row] == fold)
                    .toArray();
        }

        int familiesOutside(int fold) {
            return families.count() - familiesOfFold[fold];
        }

        void judge(LogisticRegression classifier, int fold) {
            for (int row : rowsInside(fold)) {
                scores[row] = classifier.score(rows[row]);
            }
        }

        /** Per image 1 where it is judged right, 0 where wrong, and half where not at all. */
        double[] right(Verdict verdict) {
            return Arrays.stream(scores)
                    .map(score -> score == 0 ? 0.5 : verdict.isRight(score) ? 1 : 0)
                    .toArray();
        }

        /** Per image, the share of the other side's images of its fold that have a lower score; equal ones count half. */
        double[] above(Side other) {
            double[] shareOfRow = new double[rows.length];
            for (int fold = 0; fold < FOLDS; fold++) {
                int[] others = Arrays.stream(other.rowsInside(fold))
                        .boxed()
                        .sorted(Comparator.comparingDouble(row -> other.scores[row]))
                        .mapToInt(Integer::intValue)
                        .toArray();
                double[] ascending = Arrays.stream(others)
                        .mapToDouble(row -> other.scores[row])
                        .toArray();
                double[] before = new double[others.length + 1];
                for (int i = 0; i < others.length; i++) {
                    before[i + 1] = before[i] + other.shares[others[i]];
                }
                for (int row : rowsInside(fold)) {
                    double lower = before[first(ascending, scores[row], false)];
                    double atMost = before[first(ascending, scores[row], true)];
                    shareOfRow[row] = (lower + atMost) / 2 / before[others.length];
                }
            }
            return shareOfRow;
        }

        double[] below(Side other) {
            return Arrays.stream(above(other)).map(share -> 1 - share).toArray();
        }

        /** How many of ascending numbers are below a value, or at most as large. */
        private static int first(double[] ascending, double value, boolean withEqual) {
            int low = 0;
            int high = ascending.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                boolean counts = withEqual ? ascending[middle] <= value : ascending[middle] < value;
                if (counts) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
