package dev.oar.order;

import java.util.BitSet;

/**
 * The order that fills every other cell, as on a checkerboard, before the cells between them, each of which then has filled cells on all of
 * its sides. Within a colour it is random.
 */
public final class CheckerboardOrder {
    private CheckerboardOrder() {}

    /**
     * The order; the colour of the top left corner comes first.
     *
     * @param random the order is a function of its key and the grid
     */
    public static GenerationOrder of(TokenGrid grid, CounterRandom random) {
        BitSet first = new BitSet();
        for (int cell = 0; cell < grid.cells(); cell++) {
            first.set(cell, (grid.row(cell) + grid.column(cell)) % 2 == 0);
        }
        return GenerationOrder.uniform(grid.cells(), random).knownFirst(first);
    }
}
