package dev.oar.study;

import dev.oar.data.MeanRanks;
import dev.oar.data.MeasuredTokens;
import dev.oar.evaluate.TestOrders;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.DrawingOrder.Fixed.OrderOfImage;
import dev.oar.generate.DrawingOrder.Fixed.OrderedImage;
import dev.oar.measure.OrderKind;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** The orders that an arm is drawn in, as orders in which it predicts held-out images. */
public final class MeasuredOrders {
    private MeasuredOrders() {}

    /**
     * The orders, if images are drawn in them one cell a step: only then are bits per token in them the length of a code.
     *
     * @param test the held-out images
     * @param meanRanks of the arm, if it has some
     * @param seed decides what is left to chance
     * @throws IOException if orders stand in a file that cannot be read
     */
    public static Optional<OrderKind> of(
            DrawingOrder order, TokenGrid grid, MeasuredTokens test, Optional<MeanRanks> meanRanks, long seed)
            throws IOException {
        if (order instanceof DrawingOrder.Dynamic dynamic) {
            return Optional.of(new OrderKind.Own(dynamic))
                    .filter(own -> dynamic.settings().cellsPerStep() == 1)
                    .map(OrderKind.class::cast);
        }
        if (!(order instanceof DrawingOrder.Fixed fixed) || fixed.pace().steps() > 0) {
            return Optional.empty();
        }
        if (order instanceof DrawingOrder.UniformRandom) {
            return Optional.of(OrderKind.random(grid.cells(), 1, seed));
        }
        OrderOfImage orders = fixed.ofImages(grid, meanRanks);
        return Optional.of(OrderKind.given(TestOrders.extracted(
                order.label(),
                image -> orders.order(
                        new OrderedImage(seed, test.condition(image), image, new BitSet(), new BitSet())))));
    }
}
