package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.OrderNetwork;
import dev.oar.model.OrderNetworkConfig;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.tensor.Dropout;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training on a device without values, where nothing can be read and no tensor of another device may take part. */
@ExtendWith(NativeMemory.class)
class DeviceAgnosticTrainingTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final String LOSS = "loss";
    private static final String GRADIENT = "gradient of ";

    static Stream<Supplier<AnyOrderModel>> models() {
        return Stream.of(
                () -> withDropout(Formulation.POSITION_INSTRUCTION),
                () -> withDropout(Formulation.DUAL_POSITION),
                () -> TinyModels.arpg(GRID, 1, torch.ScalarType.Float),
                () -> TinyModels.anyOrderRar(GRID, 1, torch.ScalarType.Float));
    }

    private static AnyOrderTransformer withDropout(Formulation formulation) {
        return AnyOrderTransformer.initialise(
                TransformerConfig.of(formulation, 32, 2, 4), new TokenSpace(GRID, 11, 3), 1);
    }

    @ParameterizedTest
    @MethodSource("models")
    void lossGradientsOptimizerAndAverageWaitForNothing(Supplier<AnyOrderModel> made) {
        for (Precision precision : Precision.values()) {
            try (AnyOrderModel model = Device.META.compute(made::get);
                    AdamW optimizer =
                            new AdamW(model.weights(), new AdamW.Settings(0.9, 0.95, 1e-8, 0.05), AdamW.matrices());
                    ExponentialMovingAverage average = new ExponentialMovingAverage(model.weights(), 0.9)) {
                assertThat(optimizer.moments().device()).isEqualTo(Device.META);
                Weights weights = model.weights().requireGradient(true);
                Device.META.run(() -> TensorScope.run(() -> {
                    Tensor loss = Dropout.seeded(
                            3,
                            () -> precision.forward(() -> AnyOrderLoss.of(
                                    model,
                                    Tensors.zeros(torch.ScalarType.Long, 2, 6),
                                    Tensors.zeros(torch.ScalarType.Long, 2),
                                    Tensors.zeros(torch.ScalarType.Long, 2, 6))));
                    assertThat(loss.shape()).isEmpty();
                    loss.backward();
                }));
                weights.asMap()
                        .forEach((name, weight) -> TensorScope.run(() ->
                                assertThat(Device.of(weight.grad())).as(name).isEqualTo(Device.META)));
                optimizer.step(1, 0.01);
                average.update(1);
                Gradients.drop(weights);
                weights.requireGradient(false);
            }
        }
    }

    @Test
    void scoresOfAnOrderNetworkAndTheirGradientsWaitForNothing() {
        OrderNetwork.Inputs inputs = new OrderNetwork.Inputs(GRID, 11, 3);
        for (Precision precision : Precision.values()) {
            try (OrderNetwork network =
                    Device.META.compute(() -> OrderNetwork.initialise(new OrderNetworkConfig(32, 2, 4), inputs, 1))) {
                Weights weights = network.weights().requireGradient(true);
                Device.META.run(() -> TensorScope.run(() -> {
                    Tensor scores = precision.forward(() -> network.scores(
                            Tensors.zeros(torch.ScalarType.Long, 2, 4),
                            Tensors.zeros(torch.ScalarType.Long, 2, 4),
                            network.conditions(new int[][] {{0, 2}, {}})));
                    assertThat(scores.shape()).containsExactly(2, 5, 6);
                    scores.to(torch.ScalarType.Float).sum().backward();
                }));
                weights.asMap()
                        .forEach((name, weight) -> TensorScope.run(() ->
                                assertThat(Device.of(weight.grad())).as(name).isEqualTo(Device.META)));
                Gradients.drop(weights);
                weights.requireGradient(false);
            }
        }
    }

    /** Runs where there is a GPU alone. */
    @ParameterizedTest
    @MethodSource("learners")
    void aGpuLearnsWhatTheProcessorLearns(Supplier<AnyOrderModel> made) {
        assumeThat(Device.gpus()).isPositive();
        Map<String, float[]> here = stepped(made, Device.CPU, Precision.FLOAT32);
        Map<String, float[]> there = stepped(made, Device.cuda(0), Precision.FLOAT32);
        Map<String, float[]> narrow = stepped(made, Device.cuda(0), Precision.BFLOAT16);
        assertThat(there.keySet()).isEqualTo(here.keySet());
        here.forEach((name, values) -> {
            // A first step of Adam is one of the gradient's sign, which rounding turns where the gradient is nothing,
            // as of a key's bias.
            double tolerance = name.startsWith(GRADIENT) || name.equals(LOSS) ? 1e-3 : 1e-2;
            assertThat(distance(values, Objects.requireNonNull(there.get(name))))
                    .as(name)
                    .isLessThan(tolerance);
            assertThat(distance(values, Objects.requireNonNull(narrow.get(name))))
                    .as(name + " in bfloat16")
                    .isLessThan(0.2);
        });
    }

    static Stream<Supplier<AnyOrderModel>> learners() {
        return Stream.of(
                () -> TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 1, torch.ScalarType.Float),
                () -> TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 1, torch.ScalarType.Float),
                () -> TinyModels.arpg(GRID, 1, torch.ScalarType.Float),
                () -> TinyModels.anyOrderRar(GRID, 1, torch.ScalarType.Float));
    }

    /** The loss, the gradients and the weights after a step of the optimizer. */
    private static Map<String, float[]> stepped(Supplier<AnyOrderModel> made, Device device, Precision precision) {
        Map<String, float[]> result = new TreeMap<>();
        try (AnyOrderModel model = device.compute(made::get);
                AdamW optimizer =
                        new AdamW(model.weights(), new AdamW.Settings(0.9, 0.95, 1e-8, 0.05), AdamW.matrices())) {
            Weights weights = model.weights().requireGradient(true);
            device.run(() -> TensorScope.run(() -> {
                Tensor tokens = Tensors.of(new long[] {0, 3, 5, 7, 9, 10, 1, 2, 4, 6, 8, 0}, 2, 6);
                Tensor orders = Tensors.of(new long[] {5, 3, 1, 0, 2, 4, 0, 1, 2, 3, 4, 5}, 2, 6);
                Tensor loss = precision.forward(() ->
                        AnyOrderLoss.of(model, tokens, Tensors.of(new long[] {0, 2}, 2), orders));
                loss.backward();
                result.put(LOSS, Tensors.floats(loss));
            }));
            weights.asMap()
                    .forEach((name, weight) ->
                            TensorScope.run(() -> result.put(GRADIENT + name, Tensors.floats(weight.grad()))));
            optimizer.step(1, 1e-3);
            Gradients.drop(weights);
            weights.requireGradient(false);
            weights.asMap().forEach((name, weight) -> TensorScope.run(() -> result.put(name, Tensors.floats(weight))));
        }
        return result;
    }

    /** The root of the squared differences as a share of that of the squares; gradients of nothing are apart by nothing. */
    private static double distance(float[] one, float[] other) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < one.length; i++) {
            difference += Math.pow((double) one[i] - other[i], 2);
            size += Math.pow(one[i], 2);
        }
        return Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-6);
    }

    @Test
    void theLossIsReadOnTheDeviceOfTheWeights() {
        TrainingConfig config = TrainingConfig.of(1, 2, 0.01, 1);
        try (AnyOrderModel model = Device.META.compute(() -> withDropout(Formulation.DUAL_POSITION))) {
            TrainingTask task = new TrainingTask() {
                @Override
                public Weights weights() {
                    return model.weights();
                }

                @Override
                public Tensor loss(long step, int first, int count) {
                    assertThat(Device.inForce()).isEqualTo(Device.META);
                    return Tensors.zeros(torch.ScalarType.Float);
                }
            };
            try (TrainingShares shares = new TrainingShares(config, task)) {
                assertThatThrownBy(() -> shares.backward(0, 0, 2)).hasMessageContaining("Meta");
            }
        }
        assertThat(Device.inForce()).isEqualTo(Device.CPU);
    }
}
