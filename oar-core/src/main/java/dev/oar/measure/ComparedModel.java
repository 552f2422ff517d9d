package dev.oar.measure;

import dev.oar.data.MeanRanks;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.model.AnyOrderModel;
import java.io.IOException;
import java.util.Optional;

/**
 * One of several models that are compared, opened only while it is measured.
 *
 * @param label name in tables, different from those of the others
 * @param source opens it
 * @param meanRanks mean ranks of recorded orders to draw in, if there are any
 */
public record ComparedModel(String label, Source source, Optional<MeanRanks> meanRanks) {
    /** Opens a model. */
    @FunctionalInterface
    public interface Source {
        /** The model; whoever opens it closes it. */
        AnyOrderModel open() throws IOException;
    }

    /** Whether the model can draw so: only orders of mean ranks need what a model may lack. */
    boolean canDraw(Drawing drawing) {
        return meanRanks.isPresent() || !(drawing.order() instanceof DrawingOrder.RecordedMean);
    }
}
