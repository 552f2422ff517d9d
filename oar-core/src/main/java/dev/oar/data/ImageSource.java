package dev.oar.data;

import dev.oar.image.RgbImage;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** A set of images of one size, read one at a time. */
public interface ImageSource {
    /** The number of images. */
    int count();

    /** An image; the same at every call. */
    RgbImage image(int index) throws IOException;

    /** The family of an image: variants of one picture share it, and together they count as one image. */
    int family(int index);

    /** Images in memory, each a family of its own. */
    static ImageSource of(List<RgbImage> images) {
        return of(images, IntStream.range(0, images.size()).toArray());
    }

    /**
     * Images in memory.
     *
     * @param families the family of each image
     * @throws IllegalArgumentException if there is not one family per image
     */
    static ImageSource of(List<RgbImage> images, int[] families) {
        if (families.length != images.size()) {
            throw new IllegalArgumentException("every image is of one family, but there are " + images.size()
                    + " images and " + families.length + " families; name one per image");
        }
        int[] kept = families.clone();
        return new ImageSource() {
            @Override
            public int count() {
                return images.size();
            }

            @Override
            public RgbImage image(int index) {
                return images.get(index);
            }

            @Override
            public int family(int index) {
                return kept[index];
            }
        };
    }

    /**
     * Some images of a data set, cropped to its size.
     *
     * @param indices places of the images in the data set, such as {@link ImageFolder#testIndices()}
     */
    static ImageSource of(ImageFolder folder, int... indices) {
        int[] families = folder.familiesOf(indices);
        return new ImageSource() {
            @Override
            public int count() {
                return indices.length;
            }

            @Override
            public RgbImage image(int index) throws IOException {
                return folder.pixels(indices[index]);
            }

            @Override
            public int family(int index) {
                return families[index];
            }
        };
    }

    /** The family of every image. */
    default Families families() {
        int[] families = new int[count()];
        for (int index = 0; index < families.length; index++) {
            families[index] = family(index);
        }
        return Families.of(families);
    }
}
