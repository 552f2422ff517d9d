package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkReportTests {
    private static final Machine MACHINE = new Machine(2, 2, "linux-x86_64", "17, here", "2.10", "mkl", "cpu");
    private static final BenchmarkReport REPORT = report(
            BenchmarkRow.of(
                    "decode/a",
                    Unit.SECONDS_PER_IMAGE,
                    Spread.of(2, 4, 3),
                    1.5,
                    "bytes / reading",
                    Optional.of(Target.share(0.7))),
            BenchmarkRow.of("train/ratio", Unit.RATIO, Spread.of(1.6), "", Optional.of(Target.atLeast(1.5))),
            BenchmarkRow.of("inception", Unit.IMAGES_PER_SECOND, Spread.of(12), "", Optional.empty()));

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenIsReadAgain() throws IOException {
        Path file = folder.resolve("bench.json");
        REPORT.write(file);
        assertThat(BenchmarkReport.read(file)).isEqualTo(REPORT);
        assertThat(REPORT.json()).contains("\"read-bandwidth\"", "\"verdict\" : \"MISSED\"");
    }

    @Test
    void aGpuIsNamedAndItsMissingProductsAreTold() throws IOException {
        Map<WeightType, Double> rates = Map.of(WeightType.FLOAT32, 1e12, WeightType.BFLOAT16, 2e12);
        MachineLimits limits = new MachineLimits(1e12, rates, rates);
        Machine machine = new Machine(16, 16, "linux-x86_64", "17, here", "2.10", "mkl", "cuda (some GPU)");
        BenchmarkReport report = new BenchmarkReport(machine, limits, 1, List.of());
        Path file = folder.resolve("gpu.json");
        report.write(file);
        assertThat(BenchmarkReport.read(file)).isEqualTo(report);
        assertThat(report.json()).contains("\"device\" : \"cuda (some GPU)\"");
        assertThat(BenchmarkTable.limits(machine, limits))
                .anySatisfy(line -> assertThat(line).endsWith("; measured on cuda (some GPU)"))
                .contains("int8: left out with its rows, since such weights are for the CPU alone");
        Map<WeightType, Double> bfloat16 = Map.of(WeightType.BFLOAT16, 2e12);
        assertThatThrownBy(() -> new MachineLimits(1e12, bfloat16, rates))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("float32");
    }

    @Test
    void aChangedVerdictAMissingKeyAndAnotherFileAreRefusedInOneSentence() throws IOException {
        String json = REPORT.json();
        for (String damaged : List.of(
                json.replace("MISSED", "MET"),
                json.replace("\"blas\" : \"mkl\"", "\"other\" : 1"),
                json.substring(0, json.length() / 2),
                "null",
                "{}")) {
            Path file = Files.writeString(folder.resolve("damaged.json"), damaged);
            assertThatThrownBy(() -> BenchmarkReport.read(file))
                    .as(damaged)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("must hold the rows of a benchmark");
        }
    }

    @Test
    void rowsOfOneNameAreComparedAndMoreThanOneIsFaster() {
        BenchmarkReport now = report(
                BenchmarkRow.of("decode/a", Unit.SECONDS_PER_IMAGE, Spread.of(1.5), "", Optional.empty()),
                BenchmarkRow.of("decode/b", Unit.SECONDS_PER_IMAGE, Spread.of(1.5), "", Optional.empty()),
                BenchmarkRow.of("train/ratio", Unit.RATIO, Spread.of(0.8), "", Optional.empty()),
                BenchmarkRow.of("inception", Unit.IMAGES_PER_SECOND, Spread.of(24), "", Optional.empty()));
        assertThat(BenchmarkComparison.of(REPORT, now))
                .containsExactly(
                        new BenchmarkComparison.Change("decode/a", Unit.SECONDS_PER_IMAGE, 3, 1.5, 2),
                        new BenchmarkComparison.Change("train/ratio", Unit.RATIO, 1.6, 0.8, 0.5),
                        new BenchmarkComparison.Change("inception", Unit.IMAGES_PER_SECOND, 12, 24, 2));
    }

    @Test
    void theTableHasAlignedColumnsAndTheFormulasStandBelow() {
        assertThat(BenchmarkTable.rows(REPORT.rows()))
                .containsExactly(
                        "row          value  unit     least  most   times  roofline  target   verdict",
                        "decode/a     3.000  s/image  2.000  4.000  3      50 %      >= 70 %  MISSED",
                        "train/ratio  1.600  x        1.600  1.600  1                >= 1.5   MET",
                        "inception    12.00  img/s    12.00  12.00  1                         CONTEXT");
        assertThat(BenchmarkTable.formulas(REPORT.rows()).get(0))
                .isEqualTo("decode/a: at least 1.500 s, bytes / reading");
        assertThat(BenchmarkTable.limits(MACHINE, REPORT.limits()))
                .contains(
                        "reading: 26.0 GB/s",
                        "products with int8 weights: 190 GFLOP/s; of few rows: 190.0 GB/s of weights");
    }

    @Test
    void aBusyMachineAndSharesBeyondTheRooflineAreWarnedOf() {
        assertThat(BenchmarkTable.warnings(REPORT)).isEmpty();
        MachineLimits quiet = TinyLimits.of(4, 10);
        MachineLimits busy = TinyLimits.of(3, 11);
        assertThat(quiet.orMore(busy)).isEqualTo(TinyLimits.of(4, 11));
        assertThat(busy.shareOf(quiet.orMore(busy))).isEqualTo(0.75);
        BenchmarkRow impossible =
                BenchmarkRow.of("decode/a", Unit.SECONDS, Spread.of(2), 2.5, "", Optional.of(Target.share(0.7)));
        assertThat(BenchmarkTable.warnings(new BenchmarkReport(MACHINE, quiet, 0.75, List.of(impossible))))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("fell to 75 %"))
                .anySatisfy(line -> assertThat(line).contains("decode/a has 125 %"));
    }

    private static BenchmarkReport report(BenchmarkRow... rows) {
        return new BenchmarkReport(MACHINE, TinyLimits.of(26e9, 190e9), 0.95, List.of(rows));
    }
}
