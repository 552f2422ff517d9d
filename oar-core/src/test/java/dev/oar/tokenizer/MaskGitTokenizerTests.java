package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class MaskGitTokenizerTests {
    /** Three levels, the number of channels changing on the way down, on the way up, and not at all. */
    private static final MaskGitTokenizerConfig CONFIG =
            new MaskGitTokenizerConfig(8, 4, List.of(1, 2, 2), 2, 11, 6, 2);

    private static final double EXACT = 1e-10;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void inFloat64EveryTensorIsThatOfPlainLoops(long seed) {
        try (TensorScope ignored = TensorScope.open();
                MaskGitTokenizer tokenizer = random(seed)) {
            MaskGitReference plain = new MaskGitReference(CONFIG, tokenizer.weights());
            Tensor unit = images(seed, 2);
            Tensor images = MaskGitTokenizer.signedRange(unit);
            Tensor latents = tokenizer.latents(images);
            Tensor distances = tokenizer.distances(latents);
            Tensor tokens = tokenizer.encode(images);
            Tensor decoded = tokenizer.decodeVectors(tokenizer.quantised(tokens));
            for (int image = 0; image < 2; image++) {
                double[][][] expected = plain.latents(planes(unit, image));
                assertThat(row(latents, image)).as("seed %d", seed).containsExactly(flat(expected), offset(EXACT));
                double[][] far = plain.distances(expected);
                assertThat(row(distances.view(2, 4, 11), image))
                        .as("seed %d", seed)
                        .containsExactly(flat(new double[][][] {far}), offset(EXACT));
                long[] nearest = Arrays.stream(far)
                        .mapToLong(MaskGitTokenizerTests::smallest)
                        .toArray();
                assertThat(Tensors.longs(tokens.select(0, image)))
                        .as("seed %d", seed)
                        .containsExactly(nearest);
                assertThat(row(decoded, image))
                        .as("seed %d", seed)
                        .containsExactly(flat(plain.decoded(plain.quantised(nearest))), offset(EXACT));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aShortcutThatChangesChannelsReadsTheBlocksOwnOutput(long seed) {
        try (TensorScope ignored = TensorScope.open();
                MaskGitTokenizer tokenizer = random(seed)) {
            String name = "encoder.down.1.block.0";
            Tensor input = Tensors.normal(seed, 1, 4, 3, 3).to(torch.ScalarType.Double);
            double[] expected = flat(new MaskGitReference(CONFIG, tokenizer.weights()).block(name, planes(input, 0)));
            Tensor output = tokenizer.residualBlock(name, input);
            assertThat(output.shape()).containsExactly(1, 8, 3, 3);
            assertThat(row(output, 0)).as("seed %d", seed).containsExactly(expected, offset(EXACT));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void softCodesAreProbabilitiesThatPreferTheTokens(long seed) {
        try (TensorScope ignored = TensorScope.open();
                MaskGitTokenizer tokenizer = random(seed)) {
            Tensor latents = tokenizer.latents(MaskGitTokenizer.signedRange(images(seed, 3)));
            Tensor soft = tokenizer.softCodes(latents);
            assertThat(soft.shape()).containsExactly(3, 4, 11);
            double[] all = Tensors.doubles(soft);
            long[] tokens = Tensors.longs(tokenizer.nearest(latents));
            for (int cell = 0; cell < tokens.length; cell++) {
                double[] shares = Arrays.copyOfRange(all, cell * 11, (cell + 1) * 11);
                assertThat(Arrays.stream(shares).sum())
                        .as("seed %d, cell %d", seed, cell)
                        .isCloseTo(1, offset(EXACT));
                assertThat(shares[(int) tokens[cell]])
                        .as("seed %d, cell %d", seed, cell)
                        .isEqualTo(Arrays.stream(shares).max().orElseThrow());
            }
        }
    }

    @Test
    void imagesBecomeOneTokenPerCellAndImagesInTheSeamsRangeAgain() {
        try (TensorScope ignored = TensorScope.open();
                MaskGitTokenizer tokenizer = MaskGitTokenizer.initialise(CONFIG, 5)) {
            Tensor tokens = tokenizer.encode(Tensors.uniform(1, -1, 1, 3, 3, 8, 8));
            assertThat(tokens.shape()).containsExactly(3, 4);
            assertThat(Arrays.stream(Tensors.longs(tokens))).allMatch(token -> token >= 0 && token < 11);
            assertThat(tokenizer.grid().cells()).isEqualTo(4);
            assertThat(tokenizer.vocabularySize()).isEqualTo(11);
            assertThat(tokenizer.imageSize()).isEqualTo(8);
            double[] seam = Tensors.doubles(tokenizer.decode(tokens));
            double[] unit = Tensors.doubles(tokenizer.decodeUnit(tokens));
            assertThat(seam).hasSize(3 * 3 * 64);
            for (int i = 0; i < seam.length; i++) {
                assertThat(unit[i]).isCloseTo(Math.max(0, Math.min(1, seam[i] / 2 + 0.5)), offset(1e-6));
            }
        }
    }

    @Test
    void rangesAreConvertedThereAndBack() {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor unit = Tensors.of(new float[] {0, 0.25f, 0.5f, 1}, 4);
            Tensor signed = MaskGitTokenizer.signedRange(unit);
            assertThat(Tensors.floats(signed)).containsExactly(-1, -0.5f, 0, 1);
            assertThat(Tensors.floats(MaskGitTokenizer.unitRange(signed))).containsExactly(0, 0.25f, 0.5f, 1);
        }
    }

    @Test
    void eightBitNumbersAreClampedAndTruncated() {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor image = Tensors.of(new float[] {-0.5f, 1.999f / 255, 254.5f / 255, 1, 7, 0}, 1, 3, 1, 2);
            assertThat(Tensors.bytes(MaskGitTokenizer.truncatedBytes(image))).containsExactly(0, 254, 255, 1, 255, 0);
        }
    }

    @Test
    void weightsOfAnotherNetworkAreRefusedByName() {
        refuses(
                weights -> weights.remove("encoder.mid.1.conv2.weight"),
                "the MaskGIT tokenizer needs a weight named 'encoder.mid.1.conv2.weight'");
        refuses(
                weights -> weights.put("encoder.conv_in.bias", Tensors.normal(1, 4)),
                "the MaskGIT tokenizer has no place for a weight named 'encoder.conv_in.bias'");
        refuses(
                weights -> weights.put("decoder.up.0.block.0.nin_shortcut.weight", Tensors.normal(1, 4, 8, 1, 1)),
                "needs 'decoder.up.0.block.0.nin_shortcut.weight' with shape [4, 4, 1, 1], but it has [4, 8, 1, 1]");
    }

    @Test
    void imagesTokensAndStatesOfOtherSizesAreRefused() {
        try (TensorScope ignored = TensorScope.open();
                MaskGitTokenizer tokenizer = MaskGitTokenizer.initialise(CONFIG, 1)) {
            assertThatThrownBy(() -> tokenizer.encode(Tensors.normal(1, 2, 3, 9, 8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[batch, 3, 8, 8], but have [2, 3, 9, 8]");
            assertThatThrownBy(() -> tokenizer.decode(Tensors.of(new int[10], 2, 5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[batch, 4], but have [2, 5]");
            assertThatThrownBy(() -> tokenizer.residualBlock("encoder.mid.0", Tensors.normal(1, 1, 4, 2, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("takes [batch, 8, height, width], but was given [1, 4, 2, 2]");
        }
    }

    @Test
    void publishedSizesHaveThePublishedNamesAndShapes() {
        Map<String, long[]> shapes = MaskGitTokenizer.shapes(MaskGitTokenizerConfig.published());
        assertThat(shapes).hasSize(168);
        assertThat(shapes.values().stream()
                        .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
                        .sum())
                .isEqualTo(54_515_587);
        assertThat(shapes.keySet().stream().filter(name -> name.contains("nin_shortcut")))
                .containsExactly(
                        "encoder.down.2.block.0.nin_shortcut.weight",
                        "encoder.down.4.block.0.nin_shortcut.weight",
                        "decoder.up.3.block.0.nin_shortcut.weight",
                        "decoder.up.1.block.0.nin_shortcut.weight");
        assertThat(shapes.get("encoder.down.4.block.0.conv1.weight")).containsExactly(512, 256, 3, 3);
        assertThat(shapes.get("encoder.down.4.block.0.nin_shortcut.weight")).containsExactly(512, 512, 1, 1);
        assertThat(shapes.get("encoder.conv_out.weight")).containsExactly(256, 512, 1, 1);
        assertThat(shapes.get("decoder.conv_in.weight")).containsExactly(512, 256, 3, 3);
        assertThat(shapes.get("decoder.up.3.block.0.conv1.weight")).containsExactly(256, 512, 3, 3);
        assertThat(shapes.get("decoder.up.3.upsample_conv.weight")).containsExactly(256, 256, 3, 3);
        assertThat(shapes.get("decoder.conv_out.weight")).containsExactly(3, 128, 3, 3);
        assertThat(shapes.get("quantize.embedding.weight")).containsExactly(1024, 256);
        assertThat(shapes).doesNotContainKeys("encoder.conv_in.bias", "decoder.up.0.upsample_conv.weight");
    }

    @Test
    void wrongSizesAreRefusedInOneSentence() {
        assertThatThrownBy(() -> new MaskGitTokenizerConfig(8, 4, List.of(1, 2), 0, 11, 6, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("residual-blocks must be positive, but is 0; give at least 1");
        assertThatThrownBy(() -> new MaskGitTokenizerConfig(8, 4, List.of(1, 2), 1, 11, 6, 3))
                .hasMessageContaining("but 4 x 1 is none of 3");
        assertThatThrownBy(() -> new MaskGitTokenizerConfig(9, 4, List.of(1, 2), 1, 11, 6, 2))
                .hasMessageContaining("image-size must be a multiple of 2");
        assertThatThrownBy(() -> new MaskGitTokenizerConfig(8, 4, List.of(1, 2), 1, 1, 6, 2))
                .hasMessageContaining("codebook-size must be at least 2");
    }

    private static void refuses(Consumer<Map<String, Tensor>> change, String message) {
        try (TensorScope ignored = TensorScope.open();
                MaskGitTokenizer tokenizer = MaskGitTokenizer.initialise(CONFIG, 1)) {
            Map<String, Tensor> tensors =
                    new LinkedHashMap<>(tokenizer.weights().asMap());
            change.accept(tensors);
            try (Weights wrong = Weights.owning(tensors)) {
                assertThatThrownBy(() -> new MaskGitTokenizer(CONFIG, wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(message);
            }
        }
    }

    /** All weights random, norms and biases too, in float64. */
    private static MaskGitTokenizer random(long seed) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        MaskGitTokenizer.shapes(CONFIG).forEach((name, shape) -> {
            Tensor values = Tensors.normal(CounterRandom.of(seed, name).key(), shape);
            tensors.put(name, values.to(torch.ScalarType.Double).mul(new Scalar(0.3)));
        });
        return new MaskGitTokenizer(CONFIG, Weights.owning(tensors));
    }

    private static Tensor images(long seed, int count) {
        return Tensors.uniform(seed, 0, 1, count, 3, 8, 8).to(torch.ScalarType.Double);
    }

    private static double[] row(Tensor batch, int index) {
        return Tensors.doubles(batch.select(0, index));
    }

    private static double[][][] planes(Tensor batch, int index) {
        double[] values = row(batch, index);
        int side = Math.toIntExact(batch.size(2));
        return IntStream.range(0, values.length / side / side)
                .mapToObj(channel -> IntStream.range(0, side)
                        .map(row -> (channel * side + row) * side)
                        .mapToObj(start -> Arrays.copyOfRange(values, start, start + side))
                        .toArray(double[][]::new))
                .toArray(double[][][]::new);
    }

    private static double[] flat(double[][][] planes) {
        return Arrays.stream(planes)
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    private static int smallest(double[] values) {
        int smallest = 0;
        for (int i = 1; i < values.length; i++) {
            smallest = values[i] < values[smallest] ? i : smallest;
        }
        return smallest;
    }
}
