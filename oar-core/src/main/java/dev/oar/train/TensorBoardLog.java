package dev.oar.train;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensorboard.EventFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes event files for TensorBoard: the figures that {@link MetricsFile} writes, after the same steps; before the first step the settings; and
 * what the task has to show ({@link TrainingTask#pictures}) whenever a checkpoint is due.
 *
 * <p>Nothing of the training changes by it.
 */
final class TensorBoardLog implements TrainingListener {
    private static final String TRAINING = "training/";
    private static final String HELD_OUT = "held-out/";
    private static final String SPEED = "speed/";

    private final Path directory;
    private final TrainingConfig config;
    private final TrainingTask task;
    private final String settings;
    private @Nullable EventFile events;
    private double seconds;
    private double waiting;
    private long images;

    /** See {@link TrainingLogs#of}. */
    TensorBoardLog(Path directory, TrainingConfig config, TrainingTask task, String settings) {
        this.directory = directory;
        this.config = config;
        this.task = task;
        this.settings = settings;
    }

    @Override
    public void onStart(long stepsDone) throws IOException {
        EventFile started = EventFile.start(directory, stepsDone + 1);
        if (started.isFirst()) {
            started.text(stepsDone, "settings", "```yaml\n" + settings + "\n```");
        }
        events = started;
    }

    @Override
    public void onStep(StepReport report, TrainingView view) throws IOException {
        seconds += report.seconds();
        waiting += report.input().map(TrainingInput.Times::waited).orElse(0.0);
        images += report.images();
        EventFile to = events;
        if (to == null) {
            return;
        }
        if (report.isLogged(config.logEvery())) {
            to.scalars(report.step(), scalars(report));
            seconds = 0;
            waiting = 0;
            images = 0;
        }
        if (config.savesAfter(report.step())) {
            for (Map.Entry<String, RgbImage> picture : pictures(view).entrySet()) {
                RgbImage image = picture.getValue();
                to.image(report.step(), picture.getKey(), image.width(), image.height(), PngFile.encode(image));
            }
        }
    }

    private Map<String, Double> scalars(StepReport report) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put(TRAINING + MetricsFile.LOSS, report.loss());
        scalars.put(TRAINING + MetricsFile.LEARNING_RATE, report.learningRate());
        scalars.put(TRAINING + MetricsFile.GRADIENT_NORM, report.gradientNorm());
        scalars.put(TRAINING + MetricsFile.SKIPPED, (double) report.skipped());
        report.metrics().forEach((name, value) -> scalars.put(TRAINING + name, value));
        report.heldOut().forEach((name, value) -> scalars.put(HELD_OUT + name, value));
        scalars.put(SPEED + "images-per-second", images / seconds);
        if (report.input().isPresent()) {
            scalars.put(SPEED + "waiting-share", waiting / seconds);
        }
        return scalars;
    }

    private Map<String, RgbImage> pictures(TrainingView view) {
        return task.weights()
                .device()
                .compute(() -> TensorScope.compute(() -> Tensors.withoutGradient(() -> task.pictures(view))));
    }
}
