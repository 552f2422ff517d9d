package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class ReconstructionReportTests {
    @Test
    void signalToNoiseAndCodeUseAreThoseWorkedOutByHand() {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor black = Tensors.full(-1, torch.ScalarType.Float, 1, 3, 2, 2);
            Tensor white = Tensors.full(1, torch.ScalarType.Float, 1, 3, 2, 2);
            ReconstructionReport report = ReconstructionReport.of(new ShiftingTokenizer())
                    .add(black)
                    .add(Tensors.cat(0, black, white))
                    .build();
            // Black is 10 levels off; white stays white, because 265 is clamped to 255.
            double black10 = 10 * Math.log10(255 * 255 / 100.0);
            assertThat(report.images()).isEqualTo(3);
            assertThat(report.peakSignalToNoiseRatio()).isCloseTo((2 * black10 + 100) / 3, offset(1e-9));
            assertThat(report.usedCodes()).isEqualTo(0.5);
            assertThat(report.perplexity()).isCloseTo(4, offset(1e-9));
            assertThat(report)
                    .hasToString("PSNR 52.09 dB per image, 50.0 % of the codes used, perplexity 4.0, over 3 images");
        }
    }

    @Test
    void aReportOverNothingIsRefused() {
        assertThatThrownBy(
                        () -> ReconstructionReport.of(new ShiftingTokenizer()).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at least one image");
    }

    /** Remembers the pixels, gives them back ten levels brighter, and says the tokens 0, 1, 2, 3. */
    private static final class ShiftingTokenizer implements ImageTokenizer {
        private float[] pixels = {};

        @Override
        public TokenGrid grid() {
            return TokenGrid.square(2);
        }

        @Override
        public int vocabularySize() {
            return 8;
        }

        @Override
        public int imageSize() {
            return 2;
        }

        @Override
        public void close() {}

        @Override
        public Tensor encode(Tensor images) {
            pixels = Tensors.floats(images);
            int batch = Math.toIntExact(images.size(0));
            int[][] tokens = new int[batch][];
            java.util.Arrays.fill(tokens, new int[] {0, 1, 2, 3});
            return Tensors.of(tokens);
        }

        @Override
        public Tensor decode(Tensor tokens) {
            return Tensors.of(pixels, tokens.size(0), 3, 2, 2).add(new Scalar(10 / 127.5));
        }
    }
}
