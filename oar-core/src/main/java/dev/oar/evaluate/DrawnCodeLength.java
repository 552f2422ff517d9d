package dev.oar.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How an independent model, which has not drawn them, predicts drawn images: bits per token in random orders. Fewer bits alone are no
 * merit, since images that are all alike take the fewest; what a model drew as nature does would take as many as test images. So what is
 * judged is how far the two lie apart.
 *
 * @param drawn bits per token of each drawn image
 * @param test of each family of test images, by the same model
 */
public record DrawnCodeLength(FamilyValues drawn, FamilyValues test) {
    /** Bits per token, which are neither better nor worse. */
    public static final Metric BITS =
            new Metric("bits per token by another seed's model", true, Metric.Kind.DESCRIPTION);

    /** How far they are from those of test images. */
    public static final Metric APART =
            new Metric("bits apart from test images by another seed's model", true, Metric.Kind.DRAWN_CODE_LENGTH);

    /**
     * The figures of drawn images: their bits per token, and how far these are from the test images'. The latter has an interval that covers
     * both sets of images, and keeps its value for each drawn image, so that what two arms drew for the same conditions is compared in
     * pairs.
     *
     * @param seed the seed that images were drawn with
     */
    public List<EvaluationFigure> figures(String arm, String drawing, long seed) {
        int images = drawn.values().length;
        return List.of(new EvaluationFigure(arm, drawing, BITS, drawn.mean(), images, seed), apart(arm, drawing, seed));
    }

    private EvaluationFigure apart(String arm, String drawing, long seed) {
        Interval ofDrawn = drawn.mean();
        Interval ofTest = test.mean();
        double sign = ofDrawn.point() < ofTest.point() ? -1 : 1;
        double[] values = Arrays.stream(drawn.values())
                .map(bits -> sign * (bits - ofTest.point()))
                .toArray();
        FamilyValues ofImages = new FamilyValues(drawn.ids(), values);
        return new EvaluationFigure(
                arm,
                drawing,
                APART,
                wider(ofImages.mean(), ofDrawn, ofTest),
                values.length,
                seed,
                Optional.empty(),
                Optional.of(ofImages));
    }

    /** A difference of two means of other images, as wide as both together, in squares. */
    private static Interval wider(Interval difference, Interval first, Interval second) {
        if (!first.bounded() || !second.bounded()) {
            return Interval.unbounded(difference.point(), 0);
        }
        double reach = Math.hypot(first.reach(), second.reach());
        return new Interval(difference.point(), difference.point() - reach, difference.point() + reach, 0, 0);
    }

    /** The bits per token of the test images that drawn ones are set beside. */
    public static EvaluationFigure ofTestImages(FamilyValues test, int images, long seed) {
        return new EvaluationFigure(CaptionAccuracy.TEST_IMAGES, CaptionAccuracy.REAL, BITS, test.mean(), images, seed);
    }
}
