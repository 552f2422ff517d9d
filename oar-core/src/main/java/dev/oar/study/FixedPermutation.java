package dev.oar.study;

import dev.oar.config.Kind;
import dev.oar.data.MeanRanks;
import dev.oar.generate.DrawingOrder;
import dev.oar.order.FixedOrder;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.util.Optional;

/**
 * One random permutation for all images, which stands for all orders that mean nothing.
 *
 * @param number which one
 */
@Kind("permutation")
record FixedPermutation(long number) implements DrawingOrder.Fixed {
    @Override
    public String label() {
        return "permutation " + number;
    }

    @Override
    public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
        GenerationOrder order = FixedOrder.permutation(grid.cells(), number).order(0, 0, 0);
        return image -> order;
    }
}
