package dev.oar.train;

import static dev.oar.train.TinyTrainings.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.image.RgbImage;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Weights;
import dev.oar.tensorboard.EventFile;
import dev.oar.tensorboard.EventFileReader;
import dev.oar.testing.NativeMemory;
import dev.oar.train.TinyTrainings.StopAt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class TensorBoardLogTests {
    @TempDir
    Path directory;

    @Test
    void afterAnyInterruptionsEventFilesShowWhatTheMetricsSayAndNoStepTwice() throws IOException {
        TrainingConfig config = config(12, 2, 0.9, Precision.FLOAT32, 3);
        for (long step : new long[] {2, 7, 9}) {
            assertThatThrownBy(() -> train(config, directory, step)).hasMessage("stopped at step " + step);
        }
        train(config, directory, 0);
        EventFileReader reader = EventFileReader.of(directory);
        assertThat(reader.records().stream()
                        .filter(EventFileReader.Event::isStart)
                        .map(EventFileReader.Event::step))
                .as("checkpoints are saved after steps 5 and 10")
                .containsExactly(1L, 1L, 6L, 6L);
        List<MetricsFile.Line> lines = MetricsFile.read(directory.resolve(TrainingLoop.METRICS));
        assertThat(lines).extracting(MetricsFile.Line::step).containsExactly(1L, 3L, 6L, 9L, 12L);
        for (String figure : List.of("loss", "learning-rate", "gradient-norm", "square-root")) {
            Map<Long, Float> expected = new TreeMap<>();
            lines.forEach(line -> expected.put(line.step(), (float) figure(line, figure)));
            assertThat(reader.shown("training/" + figure)).as(figure).isEqualTo(expected);
        }
        assertThat(reader.shown("held-out/bits")).isEqualTo(Map.of(6L, 2.5f, 12L, 2.5f));
        assertThat(reader.shown("speed/images-per-second").values()).hasSize(5).allMatch(speed -> speed > 0);
        assertThat(tags(reader, "settings")).as("told once").hasSize(1);
        assertThat(tags(reader, "picture")).as("where checkpoints are due").containsExactly(5L, 10L, 12L);
    }

    @Test
    void aTrainingIsTheSameWithAndWithoutEventFiles() throws IOException {
        TrainingConfig config = config(12, 2, 0.9, Precision.FLOAT32, 4);
        Path with = directory.resolve("with");
        Path without = directory.resolve("without");
        String watched = train(config, with, 0);
        try (TinyTask task = new TinyTask(config, 0.3);
                TrainingResult result = TrainingLoop.run(config, new Shown(task), without, List.of())) {
            assertThat(Fingerprint.of(result.weights())).isEqualTo(watched);
        }
        assertThat(EventFile.in(without)).isEmpty();
    }

    @Test
    void aTrainingThatHasEndedBeginsNoFile() throws IOException {
        TrainingConfig config = config(6, 1, 0, Precision.FLOAT32, 5);
        train(config, directory, 0);
        List<Path> files = EventFile.in(directory);
        train(config, directory, 0);
        assertThat(EventFile.in(directory)).isEqualTo(files).hasSize(1);
    }

    @Test
    void aFileThatCannotBeWrittenEndsTheTrainingInOneSentenceAndItGoesOnWhenThatIsMended() throws IOException {
        TrainingConfig config = config(12, 1, 0, Precision.FLOAT32, 6);
        TrainingListener thief = new TrainingListener() {
            @Override
            public void onStep(StepReport report, TrainingView view) throws IOException {
                if (report.step() == 8) {
                    Files.delete(EventFile.in(directory).get(0));
                }
            }
        };
        assertThatThrownBy(() -> train(config, directory, thief))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("event files for TensorBoard are written as training goes on, but ")
                .hasMessageEndingWith("or run again without --tensorboard");
        train(config, directory, 0);
        assertThat(EventFileReader.of(directory).shown("training/loss")).containsOnlyKeys(6L, 9L, 12L);
    }

    private static List<Long> tags(EventFileReader reader, String tag) {
        List<Long> steps = new ArrayList<>();
        reader.records().stream()
                .filter(record -> record.tags().contains(tag))
                .forEach(record -> steps.add(record.step()));
        return steps;
    }

    private static double figure(MetricsFile.Line line, String name) {
        return switch (name) {
            case "loss" -> line.loss();
            case "learning-rate" -> line.learningRate();
            case "gradient-norm" -> line.gradientNorm();
            default -> line.metrics().getOrDefault(name, Double.NaN);
        };
    }

    private static String train(TrainingConfig config, Path to, long stopAt) throws IOException {
        return train(config, to, new StopAt(stopAt));
    }

    /** Trains with event files, which the listener comes before. */
    private static String train(TrainingConfig config, Path to, TrainingListener listener) throws IOException {
        HeldOut heldOut = new HeldOut(6, view -> Map.of("bits", 2.5));
        try (TinyTask task = new TinyTask(config, 0.3)) {
            TrainingTask shown = new Shown(task);
            List<TrainingListener> listeners = new ArrayList<>(List.of(listener));
            listeners.addAll(0, TrainingLogs.TENSORBOARD.of(to, config, shown, "seed: 1"));
            try (TrainingResult result = TrainingLoop.run(config, shown, Optional.of(heldOut), to, listeners)) {
                return Fingerprint.of(result.weights());
            }
        }
    }

    /** A task with something to show. */
    private record Shown(TinyTask task) implements TrainingTask {
        @Override
        public Weights weights() {
            return task.weights();
        }

        @Override
        public Tensor loss(long step, int first, int count) {
            return task.loss(step, first, count);
        }

        @Override
        public Map<String, Double> lastMetrics() {
            return task.lastMetrics();
        }

        @Override
        public Map<String, RgbImage> pictures(TrainingView view) {
            return Map.of("picture", new RgbImage(1, 1, new byte[3]));
        }

        @Override
        public void afterStep(long step) {
            task.afterStep(step);
        }

        @Override
        public Map<String, Weights> stateToSave() {
            return task.stateToSave();
        }
    }
}
