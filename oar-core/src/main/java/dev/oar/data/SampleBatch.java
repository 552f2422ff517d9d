package dev.oar.data;

import dev.oar.checkpoint.NumpyArchiveWriter;
import dev.oar.image.ImageSize;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes sets of images as the NumPy batches that ADM's evaluator and others read: {@code arr_0}, uint8
 * {@code [images, height, width, 3]}, and the classes, if there are any, as {@code arr_1}, int64 {@code [images]}. {@link ImageSet}
 * reads them. Equal images give equal bytes.
 */
public final class SampleBatch {
    /** The array of images. */
    static final String IMAGES = "arr_0";

    private static final String CLASSES = "arr_1";

    private SampleBatch() {}

    /**
     * Writes a batch, one image at a time.
     *
     * @param classes the class of each image, or none
     * @throws IllegalArgumentException if there is no image, their sizes differ, or there are some classes but not one an image
     * @throws IOException if an image cannot be read, or writing fails
     */
    public static void write(Path target, ImageSource images, long... classes) throws IOException {
        if (classes.length != 0 && classes.length != images.count()) {
            throw new IllegalArgumentException("a batch needs one class an image or none, but there are "
                    + classes.length + " classes for " + images.count() + " images; give as many");
        }
        NumpyArchiveWriter.write(target, archive -> {
            add(archive, images);
            if (classes.length > 0) {
                archive.longs(CLASSES, classes, classes.length);
            }
        });
    }

    /** Adds the images to an archive. */
    public static void add(NumpyArchiveWriter archive, ImageSource images) throws IOException {
        if (images.count() < 1) {
            throw new IllegalArgumentException("a batch needs at least one image, but there is none; give it images");
        }
        ImageSize size = ImageSize.of(images.image(0));
        archive.unsignedBytes(
                IMAGES, index -> pixels(images, index, size), images.count(), size.height(), size.width(), 3);
    }

    private static byte[] pixels(ImageSource images, int index, ImageSize size) throws IOException {
        RgbImage image = images.image(index);
        if (!ImageSize.of(image).equals(size)) {
            throw new IllegalArgumentException("the images of a batch must be of one size, but image 0 has " + size
                    + " pixels and image " + index + " has " + ImageSize.of(image) + "; crop them to one");
        }
        return image.rgb();
    }
}
