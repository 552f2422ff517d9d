package dev.oar.benchmark;

import dev.oar.config.Require;
import dev.oar.tensor.Device;
import java.io.IOException;
import java.util.Arrays;

/**
 * How often work is repeated.
 *
 * @param most repetitions at most, at least 1
 * @param seconds no further repetition begins after this time; work that alone takes longer is done once, without warming up
 */
public record Repetitions(int most, double seconds) {
    /** Work whose time is taken. */
    @FunctionalInterface
    public interface Work {
        /** Does it once. */
        void run() throws IOException;
    }

    /** Checks the numbers. */
    public Repetitions {
        Require.that(
                most >= 1 && seconds >= 0,
                "work is repeated at least once and for at least 0 seconds, but was to be %s times and for %s seconds",
                most,
                seconds);
    }

    /** The seconds that work takes; the first time warms up and does not count unless it is the only one. */
    public Spread time(Work work) throws IOException {
        double first = secondsOf(work);
        if (first >= seconds) {
            return Spread.of(first);
        }
        double[] times = new double[most];
        int count = 0;
        for (double spent = 0; count < most && spent < seconds; count++) {
            times[count] = secondsOf(work);
            spent += times[count];
        }
        return Spread.of(Arrays.copyOf(times, count));
    }

    /** The seconds of one run, until the device in force is done. */
    static double secondsOf(Work work) throws IOException {
        long began = System.nanoTime();
        work.run();
        Device.inForce().synchronize();
        return (System.nanoTime() - began) * 1e-9;
    }
}
