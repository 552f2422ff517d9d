package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A tokenizer takes images and tokens from anywhere, and waits for none of its own. */
@ExtendWith(NativeMemory.class)
class DeviceAgnosticTokenizerTests {
    @Test
    void imagesBecomeTokensAndImagesAgainOnTheDeviceOfTheWeights() {
        try (VqTokenizer tokenizer = Device.META.compute(() -> VqTokenizer.initialise(TinyTokenizer.CONFIG, 1));
                TensorScope ignored = TensorScope.open()) {
            Tensor tokens = tokenizer.encode(TinyTokenizer.pictures(2, 1));
            assertThat(Device.of(tokens)).isEqualTo(Device.META);
            assertThat(tokens.shape()).containsExactly(2, tokenizer.grid().cells());
            for (Tensor given : new Tensor[] {tokens, Tensors.zeros(torch.ScalarType.Long, tokens.shape())}) {
                Tensor images = tokenizer.decode(given);
                assertThat(Device.of(images)).isEqualTo(Device.META);
                assertThat(images.shape()).containsExactly(2, 3, 8, 8);
            }
        }
    }

    /** Runs where there is a GPU alone. */
    @Test
    void aGpuSeesAndPaintsWhatTheProcessorDoes() {
        assumeThat(Device.gpus()).isPositive();
        try (VqTokenizer here = VqTokenizer.initialise(TinyTokenizer.CONFIG, 1);
                VqTokenizer there = Device.cuda(0).compute(() -> VqTokenizer.initialise(TinyTokenizer.CONFIG, 1));
                TensorScope ignored = TensorScope.open()) {
            Tensor pictures = TinyTokenizer.pictures(4, 1);
            Tensor tokens = here.encode(pictures);
            assertThat(Tensors.longs(there.encode(pictures))).containsExactly(Tensors.longs(tokens));
            assertThat(Tensors.floats(there.decode(tokens)))
                    .containsExactly(Tensors.floats(here.decode(tokens)), within(1e-4f));
        }
    }

    /** The error is squared by hand: LibTorch has no gradient of its own function there. */
    @Test
    void lossAndGradientsWaitForNothing() {
        Device.META.run(() -> {
            try (VqTokenizer tokenizer = VqTokenizer.initialise(TinyTokenizer.CONFIG, 1);
                    TensorScope ignored = TensorScope.open()) {
                tokenizer.weights().requireGradient(true);
                Tensor images = TinyTokenizer.pictures(2, 1);
                Tensor vectors = tokenizer.latents(images);
                Tensor error =
                        tokenizer.decodeVectors(vectors).sub(images).square().mean();
                error.backward();
                assertThat(Device.of(
                                tokenizer.weights().get("quant_conv.weight").grad()))
                        .isEqualTo(Device.META);
                tokenizer
                        .weights()
                        .asMap()
                        .values()
                        .forEach(tensor -> tensor.mutable_grad().reset());
            }
        });
    }
}
