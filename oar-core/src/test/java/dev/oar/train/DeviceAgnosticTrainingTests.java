package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
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
