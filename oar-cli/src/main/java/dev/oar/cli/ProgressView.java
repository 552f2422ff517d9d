package dev.oar.cli;

import dev.oar.measure.MeasurementListener;
import java.time.Duration;
import java.util.Locale;

/** Shows how far work has come. */
interface ProgressView extends AutoCloseable {
    /** A bar for a person, a line now and then for a log. */
    static ProgressView of(Terminal terminal) {
        return terminal.interactive() ? new ProgressBarView(terminal) : new ProgressLineView(terminal.out());
    }

    /**
     * Shows progress.
     *
     * @param activity what is being done; another one than before ends that
     * @param done how much is done
     * @param total how much there is
     * @param detail figures of the moment; may be empty
     */
    void show(String activity, long done, long total, String detail);

    /** A listener that shows a measurement's progress, says how long drawing took, and ends the work where an interruption asks for it. */
    default MeasurementListener heard(Interruption interruption) {
        return new MeasurementListener() {
            @Override
            public void progress(String activity, long done, long total) {
                interruption.check();
                show(activity, done, total, "");
            }

            @Override
            public void drawn(String model, String drawing, int images, Duration duration) {
                note(String.format(
                        Locale.ROOT,
                        "drew %d images of %s, %s, in %s, %.1f a second",
                        images,
                        model,
                        drawing,
                        ProgressLineView.duration(duration),
                        images / (duration.toNanos() / 1e9)));
            }
        };
    }

    /** Prints a line beside the progress. */
    void note(String line);

    /** The work is over. */
    @Override
    void close();
}
