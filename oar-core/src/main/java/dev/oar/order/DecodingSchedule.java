package dev.oar.order;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * How many cells are filled at each step of one decoding.
 *
 * @param cellsPerStep positive numbers
 */
public record DecodingSchedule(int[] cellsPerStep) {
    /** Checks and copies the numbers. */
    public DecodingSchedule {
        cellsPerStep = cellsPerStep.clone();
        for (int cells : cellsPerStep) {
            if (cells < 1) {
                throw new IllegalArgumentException(
                        "every step must fill at least one cell, but the schedule is " + Arrays.toString(cellsPerStep));
            }
        }
    }

    /** One cell per step. */
    public static DecodingSchedule sequential(int cells) {
        return uniform(cells, 1);
    }

    /** {@code perStep} cells per step, the last step taking what is left. */
    public static DecodingSchedule uniform(int cells, int perStep) {
        if (perStep < 1) {
            throw new IllegalArgumentException("cells per step must be at least 1, but is " + perStep);
        }
        int[] schedule = new int[(cells + perStep - 1) / perStep];
        Arrays.fill(schedule, perStep);
        if (cells % perStep != 0) {
            schedule[schedule.length - 1] = cells % perStep;
        }
        return new DecodingSchedule(schedule);
    }

    /**
     * RandAR's cosine schedule (arXiv 2412.01827, public code): one cell first, then few, then more. Before step s >= 1 the target is
     * {@code min(cells, int((1 - cos(pi/2 * (s+1)/steps)) * cells + 1))}; at least one cell is filled at every step, so that
     * fewer steps than asked for may be needed.
     *
     * @param cells how many cells are to be filled, at least 0
     * @param steps the number of steps aimed at, at least 1
     */
    public static DecodingSchedule cosine(int cells, int steps) {
        return cosineBehind(0, cells, steps);
    }

    /**
     * RandAR's cosine schedule behind cells that hold a token already. It aims at the same targets as if the schedule had to fill all
     * cells, so that it fills one cell a step for long; fewer steps than asked for may be needed.
     *
     * @param filled how many cells hold a token, at most {@code cells}
     * @param cells how many cells there are, those included
     * @param steps the number of steps aimed at, at least 1
     * @return a schedule of the {@code cells - filled} others
     */
    public static DecodingSchedule cosineBehind(int filled, int cells, int steps) {
        requireSteps(steps);
        if (filled < 0 || filled > cells) {
            throw new IllegalArgumentException(
                    "between 0 and all " + cells + " cells can be filled already, but " + filled + " are said to be");
        }
        int[] schedule = new int[cells - filled];
        int decoded = filled;
        int step = 0;
        while (decoded < cells) {
            int next = 1;
            if (step > 0) {
                double share = 1 - Math.cos(Math.PI / 2 * (step + 1) / steps);
                int target = Math.min(cells, (int) (share * cells + 1));
                next = Math.max(1, Math.min(target - decoded, cells - decoded));
            }
            schedule[step++] = next;
            decoded += next;
        }
        return new DecodingSchedule(Arrays.copyOf(schedule, step));
    }

    /**
     * MaskGIT's cosine schedule as ARPG (arXiv 2503.10568, public code) has it: few cells at first, more and more towards the end. After
     * step s, counted from 0, about {@code cells * cos(pi/2 * (s+1)/steps)} are left.
     *
     * @param cells how many cells are to be filled, at least 0
     * @param steps the number of steps aimed at, at least 1; with at least as many steps as cells, every step fills one
     */
    public static DecodingSchedule maskedCosine(int cells, int steps) {
        return masked(cells, steps, share -> Math.cos(Math.PI / 2 * share));
    }

    /**
     * ARPG's arccosine schedule (arXiv 2503.10568, public code): nearly even, with the most cells at the end. After step s, counted
     * from 0, about {@code cells * arccos((s+1)/steps) / (pi/2)} are left.
     *
     * @param cells how many cells are to be filled, at least 0
     * @param steps the number of steps aimed at, at least 1; with at least as many steps as cells, every step fills one
     */
    public static DecodingSchedule maskedArccosine(int cells, int steps) {
        return masked(cells, steps, share -> Math.acos(share) / (Math.PI / 2));
    }

    /** Rounds the share left after each step down, but every step fills a cell and leaves one for the last, which takes the rest. */
    private static DecodingSchedule masked(int cells, int steps, DoubleUnaryOperator shareLeft) {
        requireSteps(steps);
        int[] schedule = new int[Math.min(cells, steps)];
        int left = cells;
        for (int step = 0; step < schedule.length; step++) {
            int next = left;
            if (step < steps - 1) {
                int target = (int) (cells * shareLeft.applyAsDouble((double) (step + 1) / steps));
                next = Math.max(1, left - Math.max(1, Math.min(target, left - 1)));
            }
            schedule[step] = next;
            left -= next;
        }
        return new DecodingSchedule(schedule);
    }

    private static void requireSteps(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException(
                    "a decoding schedule needs at least 1 step, but " + steps + " were asked for");
        }
    }

    /** The number of steps. */
    public int steps() {
        return cellsPerStep.length;
    }

    /** The number of cells filled in all. */
    public int cells() {
        return Arrays.stream(cellsPerStep).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DecodingSchedule schedule && Arrays.equals(cellsPerStep, schedule.cellsPerStep);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cellsPerStep);
    }

    @Override
    public String toString() {
        return "DecodingSchedule" + Arrays.toString(cellsPerStep);
    }
}
