package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.BitSet;

/** The steps of orders that are known beforehand. */
final class GivenSteps implements OrderPolicy.Steps {
    private final int[] sizes;
    private final int[][] orders;
    private int step;
    private int from;

    /** The orders' open cells, in as many steps as the schedule of their number has. */
    GivenSteps(OrderPolicy.GivenOrders policy, Decoding decoding) {
        int[][] open = decoding.open();
        DecodingSchedule schedule = policy.schedule().apply(open[0].length);
        Require.that(
                schedule.cells() == open[0].length,
                "a schedule of an order must fill all of its %s open cells, but this one fills %s; correct it",
                open[0].length,
                schedule.cells());
        this.sizes = schedule.cellsPerStep();
        this.orders = new int[open.length][];
        for (int row = 0; row < open.length; row++) {
            GenerationOrder order = policy.orders().get(row);
            order.requireGrid(decoding.grid());
            BitSet left = new BitSet();
            Arrays.stream(open[row]).forEach(left::set);
            orders[row] = Arrays.stream(order.toArray()).filter(left::get).toArray();
        }
    }

    @Override
    public int[][] next() {
        int to = from + sizes[step++];
        int[][] chosen = CellRows.columns(orders, from, to);
        from = to;
        return chosen;
    }
}
