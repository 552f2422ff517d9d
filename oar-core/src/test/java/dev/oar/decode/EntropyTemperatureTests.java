package dev.oar.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Temperatures that hang on how unsure the model is, against numbers worked out by hand. */
@ExtendWith(NativeMemory.class)
class EntropyTemperatureTests {
    /** Three quarters and one quarter: the entropy is ln 4 - 0.75 ln 3 = 0.5623351446 nats. */
    private static final double[] LOGITS = {Math.log(3) + 2, 2, -1, -7};

    private static final double OF_LOGITS = 2.5 * Math.exp(-0.5623351446188083 / 3) + 0.6;

    @ParameterizedTest
    @CsvSource({"1, 1, 3.1", "8, 1, 1.85", "27, 1, 1.4333333333333333", "64, 2, 2.45", "1000, 0.5, 0.425"})
    void amongEquallyLikelyTokensItFallsAsTheCubeRootOfTheirNumberGrows(
            int tokens, double temperature, double expected) {
        // The entropy is ln n, so that exp(-H / 3) is one over the cube root of n.
        double[] logits = new double[tokens + 3];
        Arrays.fill(logits, 0, tokens, 0.3);
        Arrays.fill(logits, tokens, tokens + 3, Double.NEGATIVE_INFINITY);
        double[] actual = TensorScope.compute(() -> Tensors.doubles(
                new EntropyTemperature(temperature, 0, 1).temperatures(Tensors.of(logits, 1, logits.length))));
        assertThat(actual).hasSize(1);
        assertThat(actual[0]).isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "0, 0.9", "2, 0.9"})
    void theEntropyIsThatOfTheTokensThatMayBeDrawn(int topK, double topP) {
        double[] filtered = filtered(new EntropyTemperature(0.7, topK, topP), LOGITS);
        assertThat(filtered[0] - filtered[1]).isCloseTo(Math.log(3) / (0.7 * OF_LOGITS), within(1e-12));
        assertThat(filtered[2]).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(filtered[3]).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void everyDistributionHasItsOwnTemperature() {
        double[] both = {Math.log(3), 0, 1, 1};
        double[] filtered = TensorScope.compute(
                () -> Tensors.doubles(new EntropyTemperature(1, 0, 1).filtered(Tensors.of(both, 2, 2))));
        assertThat(filtered[0]).isCloseTo(Math.log(3) / OF_LOGITS, within(1e-12));
        assertThat(filtered[2]).isCloseTo(1 / (2.5 / Math.cbrt(2) + 0.6), within(1e-12));
    }

    @Test
    void tokensAreDrawnByTheDistributionThatIsLeft() {
        double first = 1 / (1 + Math.exp(-Math.log(3) / OF_LOGITS));
        EntropyTemperature filter = new EntropyTemperature(1, 2, 1);
        try (TensorScope ignored = TensorScope.open()) {
            double[] twice = {LOGITS[0], LOGITS[1], LOGITS[2], LOGITS[3], LOGITS[0], LOGITS[1], LOGITS[2], LOGITS[3]};
            TokenFilter.Drawn drawn = filter.drawn(Tensors.of(twice, 2, 4), first - 1e-9, first + 1e-9);
            assertThat(Tensors.ints(drawn.tokens())).containsExactly(0, 1);
            assertThat(Tensors.doubles(drawn.logProbabilities())[0]).isCloseTo(Math.log(first), within(1e-12));
        }
    }

    @Test
    void atTemperatureZeroOrOfOneTokenTheBestIsDrawnAndOfEqualOnesTheFirst() {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor logits = Tensors.of(LOGITS, 1, 4);
            assertThat(Tensors.ints(
                            new EntropyTemperature(0, 0, 1).drawn(logits, 0.999).tokens()))
                    .containsExactly(0);
            Tensor tied = Tensors.of(new double[] {1, 4, 4, 0}, 1, 4);
            assertThat(Tensors.ints(
                            new EntropyTemperature(1, 1, 1).drawn(tied, 0.999).tokens()))
                    .containsExactly(1);
        }
    }

    @Test
    void nonsenseIsRefusedAsOfAnyFilter() {
        assertThatThrownBy(() -> new EntropyTemperature(-1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("temperature in 0 .. 1000");
    }

    private static double[] filtered(TokenFilter filter, double... logits) {
        return TensorScope.compute(() -> Tensors.doubles(filter.filtered(Tensors.of(logits, 1, logits.length))));
    }
}
