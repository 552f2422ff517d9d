package dev.oar.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The FID network; its numbers are held to those of the public implementation by {@code dev.oar.parity}. */
@ExtendWith(NativeMemory.class)
class InceptionNetworkTests {
    @Test
    void countersOfBatchesAreDroppedAndAnythingElseIsRefusedByName() {
        try (TensorScope ignored = TensorScope.open();
                InceptionNetwork network = new InceptionNetwork(
                        weights(tensors -> tensors.put("Mixed_7c.branch1x1.bn.num_batches_tracked", counter())))) {
            assertThat(network.weights().names())
                    .containsExactlyElementsOf(InceptionNetwork.shapes().keySet());
        }
        refuses(
                tensors -> tensors.put("Mixed_8a.bn.num_batches_tracked", counter()),
                "has no place for a weight named 'Mixed_8a");
        refuses(tensors -> tensors.remove("fc.bias"), "the Inception network needs a weight named 'fc.bias'");
        refuses(
                tensors -> tensors.put("Mixed_6b.branch7x7_2.conv.weight", unallocated(128, 128, 7, 1)),
                "needs 'Mixed_6b.branch7x7_2.conv.weight' with shape [128, 128, 1, 7], but it has [128, 128, 7, 1]");
    }

    @Test
    void imagesWithoutThreeChannelsAreRefused() {
        try (TensorScope ignored = TensorScope.open();
                InceptionNetwork network = new InceptionNetwork(weights(tensors -> {}))) {
            assertThatThrownBy(() -> network.features(Tensors.normal(1, 2, 8, 8, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[batch, 3, height, width], but got [2, 8, 8, 3]");
        }
    }

    @Test
    void averagesOverPixelsInsideThePictureAlone() {
        try (TensorScope ignored = TensorScope.open();
                Weights none = Weights.owning(Map.of())) {
            Tensor ones = Tensors.full(1, torch.ScalarType.Float, 1, 2, 4, 5);
            Tensor pooled = new InceptionLayer.AveragePool().forward(none, ones);
            assertThat(pooled.shape()).containsExactly(1, 2, 4, 5);
            assertThat(Tensors.floats(pooled)).containsOnly(1);
        }
    }

    private static void refuses(Consumer<Map<String, Tensor>> change, String message) {
        try (TensorScope ignored = TensorScope.open();
                Weights wrong = weights(change)) {
            assertThatThrownBy(() -> new InceptionNetwork(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    private static Weights weights(Consumer<Map<String, Tensor>> change) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        InceptionNetwork.shapes().forEach((name, shape) -> tensors.put(name, unallocated(shape)));
        change.accept(tensors);
        return Weights.owning(tensors);
    }

    /** A tensor of any shape in the memory of one number. */
    private static Tensor unallocated(long... shape) {
        return Tensors.full(1, torch.ScalarType.Float, 1).expand(shape);
    }

    private static Tensor counter() {
        return Tensors.zeros(torch.ScalarType.Long);
    }
}
