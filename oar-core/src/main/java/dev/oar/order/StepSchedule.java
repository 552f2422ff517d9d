package dev.oar.order;

/** The published ways to spread cells over steps, by the names that recipes and commands know. */
public enum StepSchedule {
    /** RandAR's, see {@link DecodingSchedule#cosine}. */
    COSINE {
        @Override
        DecodingSchedule inSteps(int cells, int steps) {
            return DecodingSchedule.cosine(cells, steps);
        }
    },
    /** MaskGIT's as ARPG has it, see {@link DecodingSchedule#maskedCosine}. */
    MASKED_COSINE {
        @Override
        DecodingSchedule inSteps(int cells, int steps) {
            return DecodingSchedule.maskedCosine(cells, steps);
        }
    },
    /** ARPG's, see {@link DecodingSchedule#maskedArccosine}. */
    MASKED_ARCCOSINE {
        @Override
        DecodingSchedule inSteps(int cells, int steps) {
            return DecodingSchedule.maskedArccosine(cells, steps);
        }
    };

    abstract DecodingSchedule inSteps(int cells, int steps);

    /**
     * The schedule of a number of cells.
     *
     * @param cells how many cells are to be filled, at least 0
     * @param steps the number of steps aimed at; 0 = one cell a step
     */
    public DecodingSchedule of(int cells, int steps) {
        return steps == 0 ? DecodingSchedule.sequential(cells) : inSteps(cells, steps);
    }
}
