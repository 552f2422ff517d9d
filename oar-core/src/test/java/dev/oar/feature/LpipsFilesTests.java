package dev.oar.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Weights of LPIPS in the layouts in which they are published; that the distance is right is shown by the reference case. */
@ExtendWith(NativeMemory.class)
class LpipsFilesTests {
    private static final List<Integer> WIDTHS = List.of(2, 3, 4, 5, 6);

    @TempDir
    Path folder;

    @Test
    void allPublishedLayoutsAreOneNetwork() throws IOException {
        Path together = write("together", tensors -> {});
        Path vgg = write("vgg16", tensors -> {
            tensors.keySet().removeIf(name -> name.startsWith("lin"));
            tensors.put("classifier.0.weight", Tensors.zeros(torch.ScalarType.Float, 2, 2));
        });
        Path heads = write("heads", tensors -> tensors.keySet().removeIf(name -> !name.startsWith("lin")));
        Path own = write("own", LpipsFilesTests::asLpipsNamesThem);
        String expected = fingerprint(together, Optional.empty());
        assertThat(fingerprint(vgg, Optional.of(heads))).isEqualTo(expected);
        assertThat(fingerprint(own, Optional.empty())).isEqualTo(expected);
    }

    @Test
    void halfPrecisionIsWidened() throws IOException {
        Path half = write("half", tensors -> tensors.replaceAll((name, tensor) -> tensor.to(torch.ScalarType.Half)));
        try (Lpips lpips = LpipsFiles.read(half, Optional.empty())) {
            assertThat(lpips.weights().asMap().values())
                    .allMatch(tensor -> tensor.scalar_type().intern() == torch.ScalarType.Float);
        }
    }

    @Test
    void whatLacksOrDoesNotFitIsRefusedInOneSentence() throws IOException {
        refused(
                "no head",
                tensors -> tensors.remove("lin3.model.1.weight"),
                "needs a weight named 'lin3.model.1.weight'");
        refused("no first layer", tensors -> tensors.remove("features.0.weight"), "needs VGG16's 'features.0.weight'");
        refused("no bias", tensors -> tensors.remove("features.28.bias"), "needs a weight named 'features.28.bias'");
        refused(
                "another network",
                tensors -> tensors.put("features.30.weight", Tensors.zeros(torch.ScalarType.Float, 1)),
                "no place for a weight named 'features.30.weight'");
        refused(
                "another shape",
                tensors -> tensors.put("features.7.weight", Tensors.zeros(torch.ScalarType.Float, 3, 3, 5, 5)),
                "needs 'features.7.weight' with shape [3, 3, 3, 3], but it has [3, 3, 5, 5]");
        refused(
                "not a number",
                tensors -> tensors.put("features.7.bias", Tensors.full(Double.NaN, torch.ScalarType.Float, 3)),
                "must be finite, but 'features.7.bias'");
    }

