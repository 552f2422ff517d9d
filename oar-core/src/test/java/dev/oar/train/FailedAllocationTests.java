package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is allocated first is given back when there is no memory for the rest. */
@ExtendWith(NativeMemory.class)
class FailedAllocationTests {
    /** More numbers than any address space holds. */
    private static final long TOO_MANY = 1L << 50;

    @TempDir
    Path directory;

    /** A task whose weights have grown too large to be copied when they are asked for the second time. */
    private static final class Growing implements TrainingTask {
        private final Weights small;
        private final Weights large;
        private int asked;

        Growing(Weights small, Weights large) {
            this.small = small;
            this.large = large;
        }

        @Override
        public Weights weights() {
            asked++;
            return asked == 1 ? small : large;
        }

        @Override
        public Tensor loss(long step, int first, int count) {
            throw new AssertionError("nothing is trained");
        }
    }

    @Test
    void momentsAreFreedIfThereIsNoMemoryForTheMovingAverage() {
        TrainingConfig config = TinyTrainings.config(2, 1, 0.9, dev.oar.tensor.Precision.FLOAT32, 1);
        NativeMemory memory = new NativeMemory();
        try (TensorScope ignored = TensorScope.open();
                Weights small = Weights.owning(Map.of("a", Tensors.normal(1, 3)));
                Weights large = Weights.owning(
                        Map.of("a", Tensors.zeros(torch.ScalarType.Float, 1).expand(TOO_MANY)))) {
            memory.countBefore();
            TensorScope.run(() -> assertThatThrownBy(
                            () -> new TrainingState(directory, config, new Growing(small, large), 1))
                    .isInstanceOf(RuntimeException.class));
            memory.requireNothingLeft();
        }
    }

    /** A task with one replica, and no room for more. */
    private record OneReplica(TinyTask task, List<String> closed) implements TrainingTask {
        @Override
        public Weights weights() {
            return task.weights();
        }

        @Override
        public Tensor loss(long step, int first, int count) {
            return task.loss(step, first, count);
        }

        @Override
        public Optional<Replica> replica() {
            if (!closed.isEmpty()) {
                throw new IllegalStateException("no room");
            }
            closed.add("made");
            return Optional.of(new Only(task.weights().sharing(), closed));
        }
    }

    private record Only(Weights weights, List<String> closed) implements TrainingTask.Replica {
        @Override
        public Tensor loss(long step, int first, int count) {
            throw new AssertionError("nothing is trained");
        }

        @Override
        public void close() {
            closed.add("closed");
            weights.close();
        }
    }

    @Test
    void replicasAreClosedIfThereIsNoMemoryForTheNext() {
        TrainingConfig config = TinyTrainings.config(2, 1, 0, dev.oar.tensor.Precision.FLOAT32, 1);
        List<String> closed = new ArrayList<>();
        try (TinyTask task = new TinyTask(config, 0)) {
            assertThatThrownBy(() -> new TrainingShares(config, new OneReplica(task, closed), 3))
                    .hasMessage("no room");
            assertThat(closed).containsExactly("made", "closed");
        }
    }
}
