package dev.oar.job;

import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes partial images for those who watch. What a request asks for by step is made as long as its client alone waits for the batch. Beside
 * that, partial images may take a small share of the time, so that who watches does not slow down drawing for others: those that were asked
 * for by step first, then one of them a step at most, of the image that has been shown least often. Not for several threads at a time.
 */
final class Previews {
    private static final double SHARE = 0.04;

    /** What is saved up while nothing is drawn or watched: enough for a lone image of a small model to be seen growing. */
    private static final long MOST_NANOSECONDS = 100_000_000;

    private static final Comparator<Drawn> SHOWN_LEAST =
            Comparator.comparingInt(drawn -> drawn.job().previews(drawn.image()));

    private final LongSupplier clock;
    private double left = MOST_NANOSECONDS;
    private long earnedAt;

    /** By the clock of the machine. */
    Previews() {
        this(System::nanoTime);
    }

    /**
     * As the shorter form.
     *
     * @param clock tells nanoseconds
     */
    Previews(LongSupplier clock) {
        this.clock = clock;
        this.earnedAt = clock.getAsLong();
    }

    /**
     * An image that is being drawn.
     *
     * @param image which of the job's images
     * @param png draws it as it stands
     */
    record Drawn(Job job, int image, Supplier<byte[]> png) {
        private void show(int step) {
            job.previewed(image, step, png.get());
        }
    }

    /**
     * Makes those that are due after a step.
     *
     * @param step its number, from 0
     * @param images those of the batch, none of which is done yet
     */
    void after(int step, List<Drawn> images) {
        List<Drawn> due = images.stream()
                .filter(drawn -> drawn.job().previewDue(drawn.image(), step))
                .sorted(SHOWN_LEAST)
                .toList();
        earn();
        boolean shared = shared(images);
        for (Drawn drawn : due) {
            if (shared) {
                spend(drawn, step);
            } else {
                drawn.show(step);
            }
        }
        images.stream()
                .filter(drawn -> drawn.job().mayPreview(drawn.image()))
                .min(SHOWN_LEAST)
                .ifPresent(drawn -> spend(drawn, step));
    }

    /** Whether several clients wait for a batch. */
    private static boolean shared(List<Drawn> images) {
        return images.stream()
                        .map(Drawn::job)
                        .filter(job -> !job.state().ended())
                        .map(Job::client)
                        .distinct()
                        .count()
                > 1;
    }

    private void earn() {
        long now = clock.getAsLong();
        left = Math.min(MOST_NANOSECONDS, left + SHARE * (now - earnedAt));
        earnedAt = now;
    }

    private void spend(Drawn drawn, int step) {
        if (left > 0) {
            long began = clock.getAsLong();
            drawn.show(step);
            left -= clock.getAsLong() - began;
        }
    }
}