    @Test
    void aMissingFileIsRefusedAndNeverFetched() {
        assertThatThrownBy(() -> LpipsFiles.read(folder.resolve("vgg16.pth"), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("never downloaded by themselves, but there is no file")
                .hasMessageContaining("vgg16.pth");
    }

    @Test
    void equalImagesAreAtDistanceZeroAndSmallOnesAreRefused() throws IOException {
        try (Lpips lpips = LpipsFiles.read(write("network", tensors -> {}), Optional.empty());
                TensorScope ignored = TensorScope.open()) {
            Tensor images = Tensors.uniform(CounterRandom.of(1, "images").key(), -1, 1, 2, 3, 16, 16);
            assertThat(Tensors.floats(lpips.distance(images, images))).containsExactly(0, 0);
            assertThat(lpips.distance(images, images.neg()).min().item_double()).isPositive();
            assertThatThrownBy(() -> lpips.distance(images.narrow(2, 0, 8), images))
                    .hasMessageContaining("at least 16 pixels, but got [2, 3, 8, 16]");
        }
    }

    /** Behind rectifiers a cell's features may all be 0, and a root has no slope there. */
    @Test
    void cellsWithoutFeaturesHaveFiniteGradients() throws IOException {
        Path dark = write(
                "dark",
                tensors ->
                        tensors.replaceAll((name, tensor) -> name.startsWith("features.") ? tensor.zero_() : tensor));
        try (Lpips lpips = LpipsFiles.read(dark, Optional.empty());
                TensorScope ignored = TensorScope.open()) {
            Tensor images = Tensors.uniform(CounterRandom.of(1, "images").key(), -1, 1, 1, 3, 16, 16)
                    .requires_grad_(true);
            lpips.distance(images, images.detach().neg()).sum().backward();
            assertThat(Tensors.floats(images.grad())).containsOnly(0);
        }
    }

    @Test
    void featuresOfTheOwnClassifierMeasureDistancesWithGradients() {
        FeatureClassifierConfig small = new FeatureClassifierConfig(List.of(8, 16), 4, true, 0.1, 0.1);
        try (FeatureClassifier classifier = FeatureClassifier.initialise(small, 2, 1);
                TensorScope ignored = TensorScope.open()) {
            Tensor references = Tensors.uniform(CounterRandom.of(1, "images").key(), -1, 1, 2, 3, 8, 8);
            Tensor images = references.mul(new Scalar(0.5)).requires_grad_(true);
            Tensor distance = classifier.perceptualDistance().distance(images, references);
            assertThat(distance.shape()).containsExactly(2);
            assertThat(Tensors.floats(classifier.perceptualDistance().distance(references, references)))
                    .containsExactly(0, 0);
            distance.sum().backward();
            assertThat(images.grad().abs().max().item_double()).isPositive();
            assertThat(classifier.weights().asMap().values())
                    .noneMatch(weight -> weight.grad().defined());
        }
    }

    private void refused(String name, Consumer<Map<String, Tensor>> change, String words) throws IOException {
        Path file = write(name, change);
        assertThatThrownBy(() -> LpipsFiles.read(file, Optional.empty()))
                .as(name)
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(words)
                .hasMessageContaining(file.toString());
    }

    private static String fingerprint(Path vgg, Optional<Path> heads) throws IOException {
        try (Lpips lpips = LpipsFiles.read(vgg, heads)) {
            return lpips.fingerprint();
        }
    }

    /** LPIPS's own state dict: slices of VGG16, the scaling's numbers, every head under two names. */
    private static void asLpipsNamesThem(Map<String, Tensor> tensors) {
        int[] firstOfSlice = {0, 4, 9, 16, 23, 30};
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith("lin")) {
                renamed.put(name, tensor);
                renamed.put(name.replaceFirst("lin", "lins."), tensor);
            } else {
                String place = name.substring("features.".length());
                int number = Integer.parseInt(place.substring(0, place.indexOf('.')));
                int slice = 1;
                while (number >= firstOfSlice[slice]) {
                    slice++;
                }
                renamed.put("net.slice" + slice + "." + place, tensor);
            }
        });
        renamed.put("scaling_layer.shift", Tensors.zeros(torch.ScalarType.Float, 1, 3, 1, 1));
        renamed.put("scaling_layer.scale", Tensors.zeros(torch.ScalarType.Float, 1, 3, 1, 1));
        tensors.clear();
        tensors.putAll(renamed);
    }

    private Path write(String name, Consumer<Map<String, Tensor>> change) throws IOException {
        Path file = folder.resolve(name + ".safetensors");
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Lpips.shapes(WIDTHS).forEach((weight, shape) -> {
                double low = weight.startsWith("lin") ? 0 : -1;
                tensors.put(weight, Tensors.uniform(CounterRandom.of(3, weight).key(), low, 1, shape));
            });
            change.accept(tensors);
            Safetensors.write(file, tensors, Map.of());
        }
        return file;
    }
}
