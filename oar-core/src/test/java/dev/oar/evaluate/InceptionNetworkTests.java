package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Safetensors;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The FID network, held to the numbers of the public implementation in the cases of kind {@code inception}. */
@ExtendWith(NativeMemory.class)
class InceptionNetworkTests {
    static List<Golden> cases() {
        return Golden.ofKind("inception");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void namesAndShapesAreThoseOfTheReference(Golden golden) {
        assertThat(readable(InceptionNetwork.shapes())).isEqualTo(readable(InceptionRecipe.shapes(golden)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyStoredTensorIsMet(Golden golden) throws IOException {
        Safetensors file = golden.open("golden.safetensors");
        int compared = 0;
        try (InceptionNetwork network = new InceptionNetwork(InceptionRecipe.weights(golden))) {
            for (int set = 0; file.names().contains("images" + set); set++) {
                try (TensorScope ignored = TensorScope.open()) {
                    Tensor images = PixelTensors.ofBytes(file.read("images" + set));
                    Map<String, Tensor> outputs = outputs(network, images, "_" + set);
                    for (var output : outputs.entrySet()) {
                        Tensor expected = file.read(output.getKey());
                        Golden.assertClose(
                                output.getKey(), output.getValue(), expected, golden.tolerance("float_relative"));
                    }
                    compared += outputs.size() + 1;
                    String pool3 = "pool3_" + set;
                    Golden.assertClose(
                            pool3 + " by the seam",
                            seam(network, file.read("images" + set)),
                            file.read(pool3),
                            golden.tolerance("float_relative"));
                }
            }
        }
        assertThat(compared)
                .as("tensors, images included")
                .isEqualTo(file.names().size());
    }

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

    private static Map<String, Tensor> outputs(InceptionNetwork network, Tensor images, String suffix) {
        InceptionNetwork.Activations activations = network.activations(images);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("block0_mean" + suffix, activations.block0().mean(2, 3));
        outputs.put(
                "block0_corner" + suffix, activations.block0().narrow(2, 0, 3).narrow(3, 0, 3));
        outputs.put("block1_mean" + suffix, activations.block1().mean(2, 3));
        outputs.put("block2_mean" + suffix, activations.block2().mean(2, 3));
        outputs.put("pool3" + suffix, activations.pool3());
        outputs.put("spatial" + suffix, activations.spatial());
        outputs.put("logits" + suffix, network.logits(activations.pool3()));
        outputs.put("logits_nobias" + suffix, network.logitsWithoutBias(activations.pool3()));
        return outputs;
    }

    /** The features of 8-bit images as evaluation computes them. */
    private static Tensor seam(InceptionNetwork network, Tensor bytes) throws IOException {
        int height = Math.toIntExact(bytes.size(1));
        int width = Math.toIntExact(bytes.size(2));
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < bytes.size(0); i++) {
            images.add(new RgbImage(width, height, Tensors.bytes(bytes.select(0, i))));
        }
        FeatureSet features = FeatureExtraction.of(network, ImageSource.of(images), images.size());
        return Tensors.of(features.values(), features.count(), features.width());
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

    private static String readable(Map<String, long[]> shapes) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(shapes).forEach((name, shape) -> lines.append(name + " " + Arrays.toString(shape) + "\n"));
        return lines.toString();
    }
}
