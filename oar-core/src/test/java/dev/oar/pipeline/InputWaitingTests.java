package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.train.StepReport;
import dev.oar.train.TrainingInput;
import dev.oar.train.TrainingView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class InputWaitingTests {
    private static final String LINE =
            "{\"step\":%d,\"loss\":1,\"learning-rate\":1,\"gradient-norm\":1,\"skipped\":0,\"seconds\":%s%s}\n";

    @TempDir
    Path folder;

    @Test
    void theShareIsOfAllTimeThatTheMetricsTellOf() throws IOException {
        Path metrics = metrics(line(1, 10, 4), line(10, 90, 0));
        assertThat(InputWaiting.text(metrics)).contains("waited 4.0 % of its time for images");
        assertThat(new InputWaiting().note(metrics)).contains("training waited 4.0 % of its time for images");
    }

    @Test
    void aTrainingThatWaitsSaysWhichPartIsSlow() throws IOException {
        Path metrics = metrics(line(1, 10, 2));
        assertThat(told(Map.of("reading and decoding", 6.0, "cropping", 3.0, "augmentation", 1.0), metrics))
                .contains("training waited 20.0 % of its time for images, which took the background threads reading and"
                        + " decoding 60 %, cropping 30 %, augmentation 10 %; smaller image files, more CPU cores, or a larger"
                        + " Java heap (OAR_JAVA_OPTS=-Xmx...), in which decoded images are kept, help");
        assertThat(told(Map.of("reading and decoding", 0.0, "augmentation", 0.1), metrics))
                .contains(
                        "training waited 20.0 % of its time for images, which lie in memory (augmentation 100 %); other"
                                + " work keeps the CPU busy, and more CPU cores help");
        assertThat(told(Map.of("reading and decoding", 0.0), metrics))
                .contains("training waited 20.0 % of its time for images, which lie in memory; other work keeps the CPU"
                        + " busy, and more CPU cores help");
    }

    @Test
    void aTrainingThatWaitsForNothingSaysNothing() throws IOException {
        Path metrics = metrics(LINE.formatted(1, "10", ""));
        assertThat(InputWaiting.text(metrics)).isEmpty();
        assertThat(InputWaiting.text(folder.resolve("none"))).isEmpty();
        assertThat(new InputWaiting().note(metrics)).isEmpty();
    }

    /** What is told after two steps whose input took half of this each. */
    private static Optional<String> told(Map<String, Double> work, Path metrics) throws IOException {
        Map<String, Double> half = new LinkedHashMap<>();
        work.forEach((part, seconds) -> half.put(part, seconds / 2));
        InputWaiting waiting = new InputWaiting();
        try (Weights none = TensorScope.compute(() -> Weights.owning(Map.of()))) {
            for (long step = 1; step <= 2; step++) {
                waiting.onStep(
                        new StepReport(
                                step,
                                2,
                                1,
                                1,
                                1,
                                0,
                                Map.of(),
                                Map.of(),
                                8,
                                5,
                                Optional.of(new TrainingInput.Times(1, half))),
                        new TrainingView(none, Optional.empty()));
            }
        }
        return waiting.note(metrics);
    }

    private static String line(long step, double seconds, double waiting) {
        return LINE.formatted(step, seconds, ",\"waiting\":" + waiting);
    }

    private Path metrics(String... lines) throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        Files.writeString(file, String.join("", lines));
        return file;
    }
}
