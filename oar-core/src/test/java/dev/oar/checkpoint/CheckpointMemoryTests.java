package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who goes on from a checkpoint has it in memory once. */
@ExtendWith(NativeMemory.class)
class CheckpointMemoryTests {
    private static final int TENSORS = 4;

    /** More than what the C allocator would keep for later. */
    private static final long NUMBERS = 10L << 20;

    private static final long TENSOR_BYTES = NUMBERS * Float.BYTES;
    private static final long PAGE = 4096;

    @TempDir
    private Path root;

    @Test
    void weightsThatAreReadIntoAreThoseThatWereSaved() throws IOException {
        try (Weights saved = weights(3, 2);
                Weights target = weights(3, 1)) {
            Checkpoint.save(root, 1, Map.of("model", saved), Map.of(), 1);
            target.requireGradient(true);
            Checkpoint.latest(root).orElseThrow().readInto("model", target);
            assertThat(Fingerprint.of(target)).isEqualTo(Fingerprint.of(saved));
            assertThat(target.get("t0").requires_grad()).isTrue();
        }
    }

    @Test
    void weightsOfOtherShapesAreRefusedAndStayAsTheyWere() throws IOException {
        try (Weights saved = weights(3, 2);
                Weights target = weights(5, 1)) {
            Checkpoint.save(root, 1, Map.of("model", saved), Map.of(), 1);
            String before = Fingerprint.of(target);
            assertThatThrownBy(() -> Checkpoint.latest(root).orElseThrow().readInto("model", target))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(Fingerprint.of(target)).isEqualTo(before);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsReadIntoWeightsIsNeverInMemoryASecondTime() throws IOException {
        try (Weights target = weights(NUMBERS, 1)) {
            try (Weights saved = weights(NUMBERS, 2)) {
                Checkpoint.save(root, 1, Map.of("model", saved), Map.of(), 1);
            }
            Checkpoint checkpoint = Checkpoint.latest(root).orElseThrow();
            try (AnonymousMemory memory = new AnonymousMemory()) {
                checkpoint.readInto("model", target);
                assertThat(memory.growth())
                        .as("growth while the weights were overwritten")
                        .isLessThan(TENSOR_BYTES * 3 / 2);
            }
            // What would be seen if it were.
            try (AnonymousMemory memory = new AnonymousMemory();
                    Weights second = checkpoint.weights("model")) {
                assertThat(second.names()).hasSize(TENSORS);
                assertThat(memory.growth()).isGreaterThan((TENSORS - 1) * TENSOR_BYTES);
            }
        }
    }

    private static Weights weights(long numbers, float value) {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (int i = 0; i < TENSORS; i++) {
                tensors.put("t" + i, Tensors.full(value + i, torch.ScalarType.Float, numbers));
            }
            return Weights.owning(tensors);
        }
    }

    /** The most memory, beyond that at the beginning, that this process has had for itself alone, files that it looks into left out. */
    private static final class AnonymousMemory implements AutoCloseable {
        private static final long PAUSE = 200_000;

        private final FileChannel pages;
        private final ByteBuffer text = ByteBuffer.allocateDirect(256);
        private final Thread watcher = new Thread(this::watch);
        private final long before;
        private volatile long most;
        private volatile boolean ended;

        AnonymousMemory() throws IOException {
            pages = FileChannel.open(Path.of("/proc/self/statm"), StandardOpenOption.READ);
            before = now();
            most = before;
            watcher.start();
        }

        private void watch() {
            try {
                while (!ended) {
                    most = Math.max(most, now());
                    LockSupport.parkNanos(PAUSE);
                }
            } catch (IOException e) {
                most = Long.MAX_VALUE;
            }
        }

        /** Pages that are resident less those of files and those that are shared; makes no garbage, which would count. */
        private synchronized long now() throws IOException {
            text.clear();
            pages.read(text, 0);
            text.flip();
            number();
            long resident = number();
            return (resident - number()) * PAGE;
        }

        private long number() {
            long number = 0;
            for (byte digit = text.get(); digit != ' '; digit = text.get()) {
                number = 10 * number + digit - '0';
            }
            return number;
        }

        long growth() throws IOException {
            return Math.max(most, now()) - before;
        }

        @Override
        public void close() throws IOException {
            ended = true;
            try {
                watcher.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            pages.close();
        }
    }
}
