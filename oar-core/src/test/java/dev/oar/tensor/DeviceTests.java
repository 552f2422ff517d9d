package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.testing.NativeMemory;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class DeviceTests {
    @Test
    void everyNameLeadsBackToItsDevice() {
        for (Device device : List.of(Device.CPU, Device.cuda(0), Device.cuda(1), Device.cuda(63))) {
            assertThat(Device.parse(device.label())).isEqualTo(device);
        }
        assertThat(Device.parse("cuda:0")).isEqualTo(Device.parse("cuda"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CUDA", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "cpu:0", "meta", "cuda 0"})
    void otherNamesAreRefusedWithThoseThatAreKnown(String name) {
        assertThatThrownBy(() -> Device.parse(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cpu, cuda or cuda:N")
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void aMissingGpuIsRefusedInOneSentenceWithTheRemedy() {
        Device missing = Device.cuda(Device.gpus());
        assertThatThrownBy(missing::requireUsable)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(missing.label())
                .hasMessageContaining("or leave --device out")
                .message()
                .hasLineCount(1);
        assertThat(Device.CPU.requireUsable()).isEqualTo(Device.CPU);
    }

    @Test
    void theDeviceInForceEndsWithItsUseAndBelongsToItsThread() throws InterruptedException {
        assertThat(Device.inForce()).isEqualTo(Device.CPU);
        try (Device.Use ignored = Device.META.use()) {
            assertThat(Device.inForce()).isEqualTo(Device.META);
            assertThat(Device.CPU.compute(Device::inForce)).isEqualTo(Device.CPU);
            assertThatThrownBy(() -> Device.cuda(3).run(() -> {
                        throw new IllegalStateException("in between");
                    }))
                    .hasMessage("in between");
            assertThat(Device.inForce()).isEqualTo(Device.META);
            Device[] elsewhere = new Device[1];
            Thread other = new Thread(() -> elsewhere[0] = Device.inForce());
            other.start();
            other.join();
            assertThat(elsewhere[0]).isEqualTo(Device.CPU);
            try (Workers workers = new Workers(2)) {
                assertThat(workers.run(2, i -> Device.inForce())).containsOnly(Device.META);
            }
        }
        assertThat(Device.inForce()).isEqualTo(Device.CPU);
    }

    @Test
    void whatTensorsMakesIsMadeOnTheDeviceInForce() {
        List<Supplier<Tensor>> makers = List.of(
                () -> Tensors.of(new float[] {1, 2}, 2),
                () -> Tensors.of(new double[] {1, 2}, 2),
                () -> Tensors.of(new long[] {1, 2}, 2),
                () -> Tensors.of(new int[] {1, 2}, 2),
                () -> Tensors.of(new int[][] {{1}, {2}}),
                () -> Tensors.of(new byte[] {1, 2}, 2),
                () -> Tensors.of(new boolean[] {true, false}, 2),
                () -> Tensors.of(new float[0], 0),
                () -> Tensors.empty(torch.ScalarType.Float, 2),
                () -> Tensors.zeros(torch.ScalarType.Long, 2),
                () -> Tensors.full(3, torch.ScalarType.Double, 2),
                () -> Tensors.range(0, 4),
                () -> Tensors.normal(1, 2),
                () -> Tensors.uniform(1, 0, 1, 2),
                () -> Tensors.permutation(4));
        for (int i = 0; i < makers.size(); i++) {
            Supplier<Tensor> maker = makers.get(i);
            for (Device device : List.of(Device.CPU, Device.META)) {
                TensorScope.run(
                        () -> assertThat(Device.of(device.compute(maker::get))).isEqualTo(device));
            }
        }
        TensorScope.run(() ->
                Device.META.run(() -> assertThat(Device.of(Tensors.emptyInMainMemory(torch.ScalarType.Float, 2)))
                        .isEqualTo(Device.CPU)));
    }

    @Test
    void aTensorThatIsThereAlreadyIsNotCopied() {
        TensorScope.run(() -> {
            Tensor tensor = Tensors.normal(1, 3);
            assertThat(Device.CPU.moved(tensor)).isSameAs(tensor);
            Tensor moved = Device.META.moved(tensor);
            assertThat(Device.of(moved)).isEqualTo(Device.META);
            assertThat(moved.shape()).containsExactly(3);
            assertThat(Device.META.moved(moved)).isSameAs(moved);
        });
    }

    @Test
    void movedWeightsKeepNamesTypesAndShapes() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(
                        Map.of("a", Tensors.normal(1, 2, 3), "b", Tensors.zeros(torch.ScalarType.Long, 4)))) {
            assertThat(weights.device()).isEqualTo(Device.CPU);
            Tensor before = weights.get("a");
            assertThat(weights.movedTo(Device.CPU).get("a")).isSameAs(before);
            Weights moved = weights.movedTo(Device.META);
            assertThat(moved).isSameAs(weights);
            assertThat(moved.device()).isEqualTo(Device.META);
            assertThat(Device.of(moved.get("b"))).isEqualTo(Device.META);
            assertThat(moved.get("a").shape()).containsExactly(2, 3);
            assertThat(moved.get("b").scalar_type().intern()).isEqualTo(torch.ScalarType.Long);
        }
    }

    @Test
    void layersOnOtherDevicesAreAppliedAsTheyAreAndInt8IsRefusedThere() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Device.META.compute(() -> Weights.owning(
                        Map.of("layer.weight", Tensors.normal(1, 5, 4), "layer.bias", Tensors.normal(2, 5))))) {
            for (WeightFormat format : List.of(WeightFormat.FLOAT32, WeightFormat.BFLOAT16)) {
                try (Weights packed = weights.packed(format)) {
                    Tensor output = packed.linear("layer", Device.META.compute(() -> Tensors.normal(3, 2, 4)));
                    assertThat(output.shape()).containsExactly(2, 5);
                    assertThat(output.scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
                    assertThat(packed.attentionType(torch.ScalarType.Float))
                            .isEqualTo(
                                    format == WeightFormat.FLOAT32
                                            ? torch.ScalarType.Float
                                            : torch.ScalarType.BFloat16);
                }
            }
            assertThatThrownBy(() -> weights.packed(WeightFormat.INT8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("weights in int8 are for the CPU alone, but these are on meta; use bfloat16 there");
        }
    }

    @Test
    void aTensorLeftOnTheHostIsFound() {
        try (TensorScope ignored = TensorScope.open();
                Weights weights =
                        Device.META.compute(() -> Weights.owning(Map.of("layer.weight", Tensors.normal(1, 5, 4))))) {
            assertThatThrownBy(() -> weights.linear("layer", Tensors.normal(3, 2, 4)))
                    .hasMessageContaining("must be on one device");
            Tensor table = weights.get("layer.weight");
            assertThatThrownBy(() -> Operations.embedding(table, Tensors.range(0, 2)))
                    .hasMessageContaining("must be on one device");
        }
    }

    @Test
    void autocastIsThatOfTheDeviceInForce() {
        LibTorch.load();
        Device.cuda(0)
                .run(() -> Precision.BFLOAT16.forward(() -> {
                    assertThat(torch.is_autocast_enabled(torch.DeviceType.CUDA)).isTrue();
                    assertThat(torch.is_autocast_enabled(torch.DeviceType.CPU)).isFalse();
                    assertThat((Boolean) Precision.attention(() -> torch.is_autocast_enabled(torch.DeviceType.CUDA)))
                            .isTrue();
                    return Precision.withoutAutocast(() -> {
                        assertThat(torch.is_autocast_enabled(torch.DeviceType.CUDA))
                                .isFalse();
                        return 0;
                    });
                }));
        assertThat(torch.is_autocast_enabled(torch.DeviceType.CUDA)).isFalse();
        int unused = Precision.BFLOAT16.forward(() -> {
            assertThat(torch.is_autocast_enabled(torch.DeviceType.CPU)).isTrue();
            assertThat((Boolean) Precision.attention(() -> torch.is_autocast_enabled(torch.DeviceType.CPU)))
                    .isFalse();
            return 0;
        });
    }

    /** Runs where there is a GPU alone. */
    @Test
    void valuesComeBackFromAGpuAsTheyWent() {
        assumeThat(Device.gpus()).isPositive();
        TensorScope.run(() -> {
            Tensor there = Device.cuda(0).compute(() -> Tensors.of(new float[] {1, 2, 3}, 3));
            assertThat(Tensors.floats(there.mul(there))).containsExactly(1, 4, 9);
        });
    }
}
