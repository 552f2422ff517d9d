package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("processor")
@ExtendWith(NativeMemory.class)
class PackedLinearTests {
    private static final int INPUTS = 96;
    private static final int OUTPUTS = 160;

    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void equalsThePlainProductWithinTheFormatsRounding(WeightFormat format) {
        for (long seed = 1; seed <= 5; seed++) {
            for (int rows : new int[] {1, 2, 4, 7, 64, 300}) {
                for (boolean biased : new boolean[] {false, true}) {
                    double error = relativeError(format, seed, rows, biased);
                    assertThat(error)
                            .as(format + " with seed " + seed + ", " + rows + " rows, bias " + biased)
                            .isLessThan(tolerance(format));
                }
            }
        }
    }

    /** The root of the mean squared difference, over that of the exact results. */
    private static double relativeError(WeightFormat format, long seed, int rows, boolean biased) {
        return TensorScope.compute(() -> {
            Tensor weight = Tensors.normal(seed, OUTPUTS, INPUTS);
            Tensor bias = biased ? Tensors.normal(seed + 1, OUTPUTS) : null;
            Tensor input = Tensors.normal(seed + 2, 1, rows, INPUTS);
            Tensor exact = bias == null ? torch.linear(input, weight) : Operations.linear(input, weight, bias);
            try (PackedLinear layer = PackedLinear.of(weight, bias, format)) {
                Tensor actual = layer.apply(input);
                assertThat(actual.shape()).containsExactly(1, rows, OUTPUTS);
                assertThat(actual.scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
                double squares = actual.sub(exact).square().mean().item_double();
                return Math.sqrt(squares / exact.square().mean().item_double());
            }
        });
    }

    private static double tolerance(WeightFormat format) {
        return switch (format) {
            case FLOAT32 -> 1e-6;
            // Eight bits of mantissa: relative rounding errors of up to 2^-9 of each factor and of the result.
            case BFLOAT16 -> 6e-3;
            // Eleven bits of the weights alone.
            case FLOAT16 -> 4e-4;
            // Weights spread over 255 steps, inputs over 127, of which normal numbers use about a third either way.
            case INT8 -> 2.5e-2;
        };
    }

    /** So that an image does not depend on those drawn beside it, to the byte; at equal shapes, as kernels differ by shape. */
    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void whatARowGivesDoesNotDependOnItsNeighbours(WeightFormat format) {
        for (long seed = 1; seed <= 5; seed++) {
            long one = seed;
            TensorScope.run(() -> {
                Tensor input = Tensors.normal(one, 4, INPUTS);
                Tensor others = Tensors.normal(one + 100, 3, INPUTS).mul(new Scalar(30.0));
                try (PackedLinear layer = PackedLinear.of(Tensors.normal(one + 1, OUTPUTS, INPUTS), null, format)) {
                    Tensor first = layer.apply(input).narrow(0, 0, 1);
                    Tensor besideOthers = layer.apply(Tensors.cat(0, input.narrow(0, 0, 1), others))
                            .narrow(0, 0, 1);
                    assertThat(Tensors.floats(besideOthers))
                            .as("the first row with seed " + one)
                            .isEqualTo(Tensors.floats(first));
                }
            });
        }
    }

    /** Kernels for processors without VNNI add pairs of products in 16 bits. */
    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void theLargestNumbersDoNotOverflow(WeightFormat format) {
        for (int rows : new int[] {1, 4, 64}) {
            for (double sign : new double[] {1, -1}) {
                TensorScope.run(() -> {
                    Tensor weight = Tensors.full(1, torch.ScalarType.Float, OUTPUTS, INPUTS);
                    Tensor input = Tensors.full(sign, torch.ScalarType.Float, rows, INPUTS);
                    try (PackedLinear layer = PackedLinear.of(weight, null, format)) {
                        for (float sum : Tensors.floats(layer.apply(input))) {
                            assertThat(sum)
                                    .as(format + ", " + rows + " rows of " + sign)
                                    .isCloseTo((float) (sign * INPUTS), within(0.5f));
                        }
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void laterChangesOfTheWeightsAreNotSeen(WeightFormat format) {
        TensorScope.run(() -> {
            Tensor weight = Tensors.normal(3, OUTPUTS, INPUTS);
            Tensor input = Tensors.normal(4, 2, INPUTS);
            try (PackedLinear layer = PackedLinear.of(weight, null, format)) {
                float[] before = Tensors.floats(layer.apply(input));
                weight.mul_(new Scalar(2.0));
                assertThat(Tensors.floats(layer.apply(input))).isEqualTo(before);
            }
        });
    }

    @Test
    void aRowOfZerosInTheWeightsGivesZerosAsIntegers() {
        TensorScope.run(() -> {
            Tensor weight = Tensors.zeros(torch.ScalarType.Float, OUTPUTS, INPUTS);
            try (PackedLinear layer = PackedLinear.of(weight, null, WeightFormat.INT8)) {
                assertThat(Tensors.floats(layer.apply(Tensors.normal(1, 3, INPUTS))))
                        .containsOnly(0f);
            }
        });
    }

    /** Without inputs, there is no largest weight of an output to scale by. */
    @Test
    void aLayerThatCannotBeLaidOutLeavesNothingBehind() {
        TensorScope.run(() -> assertThatThrownBy(() ->
                        PackedLinear.of(Tensors.zeros(torch.ScalarType.Float, OUTPUTS, 0), null, WeightFormat.INT8))
                .isInstanceOf(RuntimeException.class));
    }

    @Test
    void namesGiveTheirLayerWithBiasIfThereIsOne() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(Map.of(
                        "a.weight", Tensors.normal(1, 8, 6),
                        "a.bias", Tensors.normal(2, 8),
                        "b.weight", Tensors.normal(3, 5, 6)));
                Weights packed = weights.packed(WeightFormat.FLOAT32)) {
            Tensor input = Tensors.normal(4, 3, 6);
            for (Weights each : Arrays.asList(weights, packed)) {
                assertClose(
                        each.linear("a", input),
                        Operations.linear(input, weights.get("a.weight"), weights.get("a.bias")));
                assertClose(each.linear("b", input), torch.linear(input, weights.get("b.weight")));
            }
            assertThatThrownBy(() -> packed.linear("c", input)).hasMessageContaining("c.weight");
        }
    }

    @Test
    void whatIsPackedOfPreparedWeightsSharesOneLayoutOfEachFormat() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(Map.of("a.weight", Tensors.normal(1, 8, 6)));
                Weights prepared = weights.prepared()) {
            Tensor input = Tensors.normal(2, 3, 6);
            float[] laidOut;
            try (Weights first = prepared.packed(WeightFormat.FLOAT32)) {
                laidOut = Tensors.floats(first.linear("a", input));
            }
            // A layout does not see later changes, which tells one that is shared from one that is made now.
            weights.get("a.weight").zero_();
            try (Weights again = prepared.packed(WeightFormat.FLOAT32);
                    Weights ofPacked = again.packed(WeightFormat.FLOAT32);
                    Weights preparedOfPacked = again.prepared();
                    Weights other = prepared.packed(WeightFormat.INT8);
                    Weights apart = weights.packed(WeightFormat.FLOAT32)) {
                for (Weights sharing : List.of(again, ofPacked, preparedOfPacked)) {
                    assertThat(Tensors.floats(sharing.linear("a", input))).isEqualTo(laidOut);
                }
                assertThat(Tensors.floats(other.linear("a", input))).containsOnly(0f);
                assertThat(Tensors.floats(apart.linear("a", input))).containsOnly(0f);
            }
        }
    }

    @Test
    void aLayoutThatHasBeenClosedIsRefused() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(Map.of("a.weight", Tensors.normal(1, 8, 6)))) {
            Tensor input = Tensors.normal(2, 3, 6);
            Weights prepared = weights.prepared();
            try (Weights packed = prepared.packed(WeightFormat.FLOAT32)) {
                var unused = packed.linear("a", input);
                prepared.close();
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> packed.linear("a", input))
                        .withMessageContaining("close what was packed of a model before the model");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> prepared.packed(WeightFormat.FLOAT32))
                        .withMessageContaining("closed");
            }
        }
    }

    @Test
    void weightsOfAnotherTypeAreAppliedAsTheyAre() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(
                        Map.of("a.weight", Tensors.normal(1, 8, 6).to(torch.ScalarType.Double)));
                Weights packed = weights.packed(WeightFormat.INT8)) {
            Tensor input = Tensors.normal(4, 3, 6).to(torch.ScalarType.Double);
            assertThat(Tensors.doubles(packed.linear("a", input)))
                    .isEqualTo(Tensors.doubles(torch.linear(input, weights.get("a.weight"))));
            assertThatThrownBy(() -> PackedLinear.of(weights.get("a.weight"), null, WeightFormat.INT8))
                    .hasMessageContaining("float32 matrix");
        }
    }

    private static void assertClose(Tensor actual, Tensor expected) {
        assertThat(actual.sub(expected).abs().max().item_double()).isLessThan(1e-5);
    }
}
