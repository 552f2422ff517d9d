package dev.oar.train;

import dev.oar.config.Require;
import dev.oar.group.ProcessGroup;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tuning.MachineProfiles;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/**
 * The one training loop: of the tokenizer, of the any-order model, and of its fine-tuning on recorded orders.
 *
 * <p>It keeps {@code checkpoints/} and {@code metrics.jsonl} in a directory of its own. Run again after an interruption at any
 * instant, it goes on from the last checkpoint, and its final weights equal those of an uninterrupted run bit for bit. So does a training
 * at a constant rate that has ended and is run again with more steps; metrics then keep the line of its former last step. An automatic
 * precision is decided when the training begins, and stays what it was however the machine changes.
 *
 * <p>A step whose loss or gradient is not finite is skipped: weights, moments and moving average stay as they are, and the next step
 * takes the next batch. {@value SkippedSteps#MOST_IN_A_ROW} such steps in a row end the training.
 */
public final class TrainingLoop {
    /** The name of the folder of checkpoints. */
    public static final String CHECKPOINTS = "checkpoints";

    /** The name of the file of figures, see {@link MetricsFile}. */
    public static final String METRICS = "metrics.jsonl";

    private final TrainingConfig config;
    private final TrainingTask task;
    private final TrainingShares shares;
    private final TrainingState state;
    private final Optional<HeldOut> heldOut;
    private final List<TrainingListener> listeners;
    private final ProcessGroup group;
    private final CounterRandom random;

    private TrainingLoop(
            TrainingConfig config,
            TrainingTask task,
            TrainingShares shares,
            TrainingState state,
            Optional<HeldOut> heldOut,
            List<TrainingListener> listeners,
            ProcessGroup group) {
        this.config = config;
        this.task = task;
        this.shares = shares;
        this.state = state;
        this.heldOut = heldOut;
        this.listeners = listeners;
        this.group = group;
        this.random = CounterRandom.of(config.seed(), "training step");
    }

    /**
     * Trains to the end, going on from the last checkpoint in the directory; returns at once if that is the end.
     *
     * @param directory where checkpoints and metrics stand; made if missing
     * @param listeners called in this order after every step, before it is saved
     * @throws ArithmeticException if loss or gradients of {@value SkippedSteps#MOST_IN_A_ROW} steps in a row are not finite
     * @throws IllegalArgumentException if the directory's checkpoint belongs to a different training, or has done more steps
     * @throws IOException if reading or writing fails
     */
    public static TrainingResult run(
            TrainingConfig config, TrainingTask task, Path directory, List<TrainingListener> listeners)
            throws IOException {
        return run(config, task, Optional.empty(), directory, listeners);
    }

    /** As the shorter form; {@code heldOut} measures on the way. */
    public static TrainingResult run(
            TrainingConfig config,
            TrainingTask task,
            Optional<HeldOut> heldOut,
            Path directory,
            List<TrainingListener> listeners)
            throws IOException {
        return run(config, task, heldOut, directory, listeners, ProcessGroup.alone());
    }

    /**
     * As the other forms, together with the same call of other processes. Each takes its part of every batch, and all do the same steps. Rank
     * 0 alone writes, measures and has listeners told of checkpoints; those of all are told of steps. All see what it has written. Processes
     * of another number may go on where these stopped: batches stay what they were, but sums are added up in another sequence.
     *
     * @throws IllegalArgumentException if there are more processes than images in a batch, or they differ in what they train
     */
    public static TrainingResult run(
            TrainingConfig config,
            TrainingTask task,
            Optional<HeldOut> heldOut,
            Path directory,
            List<TrainingListener> listeners,
            ProcessGroup group)
            throws IOException {
        LibTorch.load();
        if (group.size() > 1) {
            requireSpread(config, task, group);
        }
        return runSettled(settled(config, task, directory, group), task, heldOut, directory, listeners, group);
    }

    private static void requireSpread(TrainingConfig config, TrainingTask task, ProcessGroup group) {
        Require.that(
                task.canBeSpread(),
                "a training over %d processes must have a loss that is a mean over samples, but this one has another; train it"
                        + " in one process",
                group.size());
        Require.that(
                task.weights().device().isHost(),
                "a training over %d processes needs the CPU, but the model is on %s; unset RANK and WORLD_SIZE to train on"
                        + " one GPU",
                group.size(),
                task.weights().device().label());
        Require.that(
                config.batchSize() >= group.size(),
                "every process needs an image of a batch, but there are %d processes and batch-size is %d; start fewer"
                        + " processes",
                group.size(),
                config.batchSize());
    }

