package dev.oar.measure;

import dev.oar.data.MeanRanks;
import dev.oar.model.AnyOrderModel;
import java.util.Optional;

/**
 * One of several models that are measured alike.
 *
 * @param label name in tables, different from those of the others
 * @param fingerprint of its weights
 * @param model the model, which stays the caller's
 * @param meanRanks mean ranks of recorded orders to draw in, if there are any
 */
public record MeasuredModel(String label, String fingerprint, AnyOrderModel model, Optional<MeanRanks> meanRanks) {
    /** The same model to be compared with others. */
    ComparedModel compared() {
        return new ComparedModel(label, model::prepared, meanRanks);
    }
}
