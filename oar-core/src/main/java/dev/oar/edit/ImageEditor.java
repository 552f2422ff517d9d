package dev.oar.edit;

import dev.oar.generate.DrawingModel;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.TokenSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Paints masked parts of images with a model and a tokenizer, which stay the caller's.
 *
 * <p>What the model sees of an image is a square window, scaled to the model's own size; of what the mask hides nothing reaches it. Cells
 * with any masked pixel are drawn, the others are known. Only masked pixels are then taken from the drawn picture: all others stay
 * the image's own.
 *
 * <p>Each call prepacks the weights, and frees them at its end; an editor that is called often is given a
 * {@linkplain AutoregressiveModel#prepared() prepared} model.
 *
 * <p>Safe for use by several threads: calls on one editor, or on several of one model, may run at the same time and paint what they would
 * paint one after the other.
 */
public final class ImageEditor {
    private final DrawingModel model;

    /** An editor with this model, which stays the caller's. */
    public ImageEditor(DrawingModel model) {
        this.model = model;
    }

    /**
     * Paints results in ascending index and hands each on as soon as its batch is done. Beside the image that is given and the result that
     * is handed on, no memory is needed in proportion to the image, but only to the part around the mask.
     *
     * @throws IllegalArgumentException if the image is too small for the model's grid, or the model knows raster order only
     * @throws IOException if the order stands in a file that cannot be read
     */
    public void edit(EditRequest request, EditListener listener, Consumer<EditedImage> sink) throws IOException {
        TokenSpace space = model.model().space();
        int size = model.tokenizer().imageSize();
        List<PlannedWindow> windows = WindowPlan.of(request.mask(), request.windowSide(), space.grid(), size);
        Feather feather = Feather.of(request.mask(), request.feather());
        int batch = request.batchSize();
        try (AutoregressiveModel packed = model.model().packed(request.drawing().weightFormat())) {
            HolePainter painter = new HolePainter(model.with(packed));
            HolePainter.Brush brush = painter.brush(request.drawing());
            for (long start = request.firstIndex() / batch * batch; start < request.endIndex(); start += batch) {
                new EditedBatch(request, start, windows, feather, painter, brush, space, listener).paint(size, sink);
            }
        }
    }

    /** Paints all results and returns them. */
    public List<EditedImage> edit(EditRequest request) throws IOException {
        List<EditedImage> images = new ArrayList<>();
        edit(request, EditListener.NONE, images::add);
        return images;
    }
}
