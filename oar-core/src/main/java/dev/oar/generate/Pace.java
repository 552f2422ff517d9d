package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Keys;
import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.decode.OrderPolicy;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.StepSchedule;
import java.util.List;

/**
 * In how many steps an order is drawn.
 *
 * @param steps the number of steps; 0 = one cell a step
 * @param stepSchedule how cells are spread over them
 */
@Keys("steps")
public record Pace(
        @Default("0") int steps, @Default("cosine") StepSchedule stepSchedule) {
    /** One cell a step. */
    public static final Pace CELL_BY_CELL = new Pace(0, StepSchedule.COSINE);

    /** Checks the number. */
    public Pace {
        Require.that(steps >= 0, "steps must be at least 0 (0 = one cell a step), but is %s", steps);
    }

    /** What tells it from one cell a step in names of orders. */
    String told() {
        String schedule = stepSchedule == StepSchedule.COSINE ? "" : ", " + Spelling.word(stepSchedule);
        return steps == 0 ? "" : " in " + steps + " steps" + schedule;
    }

    /**
     * How many cells each step fills.
     *
     * @param cells how many cells are to be filled, at least 0
     */
    public DecodingSchedule schedule(int cells) {
        return stepSchedule.of(cells, steps);
    }

    /** How many of so many cells a step fills on average, rounded up. */
    int cellsAStep(int cells) {
        return steps == 0 ? 1 : (cells + steps - 1) / steps;
    }

    /**
     * The decoder's policy of orders in these steps.
     *
     * @param orders one per row
     */
    public OrderPolicy policy(List<GenerationOrder> orders) {
        return new OrderPolicy.GivenOrders(orders, this::schedule);
    }
}
