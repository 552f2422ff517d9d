package dev.oar.measure;

import dev.oar.artifact.FolderOrders;
import dev.oar.data.MeanRanks;
import dev.oar.model.AnyOrderModel;
import java.util.Optional;

/**
 * One of several models that are measured alike.
 *
 * @param label name in tables, different from those of the others
 * @param fingerprint of its weights
 * @param model the model, which stays the caller's
 * @param folderOrders what there is of extracted orders to draw by; it stays the caller's
 */
public record MeasuredModel(String label, String fingerprint, AnyOrderModel model, FolderOrders folderOrders) {
    /** Mean ranks of recorded orders to draw in, if there are any. */
    public Optional<MeanRanks> meanRanks() {
        return folderOrders.meanRanks();
    }

    /** The same model to be compared with others. */
    ComparedModel compared() {
        return new ComparedModel(label, model::prepared, folderOrders);
    }
}
