package dev.oar.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Progress as a line every ten seconds and one at the end of each activity, for logs. */
final class ProgressLineView implements ProgressView {
    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private final PrintWriter out;
    private final LongSupplier clock;
    private String activity = "";
    private long began;
    private long doneAtBegin;
    private long printed;

    ProgressLineView(PrintWriter out) {
        this(out, System::nanoTime);
    }

    ProgressLineView(PrintWriter out, LongSupplier clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void show(String newActivity, long done, long total, String detail) {
        long now = clock.getAsLong();
        if (!newActivity.equals(activity)) {
            activity = newActivity;
            began = now;
            doneAtBegin = done;
            printed = now;
        }
        if (done < total && now - printed < INTERVAL) {
            return;
        }
        printed = now;
        out.println("  " + activity + " " + done + "/" + total + (detail.isEmpty() ? "" : ", " + detail)
                + timeLeft(done, total, now - began));
        if (done >= total) {
            activity = "";
        }
    }

    @Override
    public void note(String line) {
        out.println(line);
    }

    @Override
    public void close() {}

    private String timeLeft(long done, long total, long elapsed) {
        if (done >= total || done <= doneAtBegin) {
            return "";
        }
        double seconds = elapsed * 1e-9 / (done - doneAtBegin) * (total - done);
        return ", " + duration(Duration.ofMillis((long) (seconds * 1e3))) + " left";
    }

    /** A duration for people: {@code 4.2 s}, {@code 3 min 05 s}, {@code 1 h 12 min}. */
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() * 1e-3);
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
    }
}
