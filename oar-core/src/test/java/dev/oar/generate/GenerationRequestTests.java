package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GenerationRequestTests {
    @Test
    void aBatchThatNoMachineHoldsIsRefusedWithOneSentence() {
        assertThatNoException().isThrownBy(() -> request(4096));
        for (int size : new int[] {0, 4097, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> request(size))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a batch size of 1 to 4096, but was given 0, 1 and " + size);
        }
    }

    private static GenerationRequest request(int batchSize) {
        return new GenerationRequest(0, new int[] {0}, 1, batchSize, Drawing.of(new DrawingOrder.Raster(0)));
    }
}
