package dev.oar.generate;

import dev.oar.artifact.FolderOrders;
import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Keys;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.decode.ConfidenceRanking.OrderNoiseUnit;
import dev.oar.decode.NetworkOrder;
import dev.oar.decode.OrderNoise;
import dev.oar.decode.OrderNoise.Annealing;
import dev.oar.decode.OrderPolicy;
import dev.oar.model.OrderNetwork;
import dev.oar.order.TokenGrid;
import java.util.List;

/**
 * The cells next that the model's order network says: dynamic like an order of the most confident cells, but the model is asked about
 * nothing but the cells that are drawn.
 *
 * @param orderNoise scale of the Gumbel noise on the network's scores at the first step; 0 = greedy
 * @param orderNoiseUnit what the scale counts; the scores are logarithms of how likely a cell is to be next, up to a common number
 * @param orderNoiseAnnealing what becomes of the scale while cells are filled
 * @param pace in how many steps
 * @param spacing the Chebyshev distance, in cells, that two cells of a step must lie farther apart than; 0 = those of the highest scores
 */
@Kind("learned")
@Keys({"order-noise", "order-noise-unit?", "order-noise-annealing?", "steps", "spacing"})
public record LearnedOrder(
        @Default("1") double orderNoise,
        @Default("logarithm") OrderNoiseUnit orderNoiseUnit,
        @Default("linear") Annealing orderNoiseAnnealing,
        @Flat Pace pace,
        @Default("2") int spacing)
        implements DrawingOrder {
    /** Checks the ranges. */
    public LearnedOrder {
        Require.that(
                spacing >= 0, "the spacing of the cells of a step must be at least 0 (0 = off), but is %s", spacing);
        var unused = orderNoiseUnit.noise(orderNoise, orderNoiseAnnealing);
    }

    /** One cell a step, with noise on the scores that fades linearly. */
    public LearnedOrder(double orderNoise) {
        this(orderNoise, OrderNoiseUnit.LOGARITHM, Annealing.LINEAR, Pace.CELL_BY_CELL, 2);
    }

    @Override
    public String label() {
        return "learned" + (pace.steps() == 0 ? "" : ", spaced by " + spacing + pace.told()) + noise().told();
    }

    private OrderNoise noise() {
        return orderNoiseUnit.noise(orderNoise, orderNoiseAnnealing);
    }

    @Override
    public DrawingOrders on(TokenGrid grid, FolderOrders folderOrders) {
        OrderNetwork network = folderOrders
                .network()
                .orElseThrow(() -> new IllegalArgumentException("drawing by learned orders needs an order network, but"
                        + " this model has none; train one by `oar order-network`, or choose dynamic, raster or"
                        + " random"));
        OrderPolicy policy = new NetworkOrder(network, noise(), spacing, pace::schedule);
        return rows -> policy;
    }

    @Override
    public boolean tellsCells() {
        return true;
    }

    @Override
    public DrawingOrder again(List<Integer> filled) {
        return new DrawingOrder.Given(pace, filled);
    }

    @Override
    public boolean needsOrderNetwork() {
        return true;
    }

    @Override
    public int cellsAsked(int cells) {
        return pace.cellsAStep(cells);
    }

    @Override
    public int steps(int cells) {
        return pace.schedule(cells).steps();
    }
}
