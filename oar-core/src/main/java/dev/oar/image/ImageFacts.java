package dev.oar.image;

import java.util.Set;

/**
 * What the header of a readable image file tells.
 *
 * @param size width and height of the upright image
 * @param losses what {@link ImageReader#read} leaves out of the file
 */
public record ImageFacts(ImageSize size, Set<ImageLoss> losses) {
    /** Keeps a copy of the losses. */
    public ImageFacts {
        losses = Set.copyOf(losses);
    }
}
