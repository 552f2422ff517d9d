package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;

/**
 * Loads a file of weights as users do, and holds the memory that this takes against the size of the file.
 *
 * @param mostHeap how many bytes of heap a file of so many bytes may take
 */
record LoadTrial(LongUnaryOperator mostHeap) {
    /** What {@link PyTorchFile} promises of tensors that repeat elements. */
    private static final long TENSORS = 1 << 20;

    private static final long TENSORS_PER_BYTE = 4;

    /** Opens a file and reads everything, copied and mapped; the sentence that refused it, or nothing. */
    String load(Path path) throws IOException {
        return load(path, name -> true, true);
    }

    /**
     * Opens a file; the sentence that refused it, or nothing.
     *
     * @param read which tensors to read
     * @param mapped whether to map all and compare them with what was read
     */
    String load(Path path, Predicate<String> read, boolean mapped) throws IOException {
        long size = Files.size(path);
        long heapBefore = allocated();
        String refusal = "";
        try (TensorScope scope = TensorScope.open()) {
            WeightFile file = WeightFiles.open(path);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            long tensorBytes = 0;
            for (String name : file.names()) {
                TensorEntry entry = file.entry(name);
                if (read.test(name)) {
                    Tensor tensor = file.read(name);
                    assertThat(tensor.shape()).as(name).isEqualTo(entry.shape());
                    tensorBytes += tensor.nbytes();
                    tensors.put(name, tensor);
                }
            }
            assertThat(tensorBytes).as("tensors of %s", path).isLessThanOrEqualTo(TENSORS + TENSORS_PER_BYTE * size);
            if (mapped) {
                requireEqual(file, tensors);
            }
            assertThat(scope).isNotNull();
        } catch (CorruptFileException e) {
            refusal = String.valueOf(e.getMessage());
        }
        assertThat(allocated() - heapBefore)
                .as("heap for %s of %d bytes", path, size)
                .isLessThanOrEqualTo(mostHeap.applyAsLong(size));
        return refusal;
    }

    private static void requireEqual(WeightFile file, Map<String, Tensor> copies) throws IOException {
        try (Weights mapped = file.mapped()) {
            assertThat(mapped.names()).isEqualTo(file.names());
            copies.forEach((name, copy) -> {
                Tensor tensor = mapped.get(name);
                assertThat(tensor.shape()).as(name).isEqualTo(copy.shape());
                boolean equal = copy.nbytes() == 0 || Tensors.memory(tensor).equals(Tensors.memory(copy));
                assertThat(equal).as("mapped '%s' equals its copy", name).isTrue();
            });
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
