package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class KvCacheTests {
    private static final int LAYERS = 3;

    /** Memory that is full after some allocations; NativeMemory finds what is left of those before. */
    private static Supplier<Tensor> fullAfter(int allocations) {
        AtomicInteger made = new AtomicInteger();
        return () -> {
            if (made.getAndIncrement() == allocations) {
                throw new IllegalStateException("full after " + allocations);
            }
            return Tensors.empty(torch.ScalarType.Float, 2, 4, 5, 8);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 2 * LAYERS - 1})
    void aCacheWhoseAllocationFailsHalfWayLeavesNothingBehind(int allocations) {
        assertThatThrownBy(() -> new KvCache(LAYERS, 2, 5, fullAfter(allocations)).close())
                .hasMessage("full after " + allocations);
    }

    @Test
    void aStateWhoseCacheCannotBeAllocatedLeavesNoTokensBehind() {
        assertThatThrownBy(() -> StateMemory.of(2, 5, () -> new KvCache(LAYERS, 2, 5, fullAfter(1)))
                        .close())
                .hasMessage("full after 1");
    }

    @Test
    void aCacheThatCanBeAllocatedIsFreedByItsOwner() {
        try (StateMemory memory = StateMemory.of(2, 5, () -> new KvCache(LAYERS, 2, 5, fullAfter(2 * LAYERS)))) {
            memory.keepRows(1);
            assertThat(memory.cache().length()).isZero();
        }
    }
}
