package dev.oar.cli;

import dev.oar.pipeline.PipelineListener;
import dev.oar.pipeline.StageName;
import dev.oar.pipeline.StageProgress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows a run: a line when a stage begins and ends, progress in between. */
final class RunProgress implements PipelineListener, AutoCloseable {
    private final Terminal terminal;
    private final Interruption interruption;
    private final Map<StageName, Duration> durations = new EnumMap<>(StageName.class);
    private @Nullable ProgressView view;

    RunProgress(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    @Override
    public void stageStarted(StageName stage, int number, int of) {
        interruption.check();
        terminal.out().println("[" + number + "/" + of + "] " + stage.label());
        view = ProgressView.of(terminal);
    }

    @Override
    public void progress(StageName stage, StageProgress progress) {
        interruption.check();
        if (view != null) {
            view.show(progress.activity(), progress.done(), progress.total(), detail(progress));
        }
    }

    @Override
    public void stageFinished(StageName stage, Duration duration, boolean skipped) {
        close();
        terminal.out().println(skipped ? "  done before" : "  done in " + ProgressLineView.duration(duration));
        if (!skipped) {
            durations.put(stage, duration);
        }
    }

    @Override
    public void note(String line) {
        if (view == null) {
            terminal.out().println(line);
        } else {
            view.note("  " + line);
        }
    }

    @Override
    public void close() {
        if (view != null) {
            view.close();
            view = null;
        }
    }

    /** What took how long, in one line; empty if everything had been done before. */
    String times() {
        return durations.entrySet().stream()
                .map(entry -> entry.getKey().label() + " " + ProgressLineView.duration(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String detail(StageProgress progress) {
        return Stream.of(
                        text("loss %.4g", progress.loss()),
                        text("held-out %.3f bits/token", progress.heldOutBits()),
                        text(
                                progress.imagesPerSecond() < 10 ? "%.2g images/s" : "%.0f images/s",
                                progress.imagesPerSecond()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String text(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }
}
