package dev.oar.benchmark;

import dev.oar.config.Require;
import dev.oar.decode.DecodingListener;
import dev.oar.order.DecodingSchedule;
import dev.oar.tensor.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Which steps of a long decoding are timed: some one after the other in the middle of each of several equal parts. Each stands for all
 * steps of its part. What is timed is the decoder itself, shortened: of the steps between, it fills all cells at once but those of the
 * last, so that timed steps find its state as they would in the whole decoding.
 *
 * @param parts into how many parts the decoding is cut
 * @param repetitions how many steps of each part are timed
 */
public record SampledSteps(int parts, int repetitions) {
    /**
     * One step of the shortened decoding.
     *
     * @param first the step of the whole decoding that it begins with
     * @param count how many it takes at once; a timed one is one of them
     * @param standsFor how many steps of the whole decoding it is timed for; 0 = it is not timed
     * @param repetition in which repetition it is timed
     */
    record Step(int first, int count, int standsFor, int repetition) {
        boolean isTimed() {
            return standsFor > 0;
        }
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
     * The steps of the shortened decoding.
     *
     * @param steps how many steps the whole decoding has, at least as many as are timed
     */
    List<Step> of(int steps) {
        Require.that(
                steps >= parts * repetitions,
                "a decoding of %s steps is too short to time %s of them in each of %s parts; time it as a whole",
                steps,
                repetitions,
                parts);
        List<Step> shortened = new ArrayList<>();
        int done = 0;
        for (int part = 0; part < parts; part++) {
            int begin = steps * part / parts;
            int end = steps * (part + 1) / parts;
            int first = begin + (end - begin - repetitions) / 2;
            if (first - 1 > done) {
                shortened.add(new Step(done, first - 1 - done, 0, 0));
            }
            if (first > done) {
                shortened.add(new Step(first - 1, 1, 0, 0));
            }
            for (int i = 0; i < repetitions; i++) {
                shortened.add(new Step(first + i, 1, end - begin, i));
            }
            done = first + repetitions;
        }
        if (steps > done) {
            shortened.add(new Step(done, steps - done, 0, 0));
        }
        return shortened;
    }

    /** The schedule of the shortened decoding. */
    DecodingSchedule of(DecodingSchedule whole) {
        int[] sizes = whole.cellsPerStep();
        return new DecodingSchedule(of(sizes.length).stream()
                .mapToInt(step -> Arrays.stream(sizes, step.first(), step.first() + step.count())
                        .sum())
                .toArray());
    }

    /**
     * The seconds of all steps, estimated once per repetition.
     *
     * @param steps how many steps the whole decoding has
     * @param decoding runs the shortened decoding with this listener, which ends it behind the last timed step
     */
    double[] seconds(int steps, Consumer<DecodingListener> decoding) {
        return seconds(steps, decoding, repetition -> {});
    }

    /**
     * As the shorter form.
     *
     * @param between called behind each timed step with its repetition; its own time does not count
     */
    double[] seconds(int steps, Consumer<DecodingListener> decoding, IntConsumer between) {
        Clock clock = new Clock(of(steps), repetitions, between);
        try {
            decoding.accept(clock);
        } catch (CancellationException e) {
            if (!clock.isDone()) {
                throw e;
            }
        }
        return clock.seconds;
    }

    /** How a row says that it is an estimate. */
    String note(int steps) {
        return "estimated from " + parts * repetitions + " of " + steps + " steps, " + repetitions
                + " in the middle of each of " + parts + " equal parts";
    }

    /** Times steps, and ends the decoding when all are timed. */
    private static final class Clock implements DecodingListener {
        private final List<Step> steps;
        private final IntConsumer between;
        private final double[] seconds;
        private int done;
        private long began = System.nanoTime();

        Clock(List<Step> steps, int repetitions, IntConsumer between) {
            this.steps = steps;
            this.between = between;
            this.seconds = new double[repetitions];
        }

        @Override
        public void stepped(Progress progress) {
            Device.inForce().synchronize();
            double spent = (System.nanoTime() - began) * 1e-9;
            Step step = steps.get(done++);
            if (step.isTimed()) {
                seconds[step.repetition()] += spent * step.standsFor();
                between.accept(step.repetition());
            }
            if (isDone()) {
                throw new CancellationException("all sampled steps are timed");
            }
            began = System.nanoTime();
        }

        boolean isDone() {
            return steps.stream().skip(done).noneMatch(Step::isTimed);
        }
    }
}
