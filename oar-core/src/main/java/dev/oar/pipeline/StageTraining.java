package dev.oar.pipeline;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageFolder;
import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.group.ProcessGroup;
import dev.oar.order.CounterRandom;
import dev.oar.tensorboard.EventFile;
import dev.oar.train.HeldOut;
import dev.oar.train.StepReport;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingListener;
import dev.oar.train.TrainingLoop;
import dev.oar.train.TrainingResult;
import dev.oar.train.TrainingTask;
import dev.oar.train.TrainingView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What all training stages do alike. */
final class StageTraining {
    /**
     * Stands in the folder of a stage whose training may be given more steps: the fingerprint of all that its weights depend on but the
     * number of steps.
     */
    static final String LINEAGE = "lineage.txt";

    private static final int MAX_BYTES = 1 << 10;

    private StageTraining() {}

    /** The recipe's settings under a seed derived from the recipe's and the section's own. */
    static TrainingConfig seeded(TrainingConfig training, long recipeSeed, String purpose) {
        return training.withSeed(CounterRandom.of(recipeSeed, purpose).bits(training.seed()));
    }

    /** What a network that is trained on the images depends on: its section of the recipe and the images. */
    static String settings(RunContext context, Record section) throws IOException {
        return RecipeWriter.write(section) + context.imagesFingerprint();
    }

    /** The images for a network that is trained on them, decoded beforehand where memory allows. */
    static ImageFolder images(RunContext context) throws IOException {
        ImageFolder images = context.images();
        images.preload();
        return images;
    }

    /** Trains to the end and writes the weights to use as a safetensors file. */
    static void train(
            Stage stage,
            TrainingConfig config,
            TrainingTask task,
            Optional<HeldOut> heldOut,
            Path directory,
            String fileName)
            throws IOException {
        // A training that the ranks of a group do not share is rank 0's alone.
        ProcessGroup group = stage.isShared() ? stage.context().group() : ProcessGroup.alone();
        group.firstOnly(() -> begin(stage, config, directory));
        List<TrainingListener> listeners = new ArrayList<>();
        InputWaiting waiting = new InputWaiting();
        listeners.add(new Progress(stage));
        if (group.isFirst()) {
            listeners.add(waiting);
            listeners.addAll(stage.context().logs().of(directory, config, task, RecipeWriter.write(stage.recipe())));
        }
        try (TrainingResult result = TrainingLoop.run(config, task, heldOut, directory, listeners, group)) {
            group.firstOnly(() -> Safetensors.write(
                    directory.resolve(fileName),
                    result.weights().asMap(),
                    Map.of("format", "pt", "steps", Long.toString(result.steps()))));
        }
        if (group.isFirst()) {
            waiting.note(directory.resolve(TrainingLoop.METRICS))
                    .ifPresent(stage.context().listener()::note);
        }
    }

    private static void begin(Stage stage, TrainingConfig config, Path directory) throws IOException {
        if (config.schedule().dependsOnSteps()) {
            return;
        }
        Path lineage = directory.resolve(LINEAGE);
        if (!Files.isRegularFile(lineage)) {
            AtomicFile.write(lineage, stage.lineage().getBytes(StandardCharsets.UTF_8));
        }
        takeOver(stage, config, directory);
    }

    /** Copies the furthest checkpoint of the same training with fewer steps, unless this one has begun. */
    private static void takeOver(Stage stage, TrainingConfig config, Path directory) throws IOException {
        Path checkpoints = directory.resolve(TrainingLoop.CHECKPOINTS);
        if (Checkpoint.latest(checkpoints).isPresent()) {
            return;
        }
        Optional<Checkpoint> furthest = Optional.empty();
        Path from = directory;
        for (Path other : relatives(stage, directory)) {
            Optional<Checkpoint> last = Checkpoint.latest(other.resolve(TrainingLoop.CHECKPOINTS));
            if (last.isPresent()
                    && last.get().step() <= config.steps()
                    && last.get().step() > furthest.map(Checkpoint::step).orElse(0L)) {
                furthest = last;
                from = other;
            }
        }
        if (furthest.isPresent()) {
            Path metrics = from.resolve(TrainingLoop.METRICS);
            if (Files.isRegularFile(metrics)) {
                AtomicFile.write(directory.resolve(TrainingLoop.METRICS), AtomicFile.of(metrics));
            }
            for (Path events : EventFile.in(from)) {
                AtomicFile.write(directory.resolve(events.getFileName()), AtomicFile.of(events));
            }
            var unused = furthest.get().copyTo(checkpoints);
            stage.context()
                    .listener()
                    .note("training continues from step " + furthest.get().step() + " of " + from);
        }
    }

    /** The folders of other runs of the stage that differ in the number of steps alone. */
    private static List<Path> relatives(Stage stage, Path directory) throws IOException {
        String lineage = stage.lineage();
        try (Stream<Path> siblings = Files.list(directory.toAbsolutePath().getParent())) {
            List<Path> relatives = new ArrayList<>();
            for (Path sibling : siblings.sorted().toList()) {
                Path file = sibling.resolve(LINEAGE);
                if (String.valueOf(sibling.getFileName())
                                .startsWith(stage.name().label() + "-")
                        && Files.isRegularFile(file)
                        && new String(BoundedFile.read(file, MAX_BYTES, "delete it"), StandardCharsets.UTF_8)
                                .equals(lineage)) {
                    relatives.add(sibling);
                }
            }
            return relatives;
        }
    }

    /** Tells after every step how far the training has come, with a speed smoothed over recent steps. */
    private static final class Progress implements TrainingListener {
        private static final double SHARE_OF_NEWEST = 0.05;

        private final Stage stage;
        private double secondsPerImage = Double.NaN;
        private double heldOutBits = Double.NaN;

        Progress(Stage stage) {
            this.stage = stage;
        }

        @Override
        public void onNote(String line) {
            stage.context().listener().note(line);
        }

        @Override
        public void onStep(StepReport report, TrainingView view) {
            double newest = report.seconds() / report.images();
            secondsPerImage = Double.isNaN(secondsPerImage)
                    ? newest
                    : secondsPerImage + SHARE_OF_NEWEST * (newest - secondsPerImage);
            Double bits = report.heldOut().get(HeldOutBits.FIGURE);
            heldOutBits = bits == null ? heldOutBits : bits;
            stage.progress(new StageProgress(
                    "training", report.step(), report.steps(), report.loss(), 1 / secondsPerImage, heldOutBits));
        }
    }
}
