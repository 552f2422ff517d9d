package dev.oar.measure;

import dev.oar.data.ImageSource;
import dev.oar.evaluate.NearestNeighbours;
import dev.oar.image.ContactSheet;
import dev.oar.image.RgbImage;
import dev.oar.report.Picture;
import dev.oar.report.PictureGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Samples above the training image nearest to each, so that copies show. */
public final class NearestPictures {
    private static final int SHOWN = 12;

    private NearestPictures() {}

    /**
     * The first samples of the last comparison with their nearest training images.
     *
     * @param comparison one that was made with these training images
     */
    public static PictureGrid of(ImageSetComparison comparison, ImageSource samples, ImageSource training)
            throws IOException {
        NearestNeighbours nearest = comparison.nearest();
        int shown = Math.min(SHOWN, samples.count());
        List<RgbImage> both = new ArrayList<>();
        for (int i = 0; i < shown; i++) {
            both.add(samples.image(i));
        }
        for (int i = 0; i < shown; i++) {
            both.add(training.image(nearest.rows()[i]));
        }
        RgbImage sheet =
                ContactSheet.of(both, shown, Math.max(1, 64 / both.get(0).width()));
        return new PictureGrid(
                "The first samples (above) and the nearest training image of each in feature space (below).",
                List.of(Picture.of(sheet, sheet.width(), "", "samples and nearest training images")));
    }
}