    /** The training with its precision decided: what it began with, or else what was asked for, or else what is fast here. */
    private static TrainingConfig settled(TrainingConfig config, TrainingTask task, Path directory, ProcessGroup group)
            throws IOException {
        Device device = task.weights().device();
        if (config.precision() != PrecisionSetting.AUTO) {
            return config.withPrecision(config.precision().explicit().requireOn(device));
        }
        String decided = group.isFirst() ? decided(task, directory).name() : "";
        return config.withPrecision(Precision.valueOf(group.fromFirst(decided)));
    }

    private static Precision decided(TrainingTask task, Path directory) throws IOException {
        Optional<Precision> begun = TrainingState.precision(directory.resolve(CHECKPOINTS));
        return begun.isPresent()
                ? begun.get()
                : MachineProfiles.of(task.weights().device()).fastest(task.work());
    }

    private static TrainingResult runSettled(
            TrainingConfig config,
            TrainingTask task,
            Optional<HeldOut> heldOut,
            Path directory,
            List<TrainingListener> listeners,
            ProcessGroup group)
            throws IOException {
        try (TrainingState state = new TrainingState(directory.resolve(CHECKPOINTS), config, task, group.size())) {
            long done = state.restore();
            group.agree(state.facts(done));
            if (done < config.steps()) {
                int threads = task.weights().device().isHost() ? LibTorch.threads() : 1;
                try (MetricsFile metrics = new MetricsFile(directory.resolve(METRICS), config.logEvery());
                        TrainingShares shares = new TrainingShares(config, task, threads, group)) {
                    List<TrainingListener> all = new ArrayList<>(listeners);
                    if (group.isFirst()) {
                        all.add(0, metrics);
                    }
                    Optional<HeldOut> measured = group.isFirst() ? heldOut : Optional.empty();
                    new TrainingLoop(config, task, shares, state, measured, all, group).run(done);
                }
                group.meet();
            }
            return state.result();
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private void run(long done) throws IOException {
        for (TrainingListener listener : listeners) {
            listener.onStart(done);
            Optional<String> note = state.note();
            if (note.isPresent()) {
                listener.onNote(note.get());
            }
        }
        task.weights().requireGradient(true);
        shares.prepare(done);
        try (TrainingInput input = task.input(done).orElse(null)) {
            for (long step = done; step < config.steps(); step++) {
                StepReport report = step(step, Optional.ofNullable(input));
                for (TrainingListener listener : listeners) {
                    listener.onStep(report, state.view());
                }
                if (config.savesAfter(report.step()) && group.isFirst()) {
                    save(report.step());
                }
            }
        } finally {
            task.dropGradients();
            task.weights().requireGradient(false);
        }
        for (TrainingListener listener : listeners) {
            listener.onFinish();
        }
    }

    private StepReport step(long done, Optional<TrainingInput> input) throws IOException {
        long began = System.nanoTime();
        Optional<TrainingInput.Times> before = input.map(TrainingInput::times);
        // What draws from the default generator must not draw the same for the samples of all processes.
        torch.manual_seed(
                group.isFirst()
                        ? random.bits(done)
                        : random.derive(group.rank()).bits(done));
        double loss = shares.backward(done);
        Optional<SumTimes> summed = shares.sumTimes();
        if (summed.isPresent()) {
            for (TrainingListener listener : listeners) {
                listener.onSummed(summed.get());
            }
        }
        double clip = config.clipNorm() == 0 ? Double.POSITIVE_INFINITY : config.clipNorm();
        double norm = Double.isFinite(loss) ? task.clipGradients(clip) : Double.NaN;
        double rate = config.learningRateAt(done);
        if (Double.isFinite(norm)) {
            state.step(done, rate);
        } else {
            state.skip(done, loss, norm);
        }
        double seconds = (System.nanoTime() - began) * 1e-9;
        return new StepReport(
                done + 1,
                config.steps(),
                loss,
                rate,
                norm,
                state.skipped(),
                task.lastMetrics(),
                heldOut(done + 1),
                config.batchSize(),
                seconds,
                input.map(from -> from.times().since(before.orElse(TrainingInput.Times.NONE))));
    }

    /** The figures of held-out data after a step, if they are due. */
    private Map<String, Double> heldOut(long step) {
        if (heldOut.isEmpty() || !heldOut.get().follows(step, config.steps())) {
            return Map.of();
        }
        return task.weights()
                .device()
                .compute(() -> TensorScope.compute(() ->
                        Tensors.withoutGradient(() -> heldOut.get().measure().apply(state.view()))));
    }

    private void save(long step) throws IOException {
        Path checkpoint = state.save(step);
        for (TrainingListener listener : listeners) {
            listener.onCheckpoint(step, checkpoint);
        }
    }
}
