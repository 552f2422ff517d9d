package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.ImageSource;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureClassifierConfig;
import dev.oar.feature.FeatureNetwork;
import dev.oar.image.RgbImage;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TestPictures;
import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.PixelTensors;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class ReconstructionQualityTests {
    private static final FeatureClassifierConfig SMALL = new FeatureClassifierConfig(List.of(8, 16), 4, true, 0, 0);

    @Test
    void aLosslessTokenizerIsAtDistanceZero() throws IOException {
        try (FeatureClassifier network = FeatureClassifier.initialise(SMALL, 2, 1)) {
            ReconstructionQuality quality = measure(new ColourTokenizer(), network, 30);
            assertThat(quality.frechetDistance().point()).isCloseTo(0, within(1e-6));
            assertThat(quality.signalToNoise().mean().point()).isEqualTo(100);
            assertThat(quality.metric().name()).isEqualTo("reconstruction FD (own features)");
        }
    }

    @Test
    void anUntrainedTokenizerIsFarFromIt() throws IOException {
        VqTokenizerConfig config =
                new VqTokenizerConfig(8, 8, List.of(1, 1), 1, 8, 16, 4, true, AttentionPlacement.NONE, 4);
        try (FeatureClassifier network = FeatureClassifier.initialise(SMALL, 2, 1);
                VqTokenizer tokenizer = VqTokenizer.initialise(config, 1)) {
            ReconstructionQuality quality = measure(tokenizer, network, 30);
            assertThat(quality.frechetDistance().point()).isGreaterThan(0.01);
            assertThat(quality.signalToNoise().mean().point()).isBetween(0.0, 30.0);
            assertThat(quality.codebookUse()).isBetween(1.0 / 16, 1.0);
            assertThat(quality.perplexity()).isBetween(1.0, 16 * quality.codebookUse() + 1e-9);
            assertThat(quality.images()).isEqualTo(30);
        }
    }

    @Test
    void codesAreCountedOnceAndFamiliesWeighEquallyInTheirPerplexity() throws IOException {
        // Five pictures of one colour each, the first in three variants; the batch of 8 is filled up with the last of
        // the seven.
        int[] colours = {10, 10, 10, 60, 110, 160, 210};
        List<RgbImage> images = java.util.Arrays.stream(colours)
                .mapToObj(ReconstructionQualityTests::plain)
                .toList();
        ImageSource source = ImageSource.of(images, new int[] {0, 0, 0, 1, 2, 3, 4});
        try (FeatureClassifier network = FeatureClassifier.initialise(SMALL, 2, 1)) {
            ReconstructionQuality quality =
                    ReconstructionQuality.measure(new ColourTokenizer(), network, source, 8, new Subsampling(2, 1));
            assertThat(quality.perplexity()).isCloseTo(5, within(1e-9));
            assertThat(quality.codebookUse()).isEqualTo(5.0 / (1 << 24));
        }
    }

    private static RgbImage plain(int grey) {
        byte[] rgb = new byte[8 * 8 * 3];
        java.util.Arrays.fill(rgb, (byte) grey);
        return new RgbImage(8, 8, rgb);
    }

    @Test
    void theSignalToNoiseRatioIsThatOfTheFormula() {
        RgbImage black = new RgbImage(1, 1, new byte[3]);
        RgbImage grey = new RgbImage(1, 1, new byte[] {10, 10, 10});
        assertThat(ReconstructionQuality.signalToNoise(black, grey)).isCloseTo(20 * Math.log10(25.5), within(1e-12));
        assertThatThrownBy(() -> ReconstructionQuality.signalToNoise(black, new RgbImage(2, 1, new byte[6])))
                .hasMessageContaining("one size");
    }

    private static ReconstructionQuality measure(ImageTokenizer tokenizer, FeatureNetwork network, int images)
            throws IOException {
        ImageSource source = ImageSource.of(TestPictures.of(1, images));
        return ReconstructionQuality.measure(tokenizer, network, source, 8, new Subsampling(10, 1));
    }

    /** Every pixel a cell, every colour a token. */
    private record ColourTokenizer() implements ImageTokenizer {
        @Override
        public TokenGrid grid() {
            return TokenGrid.square(8);
        }

        @Override
        public int vocabularySize() {
            return 1 << 24;
        }

        @Override
        public int imageSize() {
            return 8;
        }

        @Override
        public void close() {}

        @Override
        public Tensor encode(Tensor images) {
            List<RgbImage> pictures = PixelTensors.images(images);
            int[][] tokens = new int[pictures.size()][64];
            for (int image = 0; image < tokens.length; image++) {
                byte[] rgb = pictures.get(image).rgb();
                for (int cell = 0; cell < 64; cell++) {
                    tokens[image][cell] =
                            (rgb[3 * cell] & 0xFF) << 16 | (rgb[3 * cell + 1] & 0xFF) << 8 | rgb[3 * cell + 2] & 0xFF;
                }
            }
            return Tensors.of(tokens);
        }

        @Override
        public Tensor decode(Tensor tokens) {
            List<RgbImage> pictures = java.util.Arrays.stream(Tensors.intRows(tokens))
                    .map(ColourTokenizer::image)
                    .toList();
            return PixelTensors.of(pictures);
        }

        private static RgbImage image(int[] tokens) {
            byte[] rgb = new byte[3 * tokens.length];
            for (int cell = 0; cell < tokens.length; cell++) {
                rgb[3 * cell] = (byte) (tokens[cell] >> 16);
                rgb[3 * cell + 1] = (byte) (tokens[cell] >> 8);
                rgb[3 * cell + 2] = (byte) tokens[cell];
            }
            return new RgbImage(8, 8, rgb);
        }
    }
}
