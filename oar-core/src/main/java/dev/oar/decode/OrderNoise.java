package dev.oar.decode;

import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.config.Spelling;

/**
 * How strong the Gumbel noise on a dynamic order is; a scale of 0 is greedy. It is annealed while the cells to be drawn are filled, of
 * which known ones are none.
 */
public sealed interface OrderNoise {
    /** No noise: the most confident cell next. */
    OrderNoise NONE = new OfLogarithm(0);

    /** The scale at the first step; 0 = greedy. */
    double scale();

    /** What becomes of the scale while cells are filled. */
    Annealing annealing();

    /** What tells an order with this noise from one without in names of orders; empty if there is none. */
    default String told() {
        String annealed = annealing() == Annealing.LINEAR ? "" : Spelling.word(annealing()) + " ";
        String unit = this instanceof OfSpread ? " of the spread" : "";
        return scale() == 0 ? "" : ", " + annealed + "noise " + trimmed(scale()) + unit;
    }

    /** A number in names of orders. */
    static String trimmed(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** How the noise of a step hangs on the share of the cells to be drawn that is left. */
    enum Annealing {
        /** As strong at every step. */
        CONSTANT {
            @Override
            double share(double left) {
                return 1;
            }
        },
        /** Fades to 0 in proportion to the cells that are left, as MaskGIT's does with its steps. */
        LINEAR {
            @Override
            double share(double left) {
                return left;
            }
        },
        /** Fades to 0 as a quarter of a cosine over the share that is filled: strong for longer, and then gone faster. */
        COSINE {
            @Override
            double share(double left) {
                return Math.cos(Math.PI / 2 * (1 - left));
            }
        };

        /**
         * The share of the noise that a step has.
         *
         * @param left the share of the cells to be drawn that is left before the step, in (0, 1]
         */
        abstract double share(double left);
    }

    /**
     * Noise on the scale of the measure's logarithm itself. Equal scales disturb orders unequally under different measures, vocabularies
     * and grids.
     *
     * @param scale in nats
     * @param annealing what becomes of it
     */
    @Kind("logarithm")
    record OfLogarithm(double scale, Annealing annealing) implements OrderNoise {
        /** Checks the scale. */
        public OfLogarithm {
            requireScale(scale);
        }

        /** Noise that fades linearly. */
        public OfLogarithm(double scale) {
            this(scale, Annealing.LINEAR);
        }
    }

    /**
     * Noise in units of how far the candidates of a step lie apart: of the standard deviation of the logarithms of their confidences,
     * less the locality term where there is one. Where all candidates tie, noise alone decides.
     *
     * @param scale in standard deviations
     * @param annealing what becomes of it
     */
    @Kind("spread")
    record OfSpread(double scale, Annealing annealing) implements OrderNoise {
        /** Checks the scale. */
        public OfSpread {
            requireScale(scale);
        }

        /** Noise that fades linearly. */
        public OfSpread(double scale) {
            this(scale, Annealing.LINEAR);
        }
    }

    private static void requireScale(double scale) {
        Require.that(
                scale >= 0 && scale < 1e6,
                "the scale of order noise must lie in [0, 1000000), but is %s; 0 is greedy, 1 is usual",
                scale);
    }
}
