package dev.oar.cli;

import dev.oar.measure.MeasurementListener;

/** Shows how far work has come. */
interface ProgressView extends AutoCloseable {
    /** A bar for a person, a line now and then for a log. */
    static ProgressView of(Terminal terminal) {
        return terminal.interactive() ? new ProgressBarView(terminal) : new ProgressLineView(terminal.out());
    }

    /** Shows a measurement, which ends at its next report where the process is to end. */
    default MeasurementListener heard(Interruption interruption) {
        return (activity, done, total) -> {
            interruption.check();
            show(activity, done, total, "");
        };
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

    /** Prints a line beside the progress. */
    void note(String line);

    /** The work is over. */
    @Override
    void close();
}
