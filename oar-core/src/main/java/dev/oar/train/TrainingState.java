package dev.oar.train;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that changes from step to step, and its way to disk and back. Owns optimizer and moving average. */
final class TrainingState implements AutoCloseable {
    private static final String WEIGHTS = "weights";
    private static final String AVERAGE = "ema";
    private static final String OPTIMIZER = "optimizer";
    private static final String TASK = "task";
    private static final String WORLD_SIZE = "world-size";
    private static final String DECAYING =
            " (only a training at a constant rate can be given more steps, since a rate that decays would have"
                    + " differed at every step)";

    private final Path root;
    private final TrainingConfig config;
    private final TrainingTask task;
    private final AdamW optimizer;
    private final @Nullable ExponentialMovingAverage average;
    private final int worldSize;
    private final SkippedSteps skipped = new SkippedSteps();
    private @Nullable Path last;
    private @Nullable String note;

    /**
     * The state before the first step.
     *
     * @param worldSize the number of processes that train together; checkpoints state it
     */
    TrainingState(Path root, TrainingConfig config, TrainingTask task, int worldSize) {
        this.root = root;
        this.config = config;
        this.task = task;
        this.worldSize = worldSize;
        this.optimizer = new AdamW(task.weights(), config.optimizer(), AdamW.matrices());
        this.average = config.emaDecay() > 0
                ? TensorScope.handedOver(
                        optimizer, unused -> new ExponentialMovingAverage(task.weights(), config.emaDecay()))
                : null;
    }

    /**
     * The precision that a training has begun with; empty if there is no checkpoint of it.
     *
     * @throws IOException if there is one that cannot be read
     */
    static Optional<Precision> precision(Path root) throws IOException {
        Optional<Checkpoint> checkpoint = Checkpoint.latest(root);
        if (checkpoint.isEmpty()) {
            return Optional.empty();
        }
        String saved = checkpoint.get().state(TrainingConfig.PRECISION);
        try {
            return Optional.of(Precision.valueOf(saved));
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(
                    "a checkpoint's precision must be one of " + Arrays.toString(Precision.values()) + ", but "
                            + checkpoint.get().directory() + " says '" + saved
                            + "'; delete it to resume from the one before",
                    e);
        }
    }

    /** Overwrites everything with the last checkpoint, if there is one, and returns its step, otherwise 0. */
    long restore() throws IOException {
        Checkpoint checkpoint = Checkpoint.latest(root).orElse(null);
        if (checkpoint == null) {
            return 0;
        }
        requireSameTraining(checkpoint);
        if (checkpoint.step() > config.steps()) {
            throw new IllegalArgumentException("a training cannot go back, but " + checkpoint.directory()
                    + " has done " + checkpoint.step() + " steps and steps is now " + config.steps()
                    + "; raise steps, or delete " + root + " to train from the start");
        }
        for (Map.Entry<String, Weights> group : groups().entrySet()) {
            checkpoint.readInto(group.getKey(), group.getValue());
        }
        skipped.restore(checkpoint);
        last = checkpoint.directory();
        String before = checkpoint.state().getOrDefault(WORLD_SIZE, "1");
        if (!before.equals(Integer.toString(worldSize))) {
            note = "training goes on from step " + checkpoint.step() + " with " + worldSize + " processes instead of "
                    + before
                    + ": batches stay the same, but gradients are added up in another sequence, so that weights"
                    + " differ in their last bits from those of a training that had not changed";
        }
        return checkpoint.step();
    }

    /** What is to be said of what was restored. */
    Optional<String> note() {
        return Optional.ofNullable(note);
    }

    /**
     * What must be alike in all processes that train together before they begin: the step, all settings and all tensors.
     *
     * @param done steps done before
     */
    Map<String, String> facts(long done) {
        if (worldSize == 1) {
            return Map.of();
        }
        Map<String, String> facts = new LinkedHashMap<>(settings());
        facts.put("step to go on from", Long.toString(done));
        groups().forEach((name, weights) -> facts.put("checksum of " + name, Checksum.of(weights)));
        return facts;
    }

    /** Saves everything. */
    Path save(long step) throws IOException {
        Map<String, String> texts = settings();
        skipped.save(texts);
        if (worldSize > 1) {
            texts.put(WORLD_SIZE, Integer.toString(worldSize));
        }
        Path saved = Checkpoint.save(root, step, groups(), texts, config.keepCheckpoints());
        last = saved;
        return saved;
    }

    /** Lets the optimizer and the moving average do one step; they count those steps alone that were not skipped. */
    void step(long stepsDone, double learningRate) {
        long number = stepsDone + 1 - skipped.all();
        optimizer.step(number, learningRate);
        Gradients.drop(task.weights());
        task.weights().device().run(() -> TensorScope.run(() -> task.afterStep(stepsDone)));
        if (average != null) {
            average.update(number);
        }
        skipped.done();
    }

    /**
     * Does nothing for one step, and counts it.
     *
     * @throws ArithmeticException if too many in a row are skipped
     */
    void skip(long stepsDone, double loss, double gradientNorm) {
        task.dropGradients();
        skipped.skipped(stepsDone + 1, loss, gradientNorm);
    }

    /** The weights as they are now. */
    TrainingView view() {
        return new TrainingView(task.weights(), Optional.ofNullable(average).map(ExponentialMovingAverage::weights));
    }

    /** How many steps have been skipped so far. */
    long skipped() {
        return skipped.all();
    }

    /** A copy of the weights to use after training; the last step must have been saved, by whichever process, or restored. */
    TrainingResult result() throws IOException {
        if (worldSize > 1) {
            last = Checkpoint.latest(root).map(Checkpoint::directory).orElse(null);
        }
        Weights weights = average == null ? task.weights() : average.weights();
        return new TrainingResult(
                config.steps(), weights.copy(), average != null, Objects.requireNonNull(last, "a saved checkpoint"));
    }

    private Map<String, Weights> groups() {
        Map<String, Weights> groups = new LinkedHashMap<>();
        groups.put(WEIGHTS, task.weights());
        if (average != null) {
            groups.put(AVERAGE, average.weights());
        }
        groups.put(OPTIMIZER, optimizer.moments());
        task.stateToSave().forEach((name, state) -> {
            if (groups.put(name, state) != null) {
                throw new IllegalArgumentException(
                        "a task must not call its state '" + name + "', which the loop uses itself; rename it");
            }
        });
        return groups;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = config.decisive();
        settings.put(TASK, task.fingerprint());
        task.settings().forEach((name, value) -> {
            if (settings.put(name, value) != null) {
                throw new IllegalArgumentException(
                        "a task must not call its setting '" + name + "', which the loop uses itself; rename it");
            }
        });
        return settings;
    }

    private void requireSameTraining(Checkpoint checkpoint) throws IOException {
        for (Map.Entry<String, String> setting : settings().entrySet()) {
            String name = setting.getKey();
            if (task.settings().containsKey(name) && !checkpoint.state().containsKey(name)) {
                continue;
            }
            String saved = checkpoint.state(name);
            if (!saved.equals(setting.getValue())) {
                String difference = name.equals(TASK)
                        ? "its data, orders or network have changed"
                        : name + " was " + saved + " and is now " + setting.getValue()
                                + (name.equals(TrainingConfig.STEPS) ? DECAYING : "");
                throw new IllegalArgumentException(checkpoint.directory()
                        + " belongs to a different training run and cannot be resumed: " + difference
                        + "; restore the setting, or delete " + root + " to train from the start");
            }
        }
    }

    @Override
    public void close() {
        optimizer.close();
        if (average != null) {
            average.close();
        }
    }
}
