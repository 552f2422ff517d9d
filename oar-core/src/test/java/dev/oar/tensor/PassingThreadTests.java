package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.testing.NativeMemory;
import dev.oar.testing.WholeMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@WholeMachine
@ExtendWith(NativeMemory.class)
class PassingThreadTests {
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int VALUES = 1 << 22;

    /** Native threads bear the name of the thread that made them. */
    private static long passing() throws IOException {
        long count = 0;
        try (Stream<Path> threads = Files.list(THREADS)) {
            for (Path thread : threads.toList()) {
                count += name(thread).equals("passing") ? 1 : 0;
            }
        }
        return count;
    }

    private static String name(Path thread) throws IOException {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Large enough to be spread over threads. */
    private static double sum() {
        return TensorScope.compute(() -> {
            Tensor ones = Tensors.full(1, torch.ScalarType.Float, VALUES);
            return Tensors.floats(ones.sum())[0];
        });
    }

    @Test
    void theThreadsThatSpreadItsOperationsEndWithIt() throws Exception {
        assumeThat(THREADS).as("where Linux lists threads").exists();
        assumeThat(LibTorch.threads()).isGreaterThan(1);
        long meanwhile = PassingThread.call(() -> {
            assertThat(sum()).isEqualTo(VALUES);
            return passing();
        });
        assertThat(meanwhile).as("threads that worked").isGreaterThan(1);
        // They end after the thread that made them has told them to.
        long until = System.nanoTime() + 10_000_000_000L;
        while (passing() > 0 && System.nanoTime() < until) {
            Thread.sleep(1);
        }
        assertThat(passing()).as("threads that are left").isZero();
    }

    @Test
    void whatFailsThereFailsHereAndTheDeviceIsTheSame() throws IOException {
        for (Exception failure : List.of(new IOException("no file"), new IllegalArgumentException("no number"))) {
            assertThatThrownBy(() -> PassingThread.call(() -> {
                        if (failure instanceof IOException missing) {
                            throw missing;
                        }
                        throw (RuntimeException) failure;
                    }))
                    .isSameAs(failure);
        }
        try (Device.Use ignored = Device.META.use()) {
            assertThat(PassingThread.call(Device::inForce)).isEqualTo(Device.META);
        }
    }
}
