package dev.oar.pipeline;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Keys;
import dev.oar.config.Require;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.SpreadTokens;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GuidanceSettings;
import dev.oar.generate.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * What is measured and shown.
 *
 * @param samples images drawn per arm and drawing order; how small a difference they can tell, the report says, and the run how long they
 *     took to draw
 * @param shown how many of them the report shows
 * @param batchSize images per forward pass
 * @param confidence measure of the dynamic orders
 * @param orderNoise noise of the noisy dynamic order
 * @param guidance of all drawings
 * @param sampling of all drawings
 * @param randomOrders fresh random orders per test image for bits per token
 * @param subsamples subsamples behind every interval
 * @param codeLengthImages on how many test images code lengths are measured at most, spread over the split; empty: on all
 */
@Keys({
    "samples",
    "shown",
    "batch-size",
    "confidence",
    "order-noise",
    "guidance-scale",
    "temperature",
    "top-k",
    "top-p",
    "random-orders",
    "subsamples"
})
public record EvaluationSection(
        @Default("2048") int samples,
        @Default("16") int shown,
        @Default("32") int batchSize,
        @Default("negative-entropy") ConfidenceMeasure confidence,
        @Default("1") double orderNoise,
        @Flat GuidanceSettings guidance,
        @Flat Sampling sampling,
        @Default("2") int randomOrders,
        @Default("40") int subsamples,
        Optional<Integer> codeLengthImages) {
    private static final int LEAST_IMAGES = 2;

    /** Checks the counts and that images can be drawn so. */
    public EvaluationSection {
        if (samples < 8 || shown < 1 || shown > samples || batchSize < 1 || randomOrders < 1 || subsamples < 2) {
            throw new IllegalArgumentException(
                    "evaluation needs at least 8 samples, 1 to samples shown, and positive batch-size,"
                            + " random-orders and subsamples, but was given " + samples + ", " + shown + ", "
                            + batchSize + ", "
                            + randomOrders + " and " + subsamples);
        }
        Require.that(
                codeLengthImages.orElse(LEAST_IMAGES) >= LEAST_IMAGES,
                "code-length-images must be at least %s, but is %s; leave it out to measure on all test images",
                LEAST_IMAGES,
                codeLengthImages.orElse(0));
        var unused = dynamic(confidence, orderNoise);
    }

    /** The test images that code lengths are measured on. */
    SpreadTokens measured(MeasuredTokens test) {
        return SpreadTokens.atMost(test, codeLengthImages.orElse(test.count()));
    }

    /**
     * The orders that every arm is drawn in, each once: without noise there is one dynamic order. Only the same drawing is compared
     * with the same drawing.
     */
    List<Drawing> drawings() {
        List<DrawingOrder> orders = new ArrayList<>(List.of(new DrawingOrder.UniformRandom(0)));
        orders.addAll(dynamicOrders());
        orders.add(new DrawingOrder.Raster(0));
        return orders.stream().map(this::drawing).toList();
    }

    /** The one among them that images are usually drawn in: dynamic, with noise if there is some. */
    Drawing noisyDrawing() {
        return drawing(dynamicOrders().get(0));
    }

    /** The dynamic orders among them, first the one that images are usually drawn in, with noise if there is some. */
    List<DrawingOrder.Dynamic> dynamicOrders() {
        return DoubleStream.of(orderNoise, 0)
                .distinct()
                .mapToObj(noise -> dynamic(confidence, noise))
                .toList();
    }

    private static DrawingOrder.Dynamic dynamic(ConfidenceMeasure confidence, double noise) {
        return new DrawingOrder.Dynamic(confidence, ConfidenceLogits.CONDITIONAL, noise, 1);
    }

    private Drawing drawing(DrawingOrder order) {
        return Drawing.of(order).withGuidance(guidance).withSampling(sampling);
    }
}
