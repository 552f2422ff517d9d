package dev.oar.cli;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress as one line on standard error that is drawn over and over: bar, fraction, time left, figures. */
final class ProgressBarView implements ProgressView {
    private static final int INTERVAL_MILLISECONDS = 250;

    private final Terminal terminal;
    private @Nullable ProgressBar bar;

    ProgressBarView(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void show(String activity, long done, long total, String detail) {
        ProgressBar current = bar;
        if (current == null || !current.getTaskName().equals(activity)) {
            close();
            current = open(activity, done, total);
            bar = current;
        }
        current.setExtraMessage(detail.isEmpty() ? "" : " " + detail);
        current.maxHint(total);
        current.stepTo(done);
    }

    @Override
    public void note(String line) {
        System.err.print("\r" + " ".repeat(terminal.columns() - 1) + "\r");
        terminal.out().println(line);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private ProgressBar open(String activity, long done, long total) {
        // A fixed width: asking the terminal would load another native library.
        return new ProgressBarBuilder()
                .setTaskName(activity)
                .setInitialMax(total)
                .startsFrom(done, Duration.ZERO)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(INTERVAL_MILLISECONDS)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, terminal.columns() - 1))
                .build();
    }
}
