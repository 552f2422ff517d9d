package dev.oar.train;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.Device;
import dev.oar.tensor.Dropout;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Loss and gradients of a micro-batch, cut into parts that are worked on side by side where the task has replicas: each part by a
 * task of its own on one CPU core, the gradients added up in a fixed order. So a run can be repeated to the bit with as many threads;
 * with another number it differs in the last bits.
 */
final class TrainingShares implements AutoCloseable {
    private final TrainingConfig config;
    private final TrainingTask task;
    private final List<TrainingTask.Replica> replicas = new ArrayList<>();
    private final Workers workers;
    private final CounterRandom random;

    /** Shares for as many threads as a tensor operation would have; on a GPU, which spreads operations itself, there is one. */
    TrainingShares(TrainingConfig config, TrainingTask task) {
        this(config, task, task.weights().device().isHost() ? LibTorch.threads() : 1);
    }

    /** Shares for this many threads. */
    TrainingShares(TrainingConfig config, TrainingTask task, int threads) {
        this.config = config;
        this.task = task;
        this.random = CounterRandom.of(config.seed(), "dropout");
        this.workers = new Workers(threads);
        int shares = Math.min(workers.count(), config.microBatchSize());
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
     * Adds the gradients of samples {@code first .. first + count - 1} to the task's weights, as their share of the whole batch.
     *
     * @return the share of the batch's loss that they make up; if it is not finite, gradients are missing
     */
    double backward(long step, int first, int count) {
        if (replicas.isEmpty()) {
            return backward(task, step, first, count);
        }
        int shares = replicas.size() + 1;
        double loss = 0;
        for (double share : workers.run(shares, i -> {
            int from = first + count * i / shares;
            int to = first + count * (i + 1) / shares;
            return backward(i == 0 ? task : replicas.get(i - 1), step, from, to - from);
        })) {
            loss += share;
        }
        replicas.forEach(replica -> moveGradients(replica.weights(), task.weights()));
        return loss;
    }

    private double backward(TrainingTask share, long step, int first, int count) {
        try (Device.Use ignored = share.weights().device().use();
                TensorScope unused = TensorScope.open()) {
            long seed = random.derive(step).bits(first);
            Tensor loss = Dropout.seeded(
                    seed, () -> config.precision().explicit().forward(() -> share.loss(step, first, count)));
            double part = (double) count / config.batchSize();
            double value = loss.item_double() * part;
            if (Double.isFinite(value)) {
                loss.mul(new Scalar(part)).backward();
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
        replicas.forEach(replica -> {
            Gradients.drop(replica.weights());
            replica.close();
        });
    }
}
