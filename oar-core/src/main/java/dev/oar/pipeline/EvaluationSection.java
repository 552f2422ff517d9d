package dev.oar.pipeline;

import dev.oar.config.Default;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.generate.Drawing;
import dev.oar.generate.Drawing.GuidanceSchedule;
import dev.oar.generate.DrawingOrder;
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
 * @param guidanceScale classifier-free guidance of all drawings; 1 = off
 * @param temperature sampling temperature of all drawings
 * @param topK top-k of all drawings; 0 = all
 * @param topP top-p of all drawings; 1 = all
 * @param randomOrders fresh random orders per test image for bits per token
 * @param subsamples subsamples behind every interval
 * @param guidanceSchedule how the guidance scale of all drawings changes; constant unless given
 * @param guidancePower what a power-cosine schedule needs, see {@link Drawing}
 * @param guidedCells what a first-cells schedule needs, see {@link Drawing}
 */
public record EvaluationSection(
        @Default("2048") int samples,
        @Default("16") int shown,
        @Default("32") int batchSize,
        @Default("negative-entropy") ConfidenceMeasure confidence,
        @Default("1") double orderNoise,
        @Default("1") double guidanceScale,
        @Default("1") double temperature,
        @Default("0") int topK,
        @Default("1") double topP,
        @Default("2") int randomOrders,
        @Default("40") int subsamples,
        Optional<GuidanceSchedule> guidanceSchedule,
        Optional<Double> guidancePower,
        Optional<Integer> guidedCells) {
    /** Checks the counts and that images can be drawn so. */
    public EvaluationSection {
        if (samples < 8 || shown < 1 || shown > samples || batchSize < 1 || randomOrders < 1 || subsamples < 2) {
            throw new IllegalArgumentException(
                    "evaluation needs at least 8 samples, 1 to samples shown, and positive batch-size,"
                            + " random-orders and subsamples, but was given " + samples + ", " + shown + ", "
                            + batchSize + ", "
                            + randomOrders + " and " + subsamples);
        }
        // The usual schedule is the same whether it is named or not, and so is the text that recipes are known by.
        guidanceSchedule = guidanceSchedule.filter(schedule -> schedule != GuidanceSchedule.CONSTANT);
        var unused = new Drawing(
                new DrawingOrder.Dynamic(confidence, ConfidenceLogits.CONDITIONAL, orderNoise, 1),
                guidanceScale,
                guidanceSchedule.orElse(GuidanceSchedule.CONSTANT),
                temperature,
                topK,
                topP,
                guidancePower,
                guidedCells);
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
                .mapToObj(noise -> new DrawingOrder.Dynamic(confidence, ConfidenceLogits.CONDITIONAL, noise, 1))
                .toList();
    }

    private Drawing drawing(DrawingOrder order) {
        return new Drawing(
                order,
                guidanceScale,
                guidanceSchedule.orElse(GuidanceSchedule.CONSTANT),
                temperature,
                topK,
                topP,
                guidancePower,
                guidedCells);
    }
}
