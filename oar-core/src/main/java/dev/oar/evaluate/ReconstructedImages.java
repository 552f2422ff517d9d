package dev.oar.evaluate;

import dev.oar.data.ImageSource;
import dev.oar.image.RgbImage;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Images as a tokenizer gives them back: the best that any model over its tokens can draw. One batch is held at a time. */
public final class ReconstructedImages implements ImageSource {
    private final ImageTokenizer tokenizer;
    private final ImageSource images;
    private final int batchSize;
    private int firstHeld = -1;
    private List<RgbImage> held = List.of();

    /**
     * What comes back of images.
     *
     * @param tokenizer stays the caller's
     * @param images of its size
     * @param batchSize images per forward pass, at least 1
     */
    public ReconstructedImages(ImageTokenizer tokenizer, ImageSource images, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "images are given back at a batch size of at least 1, but it is " + batchSize + "; correct it");
        }
        this.tokenizer = tokenizer;
        this.images = images;
        this.batchSize = batchSize;
    }

    @Override
    public int count() {
        return images.count();
    }

    @Override
    public RgbImage image(int index) throws IOException {
        int first = index - index % batchSize;
        if (first != firstHeld) {
            List<RgbImage> originals = new ArrayList<>();
            for (int i = first; i < Math.min(first + batchSize, count()); i++) {
                originals.add(images.image(i));
            }
            held = tokenizer.images(tokenizer.tokens(originals));
            firstHeld = first;
        }
        return held.get(index - first);
    }

    @Override
    public int family(int index) {
        return images.family(index);
    }
}
