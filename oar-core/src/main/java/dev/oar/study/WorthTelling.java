package dev.oar.study;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.evaluate.EvaluationFigure;

/**
 * The smallest differences between two arms that would matter, by which a study says whether its images and seeds are enough to tell them.
 *
 * @param bits of bits per token, of test images and of drawn ones
 * @param distance of Frechet distances, as a share of the baseline's
 * @param accuracy of caption accuracy, of shares of pairs found and of how well a classifier tells drawn images, where 1 is all
 */
public record WorthTelling(
        @Default("0.01") double bits,
        @Default("0.05") double distance,
        @Default("0.01") double accuracy) {
    /** Checks that all are above 0. */
    public WorthTelling {
        Require.that(
                bits > 0 && distance > 0 && accuracy > 0,
                "differences worth telling must be above 0, but are %s bits, %s of a distance and an accuracy of %s",
                bits,
                distance,
                accuracy);
    }

    /** The smallest difference from a figure that would matter; 0 where it is a share of nothing. */
    double from(EvaluationFigure figure) {
        return switch (figure.metric().kind()) {
            case CODE_LENGTH, DRAWN_CODE_LENGTH -> bits;
            case FRECHET_DISTANCE -> distance * Math.max(0, figure.value().point());
            case CAPTION, TWO_SAMPLE -> accuracy;
            case DESCRIPTION, PREDICTION, DISTANCE, SCORE, SIGNAL_TO_NOISE, RECONSTRUCTION, HOLE, ATTRIBUTE ->
                throw new IllegalArgumentException("arms are not judged by "
                        + figure.metric().name() + "; ask for a figure that they are judged by");
        };
    }
}
