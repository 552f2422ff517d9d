package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.decode.GuidanceScale;
import dev.oar.decode.ResolutionExtrapolation;
import dev.oar.decode.SpatialGuidance;
import dev.oar.order.EnlargedGrid;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Drawing on a larger grid than the model was trained for ({@link ResolutionExtrapolation}), with the defaults of RandAR
 * (arXiv 2412.01827).
 *
 * @param factor how many times as high and wide the grid is, at least 2
 * @param spatialGuidanceScale guidance by the tokens of the model's own grid, which are drawn first; 1 = off
 * @param maskedShare fraction of those tokens that guidance by them hides, 0 to 1
 * @param ropeBoundary how many rotary frequencies of each axis are not stretched
 */
public record Enlargement(
        @Default("2") int factor,
        @Default("1") double spatialGuidanceScale,
        @Default("0.5") double maskedShare,
        @Default("2") int ropeBoundary) {
    private static final Pattern SIDES = Pattern.compile("(\\d{1,4})x(\\d{1,4})");

    /** Checks the numbers. */
    public Enlargement {
        Require.that(
                factor >= 2 && ropeBoundary >= 0,
                "a larger grid is at least twice as high and wide and its rope-boundary at least 0, but factor is %s"
                        + " and rope-boundary %s; RandAR uses 2 and 2",
                factor,
                ropeBoundary);
        var unused = new SpatialGuidance(
                new GuidanceScale.Linear(1, 1),
                new GuidanceScale.Linear(spatialGuidanceScale, spatialGuidanceScale),
                maskedShare);
    }

    /** RandAR's, without guidance by the tokens that are drawn first. */
    public static Enlargement by(int factor) {
        return new Enlargement(factor, 1, 0.5, 2);
    }

    /**
     * How many times as high and wide a grid is.
     *
     * @param key what users call it, such as {@code --grid}
     * @param own the model's grid
     * @param grid height and width of the larger one, such as {@code 32x32}
     * @throws IllegalArgumentException in one sentence, if it is no whole number of times as large, at least twice
     */
    public static int factor(String key, TokenGrid own, String grid) {
        Matcher sides = SIDES.matcher(grid);
        if (sides.matches()) {
            int height = Integer.parseInt(sides.group(1));
            int factor = height / own.height();
            if (factor >= 2
                    && height == factor * own.height()
                    && Integer.parseInt(sides.group(2)) == factor * own.width()) {
                return factor;
            }
        }
        throw new IllegalArgumentException(key + " must be a whole number of times as high and wide as the model's "
                + own.height() + "x" + own.width() + ", at least twice, but is " + grid + "; choose for example "
                + 2 * own.height() + "x" + 2 * own.width());
    }

    /**
     * Checks that a model can draw on the larger grid.
     *
     * @throws IllegalArgumentException if the model or its tokenizer know their own grid alone
     */
    public void require(DrawingModel model) {
        try (TensorScope ignored = TensorScope.open();
                EnlargedDrawing drawing = new EnlargedDrawing(model, this)) {
            var unused = drawing;
        }
    }

    /** The grid that is drawn on. */
    public TokenGrid grid(TokenGrid own) {
        return new EnlargedGrid(own, factor).enlarged();
    }

    /** The decoder's guidance. */
    SpatialGuidance guidance(GuidanceSettings settings) {
        return new SpatialGuidance(
                settings.classifierFree().scale(),
                new GuidanceScale.Linear(spatialGuidanceScale, spatialGuidanceScale),
                maskedShare);
    }
}
