package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class VqTokenizerTests {
    @ParameterizedTest
    @EnumSource(AttentionPlacement.class)
    void imagesBecomeOneTokenPerCellAndImagesAgain(AttentionPlacement attention) {
        VqTokenizerConfig config = new VqTokenizerConfig(16, 4, List.of(1, 2, 3), 2, 6, 10, 3, false, attention, 2);
        try (TensorScope ignored = TensorScope.open();
                VqTokenizer tokenizer = VqTokenizer.initialise(config, 5)) {
            Tensor tokens = tokenizer.encode(Tensors.uniform(1, -1, 1, 3, 3, 16, 16));
            assertThat(tokens.shape()).containsExactly(3, 16);
            assertThat(java.util.Arrays.stream(Tensors.longs(tokens))).allMatch(token -> token >= 0 && token < 10);
            assertThat(tokenizer.decode(tokens).shape()).containsExactly(3, 3, 16, 16);
            assertThat(tokenizer.grid().cells()).isEqualTo(16);
            assertThat(tokenizer.vocabularySize()).isEqualTo(10);
        }
    }

    @Test
    void initialWeightsAreAFunctionOfTheSeed() {
        try (VqTokenizer one = VqTokenizer.initialise(TinyTokenizer.CONFIG, 7);
                VqTokenizer same = VqTokenizer.initialise(TinyTokenizer.CONFIG, 7);
                VqTokenizer other = VqTokenizer.initialise(TinyTokenizer.CONFIG, 8);
                TensorScope ignored = TensorScope.open()) {
            for (String name : one.weights().names()) {
                float[] values = Tensors.floats(one.weights().get(name));
                assertThat(values)
                        .as(name)
                        .containsExactly(Tensors.floats(same.weights().get(name)));
                if (!name.contains("norm")) {
                    assertThat(values)
                            .as(name)
                            .isNotEqualTo(Tensors.floats(other.weights().get(name)));
                }
            }
        }
    }

    @Test
    void convolutionsStartWithinOneOverTheRootOfTheirInputs() {
        try (VqTokenizer tokenizer = VqTokenizer.initialise(TinyTokenizer.CONFIG, 1);
                TensorScope ignored = TensorScope.open()) {
            float bound = (float) (1 / Math.sqrt(16 * 9));
            float[] values = Tensors.floats(tokenizer.weights().get("encoder.mid.0.conv1.weight"));
            float largest = 0;
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(largest).isBetween(0.99f * bound, bound);
            for (double length : Tensors.doubles(tokenizer
                    .weights()
                    .get("quantize.embedding.weight")
                    .square()
                    .sum(-1))) {
                assertThat(length).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
            }
        }
    }

    @Test
    void weightsOfAnotherNetworkAreRefusedByName() {
        try (TensorScope ignored = TensorScope.open();
                VqTokenizer tokenizer = VqTokenizer.initialise(TinyTokenizer.CONFIG, 1)) {
            Map<String, Tensor> tensors =
                    new LinkedHashMap<>(tokenizer.weights().asMap());
            tensors.put("quant_conv.bias", Tensors.normal(1, 5));
            try (Weights wrong = Weights.owning(tensors)) {
                assertThatThrownBy(() -> new VqTokenizer(TinyTokenizer.CONFIG, wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("the tokenizer needs 'quant_conv.bias' with shape [4]");
            }
        }
    }

    @Test
    void imagesAndTokensOfOtherSizesAreRefused() {
        try (TensorScope ignored = TensorScope.open();
                VqTokenizer tokenizer = VqTokenizer.initialise(TinyTokenizer.CONFIG, 1)) {
            assertThatThrownBy(() -> tokenizer.encode(Tensors.normal(1, 2, 3, 9, 8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[batch, 3, 8, 8], but have [2, 3, 9, 8]");
            assertThatThrownBy(() -> tokenizer.decode(Tensors.of(new int[8], 2, 4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[batch, 16], but have [2, 4]");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theNearestCodeIsTheOneAtTheSmallestDistance(long seed) {
        try (TensorScope ignored = TensorScope.open()) {
            for (boolean normalised : new boolean[] {false, true}) {
                Codebook codebook = new Codebook(Tensors.normal(seed, 40, 5), normalised);
                Tensor latents = codebook.prepared(Tensors.normal(seed + 100, 300, 5));
                float[] codes = Tensors.floats(codebook.codes());
                float[] rows = Tensors.floats(latents);
                long[] found = Tensors.longs(codebook.nearest(latents));
                for (int row = 0; row < 300; row++) {
                    assertThat(distance(rows, row, codes, Math.toIntExact(found[row])))
                            .as("seed %d, normalised %s, row %d", seed, normalised, row)
                            .isLessThanOrEqualTo(smallest(rows, row, codes) + 1e-5);
                }
            }
        }
    }

    @Test
    void searchingInChunksFindsWhatSearchingAtOnceFinds() {
        try (TensorScope ignored = TensorScope.open()) {
            Codebook codebook = new Codebook(Tensors.normal(1, 1 << 15, 4), true);
            Tensor latents = codebook.prepared(Tensors.normal(2, 1200, 4));
            long[] together = Tensors.longs(codebook.nearest(latents));
            long[] last = Tensors.longs(codebook.nearest(latents.narrow(0, 1100, 100)));
            assertThat(java.util.Arrays.copyOfRange(together, 1100, 1200)).containsExactly(last);
        }
    }

    @Test
    void aTokenizerRunsInFloat64AndUnderBfloat16() {
        try (TensorScope ignored = TensorScope.open();
                VqTokenizer single = VqTokenizer.initialise(TinyTokenizer.CONFIG, 3);
                VqTokenizer twice =
                        new VqTokenizer(TinyTokenizer.CONFIG, single.weights().to(torch.ScalarType.Double))) {
            Tensor images = TinyTokenizer.pictures(4, 1);
            float[] expected = Tensors.floats(single.latents(images));
            float[] exact = Tensors.floats(twice.latents(images.to(torch.ScalarType.Double)));
            float[] rough = Tensors.floats(Precision.BFLOAT16.forward(() -> single.latents(images)));
            for (int i = 0; i < expected.length; i++) {
                assertThat(exact[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-5f));
                assertThat(rough[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(0.05f));
            }
        }
    }

    private static double smallest(float[] rows, int row, float[] codes) {
        double smallest = Double.POSITIVE_INFINITY;
        for (int code = 0; code < codes.length / 5; code++) {
            smallest = Math.min(smallest, distance(rows, row, codes, code));
        }
        return smallest;
    }

    private static double distance(float[] rows, int row, float[] codes, int code) {
        double squared = 0;
        for (int i = 0; i < 5; i++) {
            squared += Math.pow(rows[5 * row + i] - codes[5 * code + i], 2);
        }
        return squared;
    }
}
