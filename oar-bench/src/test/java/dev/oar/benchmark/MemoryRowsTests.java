package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Memory that processes of their own take. */
@ExtendWith(NativeMemory.class)
class MemoryRowsTests {
    private static final int BATCH = 8;

    @Test
    void memoryOfScoringAndTrainingIsAtLeastThatOfTheLogits() throws IOException {
        assumeThat(MemoryProcess.measurable()).isTrue();
        ModelShape shape = new ModelShape(
                "wide",
                TransformerConfig.of(Formulation.DUAL_POSITION, 32, 1, 2),
                new TokenSpace(TokenGrid.square(8), 1 << 14, 3));
        BenchmarkReport report = run(new MemoryRows(shape, BATCH, Target.atMost(1)));
        double mebibytesOfLogits = 4.0 * BATCH * 64 * (1 << 14) / (1 << 20);
        assertThat(report.rows()).hasSize(2);
        for (BenchmarkRow row : report.rows()) {
            assertThat(row.value().median()).as(row.name()).isGreaterThan(mebibytesOfLogits);
            assertThat(row.verdict()).isEqualTo(Verdict.MISSED);
        }
    }

    private static BenchmarkReport run(RowGroup group) throws IOException {
        return Benchmark.run(List.of(group), "", TinyLimits.SIZES, (name, done, total) -> {});
    }
}
