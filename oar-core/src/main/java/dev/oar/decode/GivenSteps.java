package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;

/** The steps of orders that are known beforehand. */
final class GivenSteps implements OrderPolicy.Steps {
    private final int[] sizes;
    private final int[][] orders;
    private int step;
    private int from;

    /** The orders' open cells, in as many steps as the schedule of their number has. */
    GivenSteps(OrderPolicy.GivenOrders policy, Decoding decoding) {
        int[][] open = decoding.open();
        this.sizes = sizes(policy.schedule(), open[0].length);
        this.orders = new int[open.length][];
        for (int row = 0; row < open.length; row++) {
            GenerationOrder order = policy.orders().get(row);
            order.requireGrid(decoding.grid());
            BitSet left = new BitSet();
            Arrays.stream(open[row]).forEach(left::set);
            orders[row] = Arrays.stream(order.toArray()).filter(left::get).toArray();
        }
    }

    /** How many of so many open cells each step fills. */
    static int[] sizes(IntFunction<DecodingSchedule> schedules, int open) {
        DecodingSchedule schedule = schedules.apply(open);
        Require.that(
                schedule.cells() == open,
                "a schedule of an order must fill all of its %s open cells, but this one fills %s; correct it",
                open,
                schedule.cells());
        return schedule.cellsPerStep();
    }

    @Override
    public int[][] next() {
        int to = from + sizes[step++];
        int[][] chosen = CellRows.columns(orders, from, to);
        from = to;
        return chosen;
    }
}
