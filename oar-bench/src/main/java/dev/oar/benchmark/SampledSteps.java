package dev.oar.benchmark;

import dev.oar.config.Require;
import dev.oar.tensor.Device;

/**
 * Which steps of a long decoding are timed: some one after the other in the middle of each of several equal parts. Each stands for all
 * steps of its part.
 *
 * @param parts into how many parts the decoding is cut
 * @param repetitions how many steps of each part are timed
 */
public record SampledSteps(int parts, int repetitions) {
    /** Walks through a decoding. */
    interface Walk {
        /** Fills the cells of steps {@code from .. to - 1} as quickly as may be, and leaves the state as the last of them would. */
        void skip(int from, int to);

        /** Does one step as the decoding does it. */
        void step(int number);
    }

    /** Checks the numbers. */
    public SampledSteps {
        Require.that(
                parts >= 1 && repetitions >= 1,
                "sampling needs at least 1 part and 1 repetition, but was given %s and %s",
                parts,
                repetitions);
    }

    /**
     * The seconds of all steps, estimated once per repetition.
     *
     * @param steps how many steps the decoding has, at least as many as are timed
     */
    double[] seconds(int steps, Walk walk) {
        Require.that(
                steps >= parts * repetitions,
                "a decoding of %s steps is too short to time %s of them in each of %s parts; time it as a whole",
                steps,
                repetitions,
                parts);
        double[] seconds = new double[repetitions];
        int done = 0;
        for (int part = 0; part < parts; part++) {
            int begin = steps * part / parts;
            int end = steps * (part + 1) / parts;
            int first = begin + (end - begin - repetitions) / 2;
            if (first > done) {
                walk.skip(done, first);
            }
            Device.inForce().synchronize();
            for (int i = 0; i < repetitions; i++) {
                long began = System.nanoTime();
                walk.step(first + i);
                Device.inForce().synchronize();
                seconds[i] += (System.nanoTime() - began) * 1e-9 * (end - begin);
            }
            done = first + repetitions;
        }
        return seconds;
    }

    /** How a row says that it is an estimate. */
    String note(int steps) {
        return "estimated from " + parts * repetitions + " of " + steps + " steps, " + repetitions
                + " in the middle of each of " + parts + " equal parts";
    }
}
