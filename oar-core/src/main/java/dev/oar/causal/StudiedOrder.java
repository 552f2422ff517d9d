package dev.oar.causal;

import dev.oar.config.Spelling;
import dev.oar.decode.Confidence;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.HaltonOrder;
import dev.oar.order.TokenGrid;
import dev.oar.scene.OrderRule;
import dev.oar.scene.SceneDistribution;

/** An order that is studied twice: with the exact conditionals, and with those of a model in their place. */
enum StudiedOrder {
    /** Row by row. */
    RASTER,
    /** A fresh uniform random order for every picture. */
    RANDOM,
    /** Spread evenly: the cells of a step lie apart. */
    HALTON,
    /** The least entropy first, as orders are extracted. */
    MOST_CONFIDENT,
    /** The largest entropy first, noise included. */
    LEAST_CONFIDENT,
    /** The cells first that tell most about the scene: the largest entropy of their kind. */
    INFORMATIVE;

    /** The name in tables. */
    String word() {
        return Spelling.word(this);
    }

    /** The order of a picture, as far as it is known beforehand; otherwise the order of ties. */
    GenerationOrder given(TokenGrid grid, long seed, long picture) {
        return switch (this) {
            case RANDOM ->
                GenerationOrder.uniform(
                        grid.cells(), CounterRandom.of(seed, "studied orders").derive(picture));
            case HALTON -> HaltonOrder.of(grid);
            case RASTER, MOST_CONFIDENT, LEAST_CONFIDENT, INFORMATIVE -> GenerationOrder.raster(grid.cells());
        };
    }

    /** The rule with exact conditionals. */
    OrderRule exact(TokenGrid grid, long seed, long picture) {
        GenerationOrder given = given(grid, seed, picture);
        return switch (this) {
            case RASTER, RANDOM, HALTON -> OrderRule.given(given);
            case MOST_CONFIDENT -> OrderRule.mostConfident(given);
            case LEAST_CONFIDENT -> OrderRule.leastConfident(given);
            case INFORMATIVE -> OrderRule.informative(given);
        };
    }

    /** What a model is asked about every open cell. */
    Confidence measure(SceneDistribution scenes) {
        return this == INFORMATIVE ? new KindEntropy(scenes) : ConfidenceMeasure.NEGATIVE_ENTROPY;
    }

    /** The weight of the answers: cells are filled by falling weighted answer, and where that is equal in the given order. */
    int weight() {
        return switch (this) {
            case RASTER, RANDOM, HALTON -> 0;
            case MOST_CONFIDENT, INFORMATIVE -> 1;
            case LEAST_CONFIDENT -> -1;
        };
    }
}
