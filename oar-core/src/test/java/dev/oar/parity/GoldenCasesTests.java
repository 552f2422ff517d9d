package dev.oar.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parity with public implementations, by their reference numbers. */
@ExtendWith(NativeMemory.class)
class GoldenCasesTests {
    static List<Golden> cases() {
        return GoldenCases.kinds().stream()
                .sorted()
                .flatMap(kind -> Golden.ofKind(kind).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyStoredOutputIsMet(Golden golden) throws IOException {
        List<Comparison> comparisons = GoldenCases.compare(golden.folder());
        assertThat(comparisons).isNotEmpty();
        assertThat(comparisons.stream().filter(comparison -> !comparison.passed()))
                .as(golden + " comparisons that fail")
                .isEmpty();
    }
}
