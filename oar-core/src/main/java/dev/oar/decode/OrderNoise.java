package dev.oar.decode;

import dev.oar.config.Kind;
import dev.oar.config.Require;

/**
 * How strong the Gumbel noise on a dynamic order is; a scale of 0 is greedy. It fades linearly to 0 while the cells to be drawn are
 * filled, of which known ones are none.
 */
public sealed interface OrderNoise {
    /** No noise: the most confident cell next. */
    OrderNoise NONE = new OfLogarithm(0);

    /** The scale at the first step; 0 = greedy. */
    double scale();

    /**
     * Noise on the scale of the measure's logarithm itself. Equal scales disturb orders unequally under different measures, vocabularies
     * and grids.
     *
     * @param scale in nats
     */
    @Kind("logarithm")
    record OfLogarithm(double scale) implements OrderNoise {
        /** Checks the scale. */
        public OfLogarithm {
            requireScale(scale);
        }
    }

    /**
     * Noise in units of how far the candidates of a step lie apart: of the standard deviation of the logarithms of their confidences,
     * less the locality term where there is one. Where all candidates tie, noise alone decides.
     *
     * @param scale in standard deviations
     */
    @Kind("spread")
    record OfSpread(double scale) implements OrderNoise {
        /** Checks the scale. */
        public OfSpread {
            requireScale(scale);
        }
    }

    private static void requireScale(double scale) {
        Require.that(
                scale >= 0 && scale < 1e6,
                "the scale of order noise must lie in [0, 1000000), but is %s; 0 is greedy, 1 is usual",
                scale);
    }
}
