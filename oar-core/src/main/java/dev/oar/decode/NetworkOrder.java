package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.model.OrderNetwork;
import dev.oar.order.DecodingSchedule;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The cells next that a small network says: one pass of it per step scores the open cells of all rows, and the model that draws is asked
 * nothing. Ties go to the lowest cell. Without noise the cell of the highest score is filled; with noise of scale 1 on the logarithm, not
 * annealed, cells are drawn as the network's scores say, which are logarithms of how likely each is to be next.
 *
 * @param network scores cells; it stays the caller's, and lies on the device of the model that draws
 * @param noise Gumbel noise added to the scores
 * @param spacing as of {@link OrderPolicy.Spaced}, where a step fills several cells; 0 = those of the highest scores
 * @param schedule how many cells each step fills, given how many are open at the beginning
 */
public record NetworkOrder(OrderNetwork network, OrderNoise noise, int spacing, IntFunction<DecodingSchedule> schedule)
        implements OrderPolicy {
    /** Checks the range. */
    public NetworkOrder {
        Require.that(
                spacing >= 0,
                "the spacing of the cells of a step must be at least 0 (0 = off), but is %s; 2 is usual",
                spacing);
    }

    /** One cell a step, without noise. */
    public static NetworkOrder greedy(OrderNetwork network) {
        return new NetworkOrder(network, OrderNoise.NONE, 0, DecodingSchedule::sequential);
    }

    /** How scored cells rank; no model is asked, so that it does not matter by which measure. */
    MostConfidentFirst ranking() {
        return new MostConfidentFirst(
                ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 0, noise, 1, Optional.empty());
    }

    @Override
    public Asks asks() {
        return Asks.NOTHING;
    }

    @Override
    public Steps open(Decoding decoding) {
        Require.that(
                network.inputs().grid().equals(decoding.grid()),
                "an order network scores the cells of its own grid, but that has %s cells and the grid drawn on %s; train"
                        + " one for this model",
                network.inputs().grid().cells(),
                decoding.grid().cells());
        return new NetworkSteps(this, decoding);
    }
}
