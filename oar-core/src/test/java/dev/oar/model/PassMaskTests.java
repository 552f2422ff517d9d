package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.testing.NativeMemory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NativeMemory.class)
class PassMaskTests {
    @ParameterizedTest
    @CsvSource({"0, 65536, 4294967296", "0, 46341, 2147488281", "1073741824, 2, 2147483652"})
    void aPassOfTooManyPairsIsRefusedWithOneSentence(int cached, int length, long pairs) {
        assertThatThrownBy(() -> PassMask.causal(cached, length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "%d positions behind %d others have %d; give fewer known cells", length, cached, pairs);
    }
}
