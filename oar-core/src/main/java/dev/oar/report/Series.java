package dev.oar.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A named line of a plot.
 *
 * @param name what the line shows
 * @param x ascending numbers, such as steps
 * @param y one number per x; what is not finite is a gap
 */
public record Series(String name, double[] x, double[] y) {
    /** From so many points on a line is drawn faintly, under its moving average. */
    static final int NOISY = 120;

    /** Checks the lengths. */
    public Series {
        if (x.length != y.length) {
            throw new IllegalArgumentException("a line of a plot needs as many x as y, but \"" + name + "\" has "
                    + x.length + " and " + y.length + "; give equal numbers");
        }
        x = x.clone();
        y = y.clone();
    }

    /** The moving average over 1/15 of the points, centred; gaps are left out of it. */
    Series trend() {
        int half = Math.max(1, x.length / 30);
        double[] sums = new double[x.length + 1];
        int[] counts = new int[x.length + 1];
        for (int index = 0; index < x.length; index++) {
            boolean finite = Double.isFinite(y[index]);
            sums[index + 1] = sums[index] + (finite ? y[index] : 0);
            counts[index + 1] = counts[index] + (finite ? 1 : 0);
        }
        double[] means = new double[x.length];
        for (int index = 0; index < x.length; index++) {
            // A full window at the start would flatten the steep fall there; at the end the line is level, but noisy.
            int from = index - Math.min(half, index);
            int to = Math.min(x.length, index + Math.min(half, index) + 1);
            means[index] = (sums[to] - sums[from]) / (counts[to] - counts[from]);
        }
        return new Series(name, x, means);
    }

    /** The same line with at most about that many points: the lowest and the highest of each stretch stay. */
    Series thinned(int points) {
        if (x.length <= points) {
            return this;
        }
        int stretches = points / 2;
        List<Integer> kept = new ArrayList<>();
        for (int stretch = 0; stretch < stretches; stretch++) {
            int from = (int) ((long) stretch * x.length / stretches);
            int to = (int) ((long) (stretch + 1) * x.length / stretches);
            int lowest = from;
            int highest = from;
            for (int index = from; index < to; index++) {
                lowest = y[index] < y[lowest] || Double.isNaN(y[lowest]) ? index : lowest;
                highest = y[index] > y[highest] || Double.isNaN(y[highest]) ? index : highest;
            }
            kept.add(Math.min(lowest, highest));
            if (lowest != highest) {
                kept.add(Math.max(lowest, highest));
            }
        }
        return new Series(
                name,
                kept.stream().mapToDouble(index -> x[index]).toArray(),
                kept.stream().mapToDouble(index -> y[index]).toArray());
    }
}
