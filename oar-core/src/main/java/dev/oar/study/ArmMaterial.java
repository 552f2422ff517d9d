package dev.oar.study;

import dev.oar.data.MeanRanks;
import dev.oar.data.OrderShards;
import dev.oar.data.TokenShards;
import java.util.Optional;

/**
 * What the orders of an arm are made of.
 *
 * @param tokens the training images
 * @param recordedOrders the orders extracted from them, if the arm asks for some
 * @param fromCaptions whether models draw from captions, so that they are told no class
 * @param seed the seed of the training, which chance comes from
 */
public record ArmMaterial(TokenShards tokens, Optional<OrderShards> recordedOrders, boolean fromCaptions, long seed) {
    /** Cells per image. */
    int cells() {
        return tokens.grid().cells();
    }

    /**
     * The recorded orders.
     *
     * @throws IllegalStateException if there are none
     */
    OrderShards recorded() {
        return recordedOrders.orElseThrow(
                () -> new IllegalStateException("an arm of recorded orders needs an extraction before it"));
    }

    /** The mean ranks of the recorded orders: by class where models are told the class, else of all images. */
    public MeanRanks meanRanks() {
        MeanRanks ranks = recorded().allMeanRanks();
        return fromCaptions ? ranks.overallAlone() : ranks;
    }
}
