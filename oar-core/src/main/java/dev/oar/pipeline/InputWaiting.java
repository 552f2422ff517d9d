package dev.oar.pipeline;

import dev.oar.data.PreparationTimes;
import dev.oar.train.MetricsFile;
import dev.oar.train.StepReport;
import dev.oar.train.TrainingInput;
import dev.oar.train.TrainingListener;
import dev.oar.train.TrainingView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** How long a training waits for its images, and what for. */
final class InputWaiting implements TrainingListener {
    /** A training that waits no more than this share of its time is as good as one that never waits. */
    private static final double NEGLIGIBLE = 0.05;

    private TrainingInput.Times times = new TrainingInput.Times(0, Map.of());

    @Override
    public void onStep(StepReport report, TrainingView view) {
        report.input().ifPresent(input -> times = times.plus(input));
    }

    /**
     * What is to be told at the end of a training: the share of its time, all attempts together, that it waited; and if that is more than
     * 5 %, what the threads that it waited for have worked on.
     *
     * @param metrics the metrics of the training
     * @return empty if it waits for nothing
     */
    Optional<String> note(Path metrics) throws IOException {
        OptionalDouble share = share(metrics);
        if (share.isEmpty()) {
            return Optional.empty();
        }
        String sentence = "training " + text(share.getAsDouble());
        return Optional.of(share.getAsDouble() < NEGLIGIBLE ? sentence : sentence + ", " + reason());
    }

    /** The share for people; empty if the training waits for nothing. */
    static Optional<String> text(Path metrics) throws IOException {
        OptionalDouble share = share(metrics);
        return share.isEmpty() ? Optional.empty() : Optional.of(text(share.getAsDouble()));
    }

    private static String text(double share) {
        return String.format(Locale.ROOT, "waited %.1f %% of its time for images", 100 * share);
    }

    private static OptionalDouble share(Path metrics) throws IOException {
        return Files.isRegularFile(metrics)
                ? MetricsFile.waitingShare(MetricsFile.read(metrics))
                : OptionalDouble.empty();
    }

    private String reason() {
        Map<String, Double> work = new LinkedHashMap<>(times.work());
        work.values().removeIf(seconds -> seconds <= 0);
        double all = work.values().stream().mapToDouble(Double::doubleValue).sum();
        String parts = work.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(part -> String.format(Locale.ROOT, "%s %.0f %%", part.getKey(), 100 * part.getValue() / all))
                .collect(Collectors.joining(", "));
        if (!work.containsKey(PreparationTimes.Part.DECODING.label())) {
            return "which lie in memory" + (parts.isEmpty() ? "" : " (" + parts + ")")
                    + "; other work keeps the CPU busy, and more CPU cores help";
        }
        return "which took the background threads " + parts
                + "; smaller image files, more CPU cores, or a larger Java heap"
                + " (OAR_JAVA_OPTS=-Xmx...), in which decoded images are kept, help";
    }
}
