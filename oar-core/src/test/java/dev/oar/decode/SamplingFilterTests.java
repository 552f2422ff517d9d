package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.checkpoint.Safetensors;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(NativeMemory.class)
class SamplingFilterTests {
    static List<Golden> cases() {
        return Golden.ofKind("sampling");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void filteredProbabilitiesMeetTheReference(Golden golden) {
        Safetensors file = golden.open("golden.safetensors");
        double tolerance = golden.tolerance("probability_absolute");
        JsonNode settings = golden.config().get("settings");
        for (int i = 0; i < settings.size(); i++) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor logits = Golden.read(file, "logits");
                SamplingFilter filter = filter(settings.get(i));
                double[] actual = Tensors.doubles(filter.probabilities(logits));
                double[] expected = Tensors.doubles(Golden.read(file, "probs" + i));
                byte[] kept = Tensors.bytes(Golden.read(file, "kept" + i));
                double[] values = Tensors.doubles(logits);
                double[] filtered = Tensors.doubles(filter.filtered(logits));
                for (int at = 0; at < actual.length; at++) {
                    String where = filter + " at " + at;
                    if ((kept[at] == 1) != (filtered[at] > Double.NEGATIVE_INFINITY)) {
                        // The reference itself chooses among equal logits by sorting; only such ties may differ.
                        assertThat(hasEqual(values, at, (int) logits.size(1)))
                                .as(where)
                                .isTrue();
                    } else {
                        assertThat(actual[at]).as(where).isCloseTo(expected[at], within(tolerance));
                    }
                }
            }
        }
        assertThat(settings.size()).isPositive();
    }

    @Test
    void whatIsDrawnDoesNotDependOnHowManyDistributionsAreWorkedOutAtOnce() {
        int vocabulary = 30;
        for (SamplingFilter filter : List.of(
                SamplingFilter.NONE,
                SamplingFilter.GREEDY,
                new SamplingFilter(0.8, 9, 1),
                new SamplingFilter(1.3, 0, 0.7))) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor logits = Tensors.normal(3, 50, vocabulary);
                double[] uniforms = uniforms(3, 50);
                int[] whole = tokens(filter, logits, uniforms);
                for (int atOnce : new int[] {1, 7 * vocabulary, 49 * vocabulary + 1, 50 * vocabulary}) {
                    assertThat(Tensors.ints(
                                    filter.drawn(logits, uniforms, atOnce).tokens()))
                            .as(filter + ", " + atOnce + " logits at once")
                            .isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void topKOneEqualsGreedyAndAlmostZeroTemperatureDoesToo() {
        try (TensorScope ignored = TensorScope.open()) {
            for (long seed = 0; seed < 20; seed++) {
                Tensor logits = Tensors.normal(seed, 6, 30);
                double[] uniforms = uniforms(seed, 6);
                int[] greedy = tokens(SamplingFilter.GREEDY, logits, uniforms);
                assertThat(tokens(new SamplingFilter(0, 0, 1), logits, uniforms))
                        .as("seed " + seed)
                        .isEqualTo(greedy);
                assertThat(tokens(new SamplingFilter(1, 0, 1e-9), logits, uniforms))
                        .as("seed " + seed)
                        .isEqualTo(greedy);
            }
        }
    }

    @Test
    void drawnFrequenciesFollowTheDistribution() {
        try (TensorScope ignored = TensorScope.open()) {
            int draws = 20_000;
            Tensor logits = Tensors.of(new double[] {Math.log(0.5), Math.log(0.3), Math.log(0.2), -1e9}, 1, 4)
                    .expand(draws, 4);
            int[] counts = new int[4];
            for (int token : tokens(SamplingFilter.NONE, logits, uniforms(3, draws))) {
                counts[token]++;
            }
            assertThat(counts[0] / (double) draws).as("seed 3").isCloseTo(0.5, within(0.015));
            assertThat(counts[1] / (double) draws).as("seed 3").isCloseTo(0.3, within(0.015));
            assertThat(counts[2] / (double) draws).as("seed 3").isCloseTo(0.2, within(0.015));
            assertThat(counts[3]).isZero();
        }
    }

    @Test
    void aDroppedTokenIsNeverDrawnEvenAtTheEndsOfTheUnitInterval() {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor logits = Tensors.of(new double[] {-5, 3, 2, -5, 1, -5}, 1, 6).expand(2, 6);
            int[] drawn = tokens(new SamplingFilter(1, 3, 1), logits, 0, 1 - 0x1.0p-53);
            assertThat(drawn).containsExactly(1, 4);
        }
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new SamplingFilter(-1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SamplingFilter(1, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SamplingFilter(1, 0, 0)).hasMessageContaining("top-p in (0, 1]");
    }

    @Test
    void aDrawnTokenComesWithItsProbabilityInTheFilteredDistribution() {
        for (SamplingFilter filter : List.of(
                SamplingFilter.NONE,
                SamplingFilter.GREEDY,
                new SamplingFilter(0.7, 9, 1),
                new SamplingFilter(1.3, 12, 0.7))) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor logits = Tensors.normal(5, 40, 30).to(torch.ScalarType.Double);
                for (int atOnce : new int[] {7 * 30, 40 * 30}) {
                    TokenFilter.Drawn drawn = filter.drawn(logits, uniforms(5, 40), atOnce);
                    double[] expected = Tensors.doubles(filter.probabilities(logits)
                            .gather(-1, drawn.tokens().unsqueeze(-1))
                            .log());
                    double[] actual = Tensors.doubles(drawn.logProbabilities());
                    for (int row = 0; row < 40; row++) {
                        assertThat(actual[row]).as("%s, row %s", filter, row).isCloseTo(expected[row], within(1e-12));
                    }
                }
            }
        }
    }

    private static int[] tokens(SamplingFilter filter, Tensor logits, double... uniforms) {
        return Tensors.ints(filter.drawn(logits, uniforms).tokens());
    }

    private static double[] uniforms(long seed, int count) {
        CounterRandom random = CounterRandom.of(seed, "test");
        return java.util.stream.IntStream.range(0, count)
                .mapToDouble(random::uniform)
                .toArray();
    }

    private static boolean hasEqual(double[] values, int at, int columns) {
        int from = at / columns * columns;
        for (int i = from; i < from + columns; i++) {
            if (i != at && values[i] == values[at]) {
                return true;
            }
        }
        return false;
    }

    private static SamplingFilter filter(JsonNode setting) {
        return new SamplingFilter(
                setting.get("temperature").asDouble(),
                setting.get("top_k").asInt(),
                setting.get("top_p").asDouble());
    }
}
