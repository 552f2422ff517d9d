package dev.oar.decode;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Require;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import java.util.Optional;

/**
 * The settings of a dynamic order, the same for drawing and for extraction.
 *
 * @param ranking how open cells rank
 * @param cellsPerStep cells filled after each scoring; 1 is exact, more is cheaper
 * @param shortlist which cells are asked about between full scorings; absent: all at every step, which is exact
 */
public record DynamicOrder(
        @Flat ConfidenceRanking ranking, @Default("1") int cellsPerStep, Optional<Shortlist> shortlist) {
    /** Checks the range. */
    public DynamicOrder {
        Require.that(cellsPerStep >= 1, "cells-per-step must be at least 1, but is %s; 1 is exact", cellsPerStep);
    }

    /** The most confident cell next by this measure, all cells asked about at every step, without noise and locality. */
    public static DynamicOrder greedy(ConfidenceMeasure confidence) {
        return new DynamicOrder(ConfidenceRanking.greedy(confidence), 1, Optional.empty());
    }

    /** The same order of cells that rank otherwise. */
    public DynamicOrder withRanking(ConfidenceRanking other) {
        return new DynamicOrder(other, cellsPerStep, shortlist);
    }

    /** The same order with noise of another scale. */
    public DynamicOrder withNoise(double scale) {
        return withRanking(ranking.withNoise(scale));
    }

    /** The same order with so many cells a step. */
    public DynamicOrder withCellsPerStep(int cells) {
        return new DynamicOrder(ranking, cells, shortlist);
    }

    /** The same order, read from other logits. */
    public DynamicOrder withLogits(ConfidenceLogits logits) {
        return withRanking(ranking.withLogits(logits));
    }

    /** The same order with a weight on the distance to the nearest filled cell. */
    public DynamicOrder withLocality(double weight) {
        return withRanking(ranking.withLocality(weight));
    }

    /** The same order, filled from this end. */
    public DynamicOrder withFirst(ConfidenceRanking.FillFirst first) {
        return withRanking(ranking.withFirst(first));
    }

    /** The same order with a shortlist. */
    public DynamicOrder withShortlist(Shortlist cells) {
        return new DynamicOrder(ranking, cellsPerStep, Optional.of(cells));
    }

    /** The decoder's policy. */
    public OrderPolicy policy() {
        return ranking.fillFirst()
                .of(new OrderPolicy.MostConfidentFirst(
                        ranking.confidence(),
                        ranking.confidenceLogits(),
                        ranking.localityWeight(),
                        ranking.noise(),
                        cellsPerStep,
                        shortlist));
    }
}
