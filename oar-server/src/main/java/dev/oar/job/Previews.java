package dev.oar.job;

import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes partial images for those who watch. What a request asks for by step is made; beside that, partial images may take a small share of the
 * time, so that who watches does not slow down drawing: one of them a step at most, of the image that has been shown least often. Not for
 * several threads at a time.
 */
final class Previews {
    private static final double SHARE = 0.04;

    /** What is saved up while nothing is drawn or watched: enough for a lone image of a small model to be seen growing. */
    private static final long MOST_NANOSECONDS = 100_000_000;

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
        private void show() {
            job.previewed(image, png.get());
        }
    }

    /**
     * Makes those that are due after a step.
     *
     * @param step its number, from 0
     * @param images those that are not done yet
     */
    void after(int step, List<Drawn> images) {
        images.stream().filter(drawn -> drawn.job().mustPreview(step)).forEach(this::show);
        long now = clock.getAsLong();
        left = Math.min(MOST_NANOSECONDS, left + SHARE * (now - earnedAt));
        earnedAt = now;
        if (left > 0) {
            images.stream()
                    .filter(drawn -> drawn.job().mayPreview(drawn.image()))
                    .min(Comparator.comparingInt(drawn -> drawn.job().previews(drawn.image())))
                    .ifPresent(this::show);
        }
    }

    private void show(Drawn drawn) {
        long began = clock.getAsLong();
        drawn.show();
        left -= clock.getAsLong() - began;
    }
}
