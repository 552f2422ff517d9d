package dev.oar.edit;

import dev.oar.data.MeanRanks;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Paints masked parts of images with a model and a tokenizer, which stay the caller's.
 *
 * <p>What the model sees of an image is a square window, scaled to the model's own size; of what the mask hides nothing reaches it. Cells
 * with any masked pixel are drawn, the others are known. Only masked pixels are then taken from the drawn picture: all others stay
 * the image's own.
 *
 * <p>Each call lays the weights out, and frees the layout at its end; an editor that is called often is given a
 * {@linkplain AutoregressiveModel#prepared() prepared} model. Calls may run on several threads at once.
 */
public final class ImageEditor {
    private final AutoregressiveModel model;
    private final ImageTokenizer tokenizer;
    private final Optional<MeanRanks> meanRanks;

    /**
     * An editor.
     *
     * @param meanRanks needed for recorded-mean orders only
     */
    public ImageEditor(AutoregressiveModel model, ImageTokenizer tokenizer, Optional<MeanRanks> meanRanks) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.meanRanks = meanRanks;
    }

    /**
     * Paints results in ascending index and hands each on as soon as its batch is done. Beside the image that is given and the result that
     * is handed on, no memory is needed in proportion to the image, but only to the part around the mask.
     *
     * @throws IllegalArgumentException if the image is too small for the model's grid, or the model knows raster order only
     * @throws IOException if the order stands in a file that cannot be read
     */
    public void edit(EditRequest request, EditListener listener, Consumer<EditedImage> sink) throws IOException {
        List<PlannedWindow> windows = WindowPlan.of(
                request.mask(), request.windowSide(), model.space().grid(), tokenizer.imageSize());
        Feather feather = Feather.of(request.mask(), request.feather());
        int batch = request.batchSize();
        try (AutoregressiveModel packed = model.packed(request.drawing().weightFormat())) {
            HolePainter painter = new HolePainter(packed, tokenizer, meanRanks);
            HolePainter.Brush brush = painter.brush(request.drawing());
            for (long start = request.firstIndex() / batch * batch; start < request.endIndex(); start += batch) {
                new EditedBatch(request, start, windows, feather, painter, brush, model.space(), listener)
                        .paint(tokenizer.imageSize(), sink);
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
