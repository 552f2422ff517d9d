package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NativeMemory.class)
class AnyOrderLossTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int VOCABULARY = 11;
    private static final int BATCH = 3;

    static Stream<Supplier<AnyOrderModel>> models() {
        torch.ScalarType type = torch.ScalarType.Double;
        return Stream.of(
                () -> TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 1, type),
                () -> TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 2, type),
                () -> TinyModels.arpg(GRID, 3, type),
                () -> TinyModels.anyOrderRar(GRID, 4, type));
    }

    /** A loss and its gradients by the weights' names. */
    private record Result(double loss, Map<String, double[]> gradients) {}

    private static Tensor rows(int bound, String what) {
        CounterRandom random = CounterRandom.of(5, what);
        return Tensors.of(IntStream.range(0, BATCH)
                .mapToObj(row -> IntStream.range(0, GRID.cells())
                        .map(cell -> random.derive(row).integer(bound, cell))
                        .toArray())
                .toArray(int[][]::new));
    }

    private static Tensor orders() {
        return Tensors.of(IntStream.range(0, BATCH)
                .mapToObj(row -> GenerationOrder.uniform(
                                GRID.cells(), CounterRandom.of(6, "orders").derive(row))
                        .toArray())
                .toArray(int[][]::new));
    }

    private static Result result(AnyOrderModel model, Function<Tensor, Tensor> loss) {
        return TensorScope.compute(() -> {
            Gradients.drop(model.weights());
            // As a training scales a micro-batch's share.
            Tensor value = loss.apply(rows(VOCABULARY, "tokens"));
            value.mul(new Scalar(0.25)).backward();
            Map<String, double[]> gradients = new LinkedHashMap<>();
            model.weights().asMap().forEach((name, weight) -> {
                if (weight.grad().defined()) {
                    gradients.put(name, Tensors.doubles(weight.grad()));
                }
            });
            Result result = new Result(value.item_double(), gradients);
            Gradients.drop(model.weights());
            return result;
        });
    }

    /** In one pass: an assertion about thousands of weights takes longer than their gradients do. Not a number where one is not. */
    private static double largestDifference(double[] one, double[] other) {
        assertThat(one).hasSameSizeAs(other);
        double largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }

    @ParameterizedTest
    @MethodSource("models")
    void inPartsOfAnySizeTheLossAndItsGradientsAreThoseOfTheWhole(Supplier<AnyOrderModel> made) {
        try (AnyOrderModel model = made.get()) {
            model.weights().requireGradient(true);
            Result whole = result(
                    model, tokens -> AnyOrderLoss.of(model, tokens, Tensors.of(new int[] {0, 1, 3}, BATCH), orders()));
            assertThat(whole.loss()).isPositive();
            for (int largest : new int[] {1, 4 * VOCABULARY, 7 * VOCABULARY, 1000 * VOCABULARY}) {
                Result parts = result(model, tokens -> {
                    Tensor orders = orders();
                    Tensor states = model.states(tokens, Tensors.of(new int[] {0, 1, 3}, BATCH), orders, true);
                    return AnyOrderLoss.inParts(
                            model, states, tokens.gather(1, orders).flatten(), largest);
                });
                String where = largest + " logits at once";
                assertThat(parts.loss()).as(where).isCloseTo(whole.loss(), within(1e-12));
                assertThat(parts.gradients())
                        .as(where)
                        .containsOnlyKeys(whole.gradients().keySet());
                whole.gradients()
                        .forEach((name, gradient) -> assertThat(largestDifference(
                                        Objects.requireNonNull(parts.gradients().get(name)), gradient))
                                .as(where + ", " + name)
                                .isLessThanOrEqualTo(1e-12));
            }
        }
    }
}
