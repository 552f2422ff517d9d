package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.train.AdamW;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class VqObjectiveTests {
    private static final VqTokenizerConfig CONFIG = TinyTokenizer.CONFIG;

    @ParameterizedTest
    @EnumSource(Precision.class)
    void trainingLowersTheLossAndKeepsTheCodebookInUse(Precision precision) {
        try (VqTokenizer tokenizer = VqTokenizer.initialise(CONFIG, 1);
                CodebookUsage usage = CodebookUsage.start(CodebookUsageConfig.defaults(), CONFIG.codebookSize())) {
            tokenizer.weights().requireGradient(true);
            VqObjective objective = new VqObjective(tokenizer, VqLossConfig.defaults(), usage, 1);
            double first = train(tokenizer, objective, precision, 0, 1);
            double last = train(tokenizer, objective, precision, 1, 40);
            assertThat(last).isLessThan(0.6 * first);
            ReconstructionReport report = TensorScope.compute(() -> ReconstructionReport.of(tokenizer)
                    .add(TinyTokenizer.pictures(32, 99))
                    .build());
            assertThat(report.usedCodes()).as(report.toString()).isGreaterThan(0.3);
        }
    }

    @Test
    void trainingGoesOnExactlyWhereItStopped() {
        Weights weights;
        Weights state;
        float[] expected;
        try (VqTokenizer tokenizer = VqTokenizer.initialise(CONFIG, 2);
                CodebookUsage usage = eagerUsage()) {
            tokenizer.weights().requireGradient(true);
            VqObjective objective = new VqObjective(tokenizer, VqLossConfig.defaults(), usage, 3);
            train(tokenizer, objective, Precision.FLOAT32, 0, 4);
            weights = tokenizer.weights().copy();
            state = usage.state().copy();
            train(tokenizer, objective, Precision.FLOAT32, 4, 8);
            expected = TensorScope.compute(
                    () -> Tensors.floats(tokenizer.codebook().vectors()));
        }
        try (VqTokenizer tokenizer = new VqTokenizer(CONFIG, weights);
                CodebookUsage usage =
                        new CodebookUsage(new CodebookUsageConfig(true, 0.5, 0.5), CONFIG.codebookSize(), state)) {
            tokenizer.weights().requireGradient(true);
            VqObjective objective = new VqObjective(tokenizer, VqLossConfig.defaults(), usage, 3);
            train(tokenizer, objective, Precision.FLOAT32, 4, 8);
            TensorScope.run(() ->
                    assertThat(Tensors.floats(tokenizer.codebook().vectors())).containsExactly(expected));
        }
    }

    @Test
    void latentsThatAreNotFiniteDoNotReachTheCodebook() {
        try (VqTokenizer tokenizer = VqTokenizer.initialise(CONFIG, 4);
                CodebookUsage usage = eagerUsage();
                TensorScope ignored = TensorScope.open()) {
            VqObjective objective = new VqObjective(tokenizer, VqLossConfig.defaults(), usage, 3);
            float[] codes = Tensors.floats(tokenizer.codebook().vectors());
            float[] used = usage.usage();
            for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
                Tensor pictures = TinyTokenizer.pictures(4, 5);
                pictures.narrow(0, 1, 1).fill_(new Scalar(wrong));
                VqTrainingLoss loss = objective.loss(pictures, 0);
                assertThat(loss.total().item_double()).as("loss with " + wrong).isNaN();
                assertThat(Tensors.floats(tokenizer.codebook().vectors())).isEqualTo(codes);
                assertThat(usage.usage()).isEqualTo(used);
            }
        }
    }

    @Test
    void onlyTheTermsThatShouldMoveAPartMoveIt() {
        assertThat(gradients(new VqLossConfig(0, 1, 0, 0, 0)))
                .containsExactly(true, false, true); // reconstruction: encoder and decoder, past the codes
        assertThat(gradients(new VqLossConfig(0, 1e-30, 1, 0, 0))).containsExactly(false, true, false);
        assertThat(gradients(new VqLossConfig(0, 1e-30, 0, 1, 0))).containsExactly(true, false, false);
        assertThat(gradients(new VqLossConfig(0, 1e-30, 0, 0, 1))).containsExactly(true, true, false);
    }

    @Test
    void theTotalIsTheWeightedSumOfTheParts() {
        try (TensorScope ignored = TensorScope.open();
                VqTokenizer tokenizer = VqTokenizer.initialise(CONFIG, 4);
                CodebookUsage usage = eagerUsage()) {
            VqTrainingLoss loss = new VqObjective(tokenizer, new VqLossConfig(2, 3, 5, 7, 0.5), usage, 1)
                    .loss(TinyTokenizer.pictures(8, 1), 0);
            Map<String, Double> parts = loss.metrics();
            double expected = 2 * parts.getOrDefault("absolute", 0.0)
                    + 3 * parts.getOrDefault("squared", 0.0)
                    + 12 * parts.getOrDefault("quantisation", 0.0)
                    + 0.5 * parts.getOrDefault("entropy", 0.0);
            assertThat(loss.total().item_double()).isCloseTo(expected, offset(1e-5));
            assertThat(parts).containsEntry("restarted-codes", 16.0);
        }
    }

    @Test
    void deadCodesMoveToLatentsOfTheBatchAndUsedOnesStay() {
        try (TensorScope ignored = TensorScope.open();
                CodebookUsage usage = CodebookUsage.start(new CodebookUsageConfig(false, 0.5, 0.2), 4)) {
            Tensor vectors = Tensors.of(new float[] {0, 1, 2, 3}, 4, 1);
            Tensor latents = Tensors.of(new float[] {10, 11, 12, 13, 14}, 5, 1);
            var random = dev.oar.order.CounterRandom.of(1, "test");
            for (int step = 0; step < 2; step++) {
                assertThat(usage.restart(vectors, latents, random)).isZero();
                usage.count(Tensors.of(new int[] {0, 0, 2, 2}, 4));
            }
            assertThat(usage.usage()).containsExactly(1.75f, 0.25f, 1.75f, 0.25f);
            usage.count(Tensors.of(new int[] {0, 0, 2, 2}, 4));
            assertThat(usage.restart(vectors, latents, random)).isEqualTo(2);
            float[] moved = Tensors.floats(vectors);
            assertThat(moved[0]).isEqualTo(0);
            assertThat(moved[2]).isEqualTo(2);
            assertThat(List.of(moved[1], moved[3]))
                    .doesNotHaveDuplicates()
                    .allMatch(value -> value >= 10 && value <= 14);
            assertThat(usage.usage()).containsExactly(1.875f, 1, 1.875f, 1);
        }
    }

    @Test
    void withoutRestartsNoCodeMovesHoweverRareItIs() {
        try (TensorScope ignored = TensorScope.open();
                CodebookUsage usage = CodebookUsage.start(new CodebookUsageConfig(false, 0.0, 0), 4)) {
            Tensor vectors = Tensors.zeros(torch.ScalarType.Float, 4, 1);
            usage.count(Tensors.of(new int[] {0}, 1));
            int restarted = usage.restart(
                    vectors, Tensors.full(1, torch.ScalarType.Float, 2, 1), dev.oar.order.CounterRandom.of(1, "test"));
            assertThat(restarted).isZero();
            assertThat(Tensors.floats(vectors)).containsOnly(0);
        }
    }

    private static CodebookUsage eagerUsage() {
        return CodebookUsage.start(new CodebookUsageConfig(true, 0.5, 0.5), CONFIG.codebookSize());
    }

    /** Steps {@code from .. to - 1} of a new optimizer; the last loss. */
    private static double train(VqTokenizer tokenizer, VqObjective objective, Precision precision, int from, int to) {
        double last = 0;
        try (AdamW optimizer = new AdamW(tokenizer.weights(), new AdamW.Settings(0.9, 0.95, 1e-8, 0), w -> false)) {
            for (int step = from; step < to; step++) {
                int current = step;
                last = TensorScope.compute(() -> {
                    Tensor images = TinyTokenizer.pictures(16, current);
                    Tensor loss = precision
                            .forward(() -> objective.loss(images, current))
                            .total();
                    loss.backward();
                    optimizer.step(current - from + 1, 0.003);
                    tokenizer
                            .weights()
                            .asMap()
                            .values()
                            .forEach(weight -> weight.grad().zero_());
                    return loss.item_double();
                });
            }
        }
        return last;
    }

    /** Whether encoder, codebook and decoder get a gradient worth the name. */
    private static boolean[] gradients(VqLossConfig config) {
        try (VqTokenizer tokenizer = VqTokenizer.initialise(CONFIG, 1);
                CodebookUsage usage = CodebookUsage.start(new CodebookUsageConfig(false, 0.9, 0), 16);
                TensorScope ignored = TensorScope.open()) {
            tokenizer.weights().requireGradient(true);
            new VqObjective(tokenizer, config, usage, 1)
                    .loss(TinyTokenizer.pictures(8, 1), 0)
                    .total()
                    .backward();
            boolean[] moved = new boolean[3];
            String[] names = {"quant_conv.weight", "quantize.embedding.weight", "post_quant_conv.weight"};
            for (int i = 0; i < 3; i++) {
                Tensor gradient = tokenizer.weights().get(names[i]).grad();
                moved[i] = gradient.defined()
                        && Arrays.stream(Tensors.doubles(gradient)).anyMatch(value -> Math.abs(value) > 1e-12);
            }
            return moved;
        }
    }
}
