package dev.oar.measure;

import dev.oar.artifact.FolderOrders;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.model.AnyOrderModel;
import java.io.IOException;

/**
 * One of several models that are compared, opened only while it is measured.
 *
 * @param label name in tables, different from those of the others
 * @param source opens it
 * @param folderOrders what there is of extracted orders to draw by
 */
public record ComparedModel(String label, Source source, FolderOrders folderOrders) {
    /** Opens a model. */
    @FunctionalInterface
    public interface Source {
        /** The model; whoever opens it closes it. */
        AnyOrderModel open() throws IOException;
    }

    /** Whether the model can draw so: only orders of mean ranks and of an order network need what a model may lack. */
    boolean canDraw(Drawing drawing) {
        DrawingOrder order = drawing.order();
        return (folderOrders.meanRanks().isPresent() || !order.needsMeanRanks())
                && (folderOrders.network().isPresent() || !order.needsOrderNetwork());
    }
}
