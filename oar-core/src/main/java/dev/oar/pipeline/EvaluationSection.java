package dev.oar.pipeline;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Keys;
import dev.oar.config.Require;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.SpreadTokens;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.decode.Remasking;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GuidanceSettings;
import dev.oar.generate.Sampling;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

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
 * @param moreOrders orders that every arm is drawn in besides random, dynamic and raster ones
 * @param codeLengthImages on how many test images code lengths are measured at most, spread over the split; empty: on all
 * @param remasking which tokens of all drawings are drawn anew at the end; empty: none
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
        @Default("[]") List<DrawingOrder> moreOrders,
        Optional<Integer> codeLengthImages,
        Optional<Remasking> remasking) {
    private static final int LEAST_IMAGES = 2;

    /** Checks the counts and that images can be drawn so. */
    public EvaluationSection {
        moreOrders = List.copyOf(moreOrders);
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
        requireKnown(moreOrders);
        List<String> names = orders(confidence, orderNoise, moreOrders)
                .map(DrawingOrder::label)
                .toList();
        Require.that(
                names.stream().distinct().count() == names.size(),
                "the orders that are drawn in must have different names, but they are %s; leave out of more-orders what"
                        + " is drawn anyway",
                names);
    }

    /** What stands in a file is no part of the text that a run is known by. */
    private static void requireKnown(List<DrawingOrder> orders) {
        Require.that(
                orders.stream()
                        .noneMatch(order -> order instanceof DrawingOrder.FromFile
                                || order.decidingFile().isPresent()),
                "more-orders must be known without a file, but one is of the kind file or calibrated by one; leave it"
                        + " out");
        Require.that(
                orders.stream().noneMatch(DrawingOrder::needsOrderNetwork),
                "more-orders must need nothing but what the run trains, but %s needs an order network; leave it out, train"
                        + " one by `oar order-network` and draw with `oar generate --order learned`",
                orders.stream()
                        .filter(DrawingOrder::needsOrderNetwork)
                        .map(DrawingOrder::label)
                        .toList());
    }

    /** The test images that code lengths are measured on. */
    SpreadTokens measured(MeasuredTokens test) {
        return SpreadTokens.atMost(test, codeLengthImages.orElse(test.count()));
    }

    /**
     * The orders that every arm is drawn in, each once: without noise there is one dynamic order. Only the same drawing is compared
     * with the same drawing.
     */
    public List<Drawing> drawings() {
        return orders(confidence, orderNoise, moreOrders).map(this::drawing).toList();
    }

    private static Stream<DrawingOrder> orders(
            ConfidenceMeasure confidence, double orderNoise, List<DrawingOrder> moreOrders) {
        Stream<DrawingOrder> usual = Stream.concat(
                Stream.of(new DrawingOrder.UniformRandom(0)), dynamicOrders(confidence, orderNoise).stream());
        return Stream.concat(usual, Stream.concat(Stream.of(new DrawingOrder.Raster(0)), moreOrders.stream()));
    }

    /** The one among them that images are usually drawn in: dynamic, with noise if there is some. */
    Drawing noisyDrawing() {
        return drawing(dynamicOrders().get(0));
    }

    /** The dynamic orders among them, first the one that images are usually drawn in, with noise if there is some. */
    public List<DrawingOrder.Dynamic> dynamicOrders() {
        return dynamicOrders(confidence, orderNoise);
    }

    private static List<DrawingOrder.Dynamic> dynamicOrders(ConfidenceMeasure confidence, double orderNoise) {
        return DoubleStream.of(orderNoise, 0)
                .distinct()
                .mapToObj(noise -> dynamic(confidence, noise))
                .toList();
    }

    private static DrawingOrder.Dynamic dynamic(ConfidenceMeasure confidence, double noise) {
        return new DrawingOrder.Dynamic(confidence, ConfidenceLogits.CONDITIONAL, noise, 1);
    }

    /** Drawing in an order, all else as in every drawing of the evaluation. */
    Drawing drawing(DrawingOrder order) {
        Drawing drawing = Drawing.of(order).withGuidance(guidance).withSampling(sampling);
        return remasking.map(drawing::with).orElse(drawing);
    }
}
