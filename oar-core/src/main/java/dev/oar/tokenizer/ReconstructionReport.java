package dev.oar.tokenizer;

import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How well a tokenizer gives images back, and how evenly it uses its codes. Every image weighs the same, whatever families there
 * are; figures in which families weigh the same are those of {@code dev.oar.evaluate.ReconstructionQuality}.
 *
 * @param images how many images were measured
 * @param peakSignalToNoiseRatio mean over the images in decibels, on 8-bit values; identical images count 100
 * @param usedCodes share of the codebook that occurs at all, in [0, 1]
 * @param perplexity exponential of the entropy of code use, between 1 and the codebook size
 */
public record ReconstructionReport(int images, double peakSignalToNoiseRatio, double usedCodes, double perplexity) {
    private static final double IDENTICAL = 100;

    /** Collects batch after batch. */
    public static final class Builder {
        private final ImageTokenizer tokenizer;
        private final long[] uses;
        private int images;
        private double decibels;

        private Builder(ImageTokenizer tokenizer) {
            this.tokenizer = tokenizer;
            this.uses = new long[tokenizer.vocabularySize()];
        }

        /**
         * Measures a batch.
         *
         * @param batch {@code [batch, 3, imageSize, imageSize]}, float32 in [-1, 1]
         * @return this
         */
        public Builder add(Tensor batch) {
            TensorScope.run(() -> {
                Tensor tokens = tokenizer.encode(batch);
                for (long token : Tensors.longs(tokens)) {
                    uses[Math.toIntExact(token)]++;
                }
                Tensor reconstructed = Device.of(batch).moved(tokenizer.decode(tokens));
                Tensor error = levels(batch).sub(levels(reconstructed));
                for (double squared : Tensors.doubles(error.square().mean(1, 2, 3))) {
                    decibels += squared == 0 ? IDENTICAL : 10 * Math.log10(255 * 255 / squared);
                    images++;
                }
            });
            return this;
        }

        /**
         * The figures over everything added.
         *
         * @throws IllegalStateException if nothing was added
         */
        public ReconstructionReport build() {
            if (images == 0) {
                throw new IllegalStateException(
                        "a reconstruction report needs at least one image, but none was added; add a batch first");
            }
            long total = 0;
            int used = 0;
            for (long use : uses) {
                total += use;
                used += use > 0 ? 1 : 0;
            }
            double entropy = 0;
            for (long use : uses) {
                double share = (double) use / total;
                entropy -= use == 0 ? 0 : share * Math.log(share);
            }
            return new ReconstructionReport(images, decibels / images, (double) used / uses.length, Math.exp(entropy));
        }

        private static Tensor levels(Tensor images) {
            return PixelTensors.bytes(images).to(torch.ScalarType.Double);
        }
    }

    /** A report to be filled for this tokenizer. */
    public static Builder of(ImageTokenizer tokenizer) {
        return new Builder(tokenizer);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "PSNR %.2f dB per image, %.1f %% of the codes used, perplexity %.1f, over %d images",
                peakSignalToNoiseRatio,
                100 * usedCodes,
                perplexity,
                images);
    }
}
