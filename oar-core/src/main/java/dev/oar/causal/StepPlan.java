package dev.oar.causal;

import dev.oar.order.DecodingSchedule;
import java.util.Arrays;

/**
 * In how many steps a picture is filled, and how its cells are spread over them.
 *
 * @param steps at least 1
 * @param late whether every step but the last fills one cell and the last one all the rest; otherwise all fill equally many
 */
record StepPlan(int steps, boolean late) {
    /** The number of cells of each step. */
    DecodingSchedule schedule(int cells) {
        if (!late) {
            return DecodingSchedule.uniform(cells, (cells + steps - 1) / steps);
        }
        int[] counts = new int[steps];
        Arrays.fill(counts, 1);
        counts[steps - 1] = cells - steps + 1;
        return new DecodingSchedule(counts);
    }

    /** The name in tables. */
    String words(int cells) {
        if (steps == cells) {
            return "one cell a step";
        }
        return steps + (late ? " steps, the rest in the last" : " steps of equally many cells");
    }
}
