package dev.oar.decode;

/**
 * How strong classifier-free guidance is while an image is filled, a function of the step; a scale of 1 is the conditional distribution.
 */
@FunctionalInterface
public interface GuidanceScale {
    /**
     * The scale of a step.
     *
     * @param filled how many cells hold a token; known cells count as filled
     * @param next how many cells the step fills
     * @param cells how many cells hold a token in the end; absent ones do not count
     */
    double at(int filled, int next, int cells);

    /** Whether the scale ever differs from 1, so that unconditional rows are needed. */
    default boolean active() {
        return activeFrom(0);
    }

    /**
     * Whether the scale may differ from 1 in any step from here on; as soon as it does not, unconditional rows are dropped.
     *
     * @param filled how many cells hold a token
     */
    default boolean activeFrom(int filled) {
        return true;
    }

    /**
     * Linear in the fraction of filled cells, as RandAR (arXiv 2412.01827) has it.
     *
     * @param first scale while no cell is filled
     * @param last scale that would hold once all cells are filled; equal to {@code first} for a constant scale
     */
    record Linear(double first, double last) implements GuidanceScale {
        /** Checks the scales. */
        public Linear {
            requireScale(first);
            requireScale(last);
        }

        @Override
        public double at(int filled, int next, int cells) {
            return first + (last - first) * filled / cells;
        }

        @Override
        public boolean activeFrom(int filled) {
            return first != 1 || last != 1;
        }
    }

    /**
     * From 1 to the full scale, linear in the fraction of cells that are filled when the step is done, as ARPG (arXiv 2503.10568) has it.
     *
     * @param last scale of the last step
     */
    record LinearAhead(double last) implements GuidanceScale {
        /** Checks the scale. */
        public LinearAhead {
            requireScale(last);
        }

        @Override
        public double at(int filled, int next, int cells) {
            return 1 + (last - 1) * (filled + next) / cells;
        }

        @Override
        public boolean activeFrom(int filled) {
            return last != 1;
        }
    }

    /**
     * From 1 to the full scale: {@code 1 + (last - 1) * (1 - cos(pi * share^power)) / 2}, the share being that of filled cells, as
     * RAR (arXiv 2411.00776) has it.
     *
     * @param last scale that would hold once all cells are filled
     * @param power at least 0; the larger, the later the scale grows; 0 is the full scale at every step
     */
    record PowerCosine(double last, double power) implements GuidanceScale {
        /** Checks scale and power. */
        public PowerCosine {
            requireScale(last);
            if (!(power >= 0 && power <= 100)) {
                throw new IllegalArgumentException(
                        "the power of a guidance schedule must lie in 0 .. 100, but is " + power + "; RAR uses 1 to 3");
            }
        }

        @Override
        public double at(int filled, int next, int cells) {
            double share = Math.pow((double) filled / cells, power);
            return 1 + (last - 1) * (1 - Math.cos(Math.PI * share)) / 2;
        }

        @Override
        public boolean activeFrom(int filled) {
            return last != 1;
        }
    }

    /**
     * The same scale for the first cells, none for the rest, as LlamaGen (arXiv 2406.06525) has it.
     *
     * @param scale scale of the first cells
     * @param guidedCells a step is guided while fewer cells than this are filled
     */
    record FirstCells(double scale, int guidedCells) implements GuidanceScale {
        /** Checks scale and number. */
        public FirstCells {
            requireScale(scale);
            if (guidedCells < 0) {
                throw new IllegalArgumentException(
                        "the number of guided cells must be at least 0, but is " + guidedCells);
            }
        }

        @Override
        public double at(int filled, int next, int cells) {
            return filled < guidedCells ? scale : 1;
        }

        @Override
        public boolean activeFrom(int filled) {
            return scale != 1 && filled < guidedCells;
        }
    }

    private static void requireScale(double scale) {
        if (!(scale >= 0 && scale <= 1e3)) {
            throw new IllegalArgumentException(
                    "a guidance scale must lie in 0 .. 1000 (1 = off), but is " + scale + "; usual are 1 to 4");
        }
    }
}
