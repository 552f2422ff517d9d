package dev.oar.data;

import dev.oar.order.TokenGrid;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a set of recorded orders is and what made it.
 *
 * @param measure name of the confidence measure
 * @param localityWeight weight of the distance to the nearest filled cell, lambda
 * @param guidanceScale guidance under which confidences were taken; 1 is off
 * @param freeRunning whether the model's own sampled tokens were committed instead of the image's
 * @param modelFingerprint of the weights that were asked
 * @param tokensFingerprint of the tokens that the orders belong to
 * @param grid the grid of one image
 * @param count number of images
 * @param settings whatever else the extraction was told, by name
 */
public record OrderSet(
        String measure,
        double localityWeight,
        double guidanceScale,
        boolean freeRunning,
        String modelFingerprint,
        String tokensFingerprint,
        TokenGrid grid,
        int count,
        Map<String, String> settings) {
    /** Checks the count and sorts the settings. */
    public OrderSet {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "orders cannot be for " + count + " images; give the number of images in the tokens");
        }
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }
}
