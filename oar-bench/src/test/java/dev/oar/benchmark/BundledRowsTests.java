package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows of the bundled model, each measured once. */
@ExtendWith(NativeMemory.class)
class BundledRowsTests {
    private static final Path BUNDLED = Path.of("../models/noto-emoji-64");
    private static final Repetitions ONCE = new Repetitions(1, 0);

    @Test
    void aTrainedModelDrawsAndExtracts() throws IOException {
        assumeThat(BUNDLED).isDirectory();
        ModelFolder folder = ModelFolder.open(BUNDLED);
        BenchmarkReport report = run(
                new DrawingRows(folder, 1, ONCE),
                new BundledExtractionRows(
                        folder,
                        1,
                        List.of(
                                BundledExtractionRows.Variant.cells(32),
                                BundledExtractionRows.Variant.shortlist(2, 32)),
                        ONCE,
                        new BundledExtractionRows.Targets(Optional.empty(), Optional.of(Target.atLeast(1)))));
        assertThat(report.rows())
                .extracting(BenchmarkRow::name)
                .containsExactly(
                        "draw/noto-emoji-64/dynamic/batch-1",
                        "draw/noto-emoji-64/learned/batch-1",
                        "draw/noto-emoji-64/random/batch-1",
                        "extract/noto-emoji-64/exact",
                        "extract/noto-emoji-64/32-cells-a-step",
                        "extract/noto-emoji-64/shortlist-2-all-every-32",
                        "extract/noto-emoji-64/cheap");
        assertThat(report.rows().get(6).verdict()).isEqualTo(Verdict.MET);
    }

    @Test
    void underGuidanceATrainedModelDrawsTheSameTokensHoweverTheUnconditionalBranchIsAsked() throws IOException {
        assumeThat(BUNDLED).isDirectory();
        BenchmarkReport report = run(new GuidedDrawingRows(ModelFolder.open(BUNDLED), 2, 1, Target.atLeast(0)));
        assertThat(report.rows()).singleElement().satisfies(row -> {
            assertThat(row.name()).isEqualTo("draw-guided/noto-emoji-64/chosen-against-all/batch-2");
            assertThat(row.formula()).endsWith("128 of 128 tokens equal");
        });
    }

    @Test
    void aLongRunComparesItsEndWithItsBeginning() throws IOException {
        assumeThat(BUNDLED).isDirectory();
        BenchmarkReport report =
                run(new EnduranceRows(ModelFolder.open(BUNDLED), new EnduranceRows.Sizes(2, 4), 0.01, 60));
        assertThat(report.rows()).hasSize(2).allSatisfy(row -> {
            assertThat(row.value().median()).isEqualTo(1);
            assertThat(row.verdict()).isEqualTo(Verdict.MET);
            assertThat(row.formula()).contains("drew 2 images and extracted 4 orders");
        });
    }

    private static BenchmarkReport run(RowGroup... groups) throws IOException {
        return Benchmark.run(List.of(groups), "", TinyLimits.SIZES, (name, done, total) -> {});
    }
}
