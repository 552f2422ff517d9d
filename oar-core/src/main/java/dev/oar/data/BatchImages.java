package dev.oar.data;

import dev.oar.checkpoint.NumpyArchive;
import dev.oar.checkpoint.NumpyArray;
import dev.oar.checkpoint.NumpyRows;
import dev.oar.checkpoint.NumpyType;
import dev.oar.file.CorruptFileException;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageSize;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The images of a NumPy batch. */
final class BatchImages extends ImageSet {
    private static final int COLOURS = 3;

    private final NumpyArchive archive;
    private final NumpyRows rows;
    private final ImageSize size;

    private BatchImages(NumpyArchive archive, NumpyRows rows, ImageSize size, OptionalInt side) {
        super(archive.path(), side);
        this.archive = archive;
        this.rows = rows;
        this.size = size;
    }

    /**
     * Opens a batch.
     *
     * @throws CorruptFileException if it is damaged, or holds no {@code arr_0} of images
     */
    static BatchImages open(Path path, OptionalInt side) throws IOException {
        NumpyArchive archive = NumpyArchive.open(path);
        try {
            ImageSize size = size(path, archive.array(SampleBatch.IMAGES));
            return new BatchImages(archive, archive.rows(SampleBatch.IMAGES), size, side);
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    private static ImageSize size(Path path, NumpyArray array) throws CorruptFileException {
        long pixels = array.shape().size() == 4
                ? boundedPixels(array.shape().get(1), array.shape().get(2))
                : 0;
        boolean images = array.type().equals(NumpyType.UNSIGNED_BYTE)
                && pixels > 0
                && array.shape().get(3) == COLOURS
                && array.shape().get(0) <= Integer.MAX_VALUE;
        if (!images) {
            throw new CorruptFileException("a batch of images must be an array " + SampleBatch.IMAGES
                    + " of type |u1 and shape [images, height, width, 3] with up to " + ImageLimits.DEFAULT.maxPixels()
                    + " pixels an image, but that of " + path + " is of type " + array.type() + " and shape "
                    + array.shape() + "; save the images so");
        }
        if (array.shape().get(0) == 0) {
            throw new CorruptFileException(
                    "a batch must hold at least one image, but that of " + path + " is empty; name another file");
        }
        return new ImageSize(
                Math.toIntExact(array.shape().get(2)),
                Math.toIntExact(array.shape().get(1)));
    }

    /** Pixels of an image, or 0 if they are more than is allowed. */
    private static long boundedPixels(long height, long width) {
        long most = ImageLimits.DEFAULT.maxPixels();
        return height < 1 || width < 1 || width > most / height ? 0 : height * width;
    }

    @Override
    public int count() {
        return (int) rows.count();
    }

    @Override
    public String name(int index) {
        return Integer.toString(index);
    }

    @Override
    ImageSize originalSize() {
        return size;
    }

    @Override
    RgbImage original(int index) throws IOException {
        byte[] rgb = new byte[(int) rows.rowBytes()];
        rows.read(index, rgb);
        return new RgbImage(size.width(), size.height(), rgb);
    }

    @Override
    public void close() throws IOException {
        rows.close();
        archive.close();
    }
}
