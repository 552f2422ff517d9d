package dev.oar.train;

import dev.oar.group.ProcessGroup;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Device;
import dev.oar.tensor.Dropout;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tensor.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Loss and gradients of a micro-batch, cut into parts that are worked on side by side where the task has replicas: each part by a
 * task of its own on one CPU core, the gradients added up in a fixed order. So a run can be repeated to the bit with as many threads;
 * with another number it differs in the last bits.
 *
 * <p>Several processes each take their part of a batch first, in as few micro-batches as are not larger than the recipe's, and add up their
 * gradients ({@link SharedGradients}).
 */
final class TrainingShares implements AutoCloseable {
    private final TrainingConfig config;
    private final TrainingTask task;
    private final ProcessGroup group;
    private final List<TrainingTask.Replica> replicas = new ArrayList<>();
    private final Workers workers;
    private final CounterRandom random;

    /** Which samples of a batch this process works on, and in how many micro-batches, none of them larger than the recipe allows. */
    private final int begin;

    private final int end;
    private final int parts;
    private @Nullable SharedGradients shared;

    /** Shares for as many threads as a tensor operation would have; on a GPU, which spreads operations itself, there is one. */
    TrainingShares(TrainingConfig config, TrainingTask task) {
        this(config, task, task.weights().device().isHost() ? LibTorch.threads() : 1);
    }

    /** Shares for this many threads. */
    TrainingShares(TrainingConfig config, TrainingTask task, int threads) {
        this(config, task, threads, ProcessGroup.alone());
    }

    /** Shares for this many threads of a process, which does its part of the work of a group. */
    TrainingShares(TrainingConfig config, TrainingTask task, int threads, ProcessGroup group) {
        this.config = config;
        this.task = task;
        this.group = group;
        this.begin = (int) ((long) config.batchSize() * group.rank() / group.size());
        this.end = (int) ((long) config.batchSize() * (group.rank() + 1) / group.size());
        this.parts = (end - begin + config.microBatchSize() - 1) / config.microBatchSize();
        this.random = CounterRandom.of(config.seed(), "dropout");
        this.workers = new Workers(threads);
        int shares = Math.min(workers.count(), (end - begin) / parts);
        try {
            for (int share = 1; share < shares; share++) {
                task.replica().ifPresent(replicas::add);
            }
            replicas.forEach(replica -> replica.weights().requireGradient(true));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Works out the gradients of a whole step.
     *
     * @param step the number of steps done before
     * @return the batch's loss; if it is not finite, gradients are missing
     */
    double backward(long step) throws IOException {
        if (group.size() > 1) {
            return backwardTogether(step);
        }
        double loss = 0;
        for (int first = 0; first < config.batchSize() && Double.isFinite(loss); first += config.microBatchSize()) {
            loss += backward(step, first, config.microBatchSize());
        }
        return loss;
    }

    /**
     * Gets ready for steps whose gradients several processes add up; the weights' gradients are recorded by now. Draws from LibTorch's default
     * generator, so it comes before a step seeds that.
     *
     * @param step the number of steps done before
     */
    void prepare(long step) throws IOException {
        if (group.size() > 1) {
            shared = shared(step);
        }
    }

    private double backwardTogether(long step) throws IOException {
        SharedGradients gradients = Objects.requireNonNull(shared, "steps of several processes must be prepared");
        gradients.begin();
        double loss = 0;
        for (int part = 0; part < parts && Double.isFinite(loss); part++) {
            int first = begin + (end - begin) * part / parts;
            int count = begin + (end - begin) * (part + 1) / parts - first;
            boolean last = part + 1 == parts;
            loss += part(step, first, count, last ? gradients : null);
            if (!last) {
                gradients.take();
            }
        }
        return gradients.end(loss);
    }

    /** When the last step's gradients were summed over processes; empty if there is one process. */
    Optional<SumTimes> sumTimes() {
        return Optional.ofNullable(shared).map(SharedGradients::times);
    }

    /** In the order in which one sample's gradients are worked out. */
    private SharedGradients shared(long step) throws IOException {
        String names =
                String.join("\n", SharedGradients.order(task.weights(), () -> backward(task, step, 0, 1, null, 0)));
        List<Weights> shares = new ArrayList<>(List.of(task.weights()));
        replicas.forEach(replica -> shares.add(replica.weights()));
        return new SharedGradients(
                group, task.weights(), shares, List.of(group.fromFirst(names).split("\n", -1)));
    }

    /**
     * Adds the gradients of samples {@code first .. first + count - 1} to the task's weights, as their share of the whole batch.
     *
     * @return the share of the batch's loss that they make up; if it is not finite, gradients are missing
     */
    double backward(long step, int first, int count) {
        double loss = part(step, first, count, null);
        replicas.forEach(replica -> moveGradients(replica.weights(), task.weights()));
        return loss;
    }

    private double part(long step, int first, int count, @Nullable SharedGradients last) {
        if (replicas.isEmpty()) {
            return backward(task, step, first, count, last, 0);
        }
        int shares = replicas.size() + 1;
        double loss = 0;
        for (double share : workers.run(shares, i -> {
            int from = first + count * i / shares;
            int to = first + count * (i + 1) / shares;
            return backward(i == 0 ? task : replicas.get(i - 1), step, from, to - from, last, i);
        })) {
            loss += share;
        }
        return loss;
    }

    private double backward(
            TrainingTask share, long step, int first, int count, @Nullable SharedGradients last, int number) {
        try (Device.Use ignored = share.weights().device().use();
                TensorScope unused = TensorScope.open()) {
            Tensor loss = Dropout.seeded(
                    random.bits(step),
                    first,
                    () -> config.precision().explicit().forward(() -> share.loss(step, first, count)));
            double part = (double) count / config.batchSize();
            double value = loss.item_double() * part;
            if (Double.isFinite(value)) {
                Tensor weighted = loss.mul(new Scalar(part));
                if (last == null) {
                    weighted.backward();
                } else {
                    last.lastOf(number, weighted::backward);
                }
            }
            return value;
        }
    }

    private static void moveGradients(Weights from, Weights to) {
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> from.asMap().forEach((name, tensor) -> {
            if (tensor.grad().defined()) {
                to.get(name).mutable_grad().add_(tensor.grad());
            }
        })));
        Gradients.drop(from);
    }

    @Override
    public void close() {
        workers.close();
        if (shared != null) {
            shared.close();
        }
        replicas.forEach(replica -> {
            Gradients.drop(replica.weights());
            replica.close();
        });
    }
}
