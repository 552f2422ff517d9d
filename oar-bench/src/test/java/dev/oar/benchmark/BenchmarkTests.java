package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.tensor.Precision;
import dev.oar.testing.NativeMemory;
import dev.oar.text.T5Config;
import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All kinds of rows on models of a few thousand weights, each measured once; what they measured is not looked at. */
@ExtendWith(NativeMemory.class)
class BenchmarkTests {
    private static final Path BUNDLED = Path.of("../models/noto-emoji-64");
    private static final Repetitions ONCE = new Repetitions(1, 0);
    private static final Optional<SampledSteps> SAMPLED = Optional.of(new SampledSteps(2, 2));

    @Test
    void decodingIsMeasuredBySampledStepsAndWhole() throws IOException {
        Optional<Target> target = Optional.of(Target.share(0.7));
        BenchmarkReport report = run(new DecodeRows(
                shape(Formulation.POSITION_INSTRUCTION),
                WeightType.FLOAT32,
                List.of(
                        new DecodeRows.Case(1, 16, SAMPLED, target),
                        new DecodeRows.Case(2, 6, SAMPLED, Optional.empty()),
                        new DecodeRows.Case(3, 6, Optional.empty(), Optional.empty())),
                ONCE));
        assertThat(report.rows())
                .extracting(BenchmarkRow::name)
                .containsExactly(
                        "decode/tiny/float32/16-steps/batch-1",
                        "decode/tiny/float32/6-steps/batch-2",
                        "decode/tiny/float32/6-steps/batch-3");
        assertThat(report.rows().get(0).formula()).contains("estimated from 4 of 16 steps");
        assertThat(report.rows().get(2).formula()).endsWith("measured whole");
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.share()).isPresent());
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void exactAndLiteralExtractionGiveTheSameOrders(Formulation formulation) throws IOException {
        BenchmarkReport report = run(extraction(formulation, Optional.empty()));
        assertThat(report.rows())
                .extracting(BenchmarkRow::name)
                .containsExactly("extract/tiny/exact", "extract/tiny/literal", "extract/tiny/exact-against-literal");
        assertThat(report.rows().get(1).formula()).contains("Kendall tau of its orders and the exact ones 1.0000");
        assertThat(report.rows().get(2).verdict()).isNotEqualTo(Verdict.CONTEXT);
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void timedStepsOfADrawingWaitForNothingOnTheDevice(Formulation formulation) throws IOException {
        try (Device.Use ignored = Device.META.use()) {
            for (WeightType type : WeightType.measurable(Device.META)) {
                try (DecodeRows rows = new DecodeRows(
                        shape(formulation),
                        type,
                        List.of(new DecodeRows.Case(2, 6, SAMPLED, Optional.empty())),
                        ONCE)) {
                    String name = "decode/tiny/" + type.label() + "/6-steps/batch-2";
                    assertThat(new MeasuredRows(rows.rows()).figure(name).name())
                            .isEqualTo(name);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void extractionIsMeasuredBySampledSteps(Formulation formulation) throws IOException {
        assertThat(run(extraction(formulation, SAMPLED)).rows())
                .hasSize(3)
                .allSatisfy(row -> assertThat(row.value().repetitions()).isEqualTo(2));
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void trainingIsMeasuredInBothPrecisions(Formulation formulation) throws IOException {
        BenchmarkReport report = run(new TrainingRows(
                shape(formulation), 4, 2, new TrainingRows.Targets(Optional.empty(), Optional.empty())));
        assertThat(report.rows()).extracting(row -> row.value().repetitions()).containsExactly(2, 2, 2);
        assertThat(report.rows().get(2).unit()).isEqualTo(Unit.RATIO);
    }

    @Test
    void twoProcessesAreMeasuredBesideOne() throws IOException {
        BenchmarkReport report = run(new DistributedRows(
                shape(Formulation.DUAL_POSITION),
                4,
                2,
                new DistributedRows.Targets(Optional.empty(), Optional.empty())));
        assertThat(report.rows()).extracting(row -> row.value().repetitions()).containsExactly(2, 2, 2, 9, 2);
        assertThat(report.rows())
                .extracting(BenchmarkRow::unit)
                .containsExactly(Unit.IMAGES_PER_SECOND, Unit.IMAGES_PER_SECOND, Unit.RATIO, Unit.SECONDS, Unit.RATIO);
    }

    @Test
    void tokenizerAndInceptionNetworkAreMeasured() throws IOException {
        VqTokenizerConfig sizes =
                new VqTokenizerConfig(8, 8, List.of(1, 1), 1, 8, 16, 4, true, AttentionPlacement.NONE, 4);
        assertThat(run(new TokenizerRows("tiny", sizes, 2, ONCE), new InceptionRows(2, 16, 1, ONCE))
                        .rows())
                .hasSize(5);
    }

    @Test
    void aTextEncoderIsMeasuredAsStoredAndPrepacked() throws IOException {
        T5Config sizes = new T5Config(10, 8, 2, 4, 16, 1, 8, 16, 1e-6, T5Config.FeedForward.GATED_GELU);
        assertThat(run(new TextEncoderRows("tiny", sizes, 2, 3, ONCE, Target.share(0.6)))
                        .rows())
                .extracting(BenchmarkRow::name)
                .containsExactly("text/tiny/3-tokens/batch-2/as-stored", "text/tiny/3-tokens/batch-2/prepacked");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theStartOfAProcessIsMeasuredAndItsFailureNamed() throws IOException {
        assertThat(run(new StartRows(out -> List.of("true"), ONCE, Optional.of(Target.atMost(60))))
                        .rows())
                .singleElement()
                .extracting(BenchmarkRow::verdict)
                .isEqualTo(Verdict.MET);
        assertThatThrownBy(() -> run(new StartRows(out -> List.of("false"), ONCE, Optional.empty())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'false' ended with 1");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyRecentVersionsOfPyTorchGiveAVerdict() throws IOException {
        assertThat(beside("2.6.0+cpu").rows())
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.verdict()).isEqualTo(Verdict.MET));
        assertThat(beside("1.13.1").rows())
                .allSatisfy(row -> assertThat(row.verdict()).isEqualTo(Verdict.CONTEXT))
                .allSatisfy(row -> assertThat(row.formula()).contains("PyTorch 1.13.1"));
        assertThatThrownBy(() -> run(besideCommand(List.of("echo", "nothing"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must print its seconds as JSON");
    }

    private static BenchmarkReport beside(String version) throws IOException {
        return run(besideCommand(List.of(
                "sh",
                "-c",
                "echo '{\"torch\": \"" + version + "\", \"threads\": 2}'; while read -r request; do"
                        + " echo '{\"seconds\": 1000}'; done")));
    }

    private static PyTorchRows besideCommand(List<String> command) {
        ModelShape shape = shape(Formulation.POSITION_INSTRUCTION);
        return new PyTorchRows(
                command,
                new PyTorchRows.Sizes(shape, List.of(16), shape, 4, 2),
                List.of(Precision.FLOAT32),
                new PyTorchRows.Targets(Target.atLeast(1.2), Target.atLeast(1.2)));
    }

    @Test
    void narrowWeightsAreMeasuredBesideFloat32AndTheFastestIsNamed() throws IOException {
        BenchmarkReport report = run(new NarrowDecodeRows(
                shape(Formulation.POSITION_INSTRUCTION),
                List.of(WeightType.FLOAT16, WeightType.INT8),
                2,
                Target.atLeast(0)));
        assertThat(report.rows())
                .extracting(BenchmarkRow::name)
                .containsExactly(
                        "decode-narrow/tiny/float16-against-float32",
                        "decode-narrow/tiny/int8-against-float32",
                        "decode-narrow/tiny/fastest-against-float32");
        assertThat(report.rows().get(2).value().median())
                .isEqualTo(Math.max(
                        report.rows().get(0).value().median(),
                        report.rows().get(1).value().median()));
    }

    @Test
    void thePartsOfAStepAreMeasuredBesideTheWhole() throws IOException {
        BenchmarkReport report = run(new StepPartsRows(shape(Formulation.POSITION_INSTRUCTION), 3));
        assertThat(report.rows())
                .extracting(BenchmarkRow::name)
                .containsExactly(
                        "step-parts/tiny/float32/whole",
                        "step-parts/tiny/float32/linear-layers",
                        "step-parts/tiny/float32/attention");
        assertThat(report.rows())
                .allSatisfy(row -> assertThat(row.value().min()).isPositive())
                .allSatisfy(row -> assertThat(row.value().repetitions()).isEqualTo(3));
    }

    @Test
    void aPrefixChoosesRowsAndWhatTheyAreComparedWithIsMeasuredToo() throws IOException {
        List<String> started = new ArrayList<>();
        BenchmarkReport report = Benchmark.run(
                List.of(extraction(Formulation.DUAL_POSITION, SAMPLED)),
                "extract/tiny/exact-against",
                TinyLimits.SIZES,
                (name, done, total) -> started.add(done + "/" + total + " " + name));
        assertThat(report.rows()).extracting(BenchmarkRow::name).containsExactly("extract/tiny/exact-against-literal");
        assertThat(started)
                .containsExactly(
                        "0/1 limits of the machine",
                        "0/1 extract/tiny/exact-against-literal",
                        "1/1 limits of the machine");
        assertThatThrownBy(() -> Benchmark.run(
                        List.of(extraction(Formulation.DUAL_POSITION, SAMPLED)),
                        "train",
                        TinyLimits.SIZES,
                        (name, done, total) -> {}))
                .hasMessageContaining("begins with 'train'; rows are extract/tiny/exact, ");
    }

    @Test
    void theUsualPlanHasRowsOfDifferentNames() throws IOException {
        assumeThat(BUNDLED).isDirectory();
        for (boolean full : new boolean[] {false, true}) {
            List<RowGroup> groups = BenchmarkPlan.usual(ModelFolder.open(BUNDLED), Device.CPU, full, Optional.empty());
            assertThat(groups.stream().flatMap(group -> group.rows().stream()).map(PlannedRow::name))
                    .doesNotHaveDuplicates()
                    .contains(
                            "decode/343m/float32/256-steps/batch-1",
                            "extract/343m/exact",
                            "extract/noto-emoji-64-sizes/position-instruction/exact-against-literal",
                            "train/12x384/position-instruction/batch-16/bfloat16-against-float32",
                            "tokenizer/vq16-256/decode/batch-1");
            groups.forEach(RowGroup::close);
        }
    }

    @Test
    void aPlanForAGpuLacksWeightsThatItHasNoProductsOfAndMainMemoryAlone() throws IOException {
        assumeThat(BUNDLED).isDirectory();
        ModelFolder folder = ModelFolder.open(BUNDLED);
        List<RowGroup> here = BenchmarkPlan.usual(folder, Device.CPU, true, Optional.empty());
        List<RowGroup> there = BenchmarkPlan.usual(folder, Device.cuda(0), true, Optional.empty());
        assertThat(names(there))
                .isEqualTo(names(here).stream()
                        .filter(name -> !name.matches(".*/(float16|int8)(/|-against).*|(memory|distributed)/.*"))
                        .toList());
        assertThat(names(here)).hasSizeGreaterThan(names(there).size());
    }

    private static List<String> names(List<RowGroup> groups) {
        return groups.stream()
                .flatMap(group -> group.rows().stream())
                .map(PlannedRow::name)
                .toList();
    }

    @Test
    void theLargeModelHas343MillionParameters() {
        TransformerCost cost = BenchmarkPlan.large().cost();
        assertThat(cost.blockParameters()).isEqualTo(24L * (4 * 1024 * 1024 + 3 * 1024 * 2816));
        assertThat(cost.outputParameters()).isEqualTo(16384L * 1024);
    }

    private static ExtractionRows extraction(Formulation formulation, Optional<SampledSteps> sampled) {
        return new ExtractionRows(
                shape(formulation),
                new ExtractionRows.Settings(2, 40, sampled, ONCE, Optional.empty(), Optional.of(Target.atLeast(1))));
    }

    private static ModelShape shape(Formulation formulation) {
        return new ModelShape(
                "tiny", TransformerConfig.of(formulation, 32, 2, 4), new TokenSpace(TokenGrid.square(4), 11, 3));
    }

    private static BenchmarkReport run(RowGroup... groups) throws IOException {
        return Benchmark.run(List.of(groups), "", TinyLimits.SIZES, (name, done, total) -> {});
    }
}
