package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.order.GenerationOrder;
import java.util.List;

/**
 * One batch to draw on an enlarged grid.
 *
 * @param conditions class ids, one per row
 * @param imageIndices the index of each image: with the seed it determines all random numbers of its row
 * @param seed the seed
 * @param orders orders of the enlarged grid, one per row; the cells of the coarse grid are drawn first, in the sequence that the
 *     order gives them
 * @param steps how many steps each of the two drawings aims at by RandAR's cosine schedule, that of the enlarged grid counting the
 *     steps of the coarse cells, too; 0 = one cell a step
 * @param filter how tokens are drawn
 * @param guidance guidance; its class scale guides both drawings
 */
public record ExtrapolationRequest(
        int[] conditions,
        long[] imageIndices,
        long seed,
        List<GenerationOrder> orders,
        int steps,
        TokenFilter filter,
        SpatialGuidance guidance) {
    /** Checks that the rows fit together. */
    public ExtrapolationRequest {
        conditions = conditions.clone();
        imageIndices = imageIndices.clone();
        orders = List.copyOf(orders);
        Require.that(
                conditions.length >= 1
                        && imageIndices.length == conditions.length
                        && orders.size() == conditions.length,
                "a request needs as many image indices and orders as conditions and at least one, but has %s, %s and %s",
                imageIndices.length,
                orders.size(),
                conditions.length);
        Require.that(steps >= 0, "steps must be at least 0 (0 = one cell a step), but is %s", steps);
    }
}
