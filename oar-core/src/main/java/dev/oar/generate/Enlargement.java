package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.decode.GuidanceScale;
import dev.oar.decode.ResolutionExtrapolation;
import dev.oar.decode.SpatialGuidance;
import dev.oar.order.EnlargedGrid;
import dev.oar.order.TokenGrid;

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
