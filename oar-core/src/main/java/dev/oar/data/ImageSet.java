package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.image.CenterCrop;
import dev.oar.image.DrawnNames;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageSize;
import dev.oar.image.RgbImage;
import dev.oar.layout.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A set of images to be measured, from a folder, a zip or a NumPy batch; every image is a family of its own.
 *
 * <ul>
 *   <li>A folder or {@code .zip}: its PNG, JPEG, WebP, GIF and BMP files at any depth in the order of their names, transparency on white.
 *       What drawing writes beside its images ({@link DrawnNames#isBesideImages}: sheets, order maps, previews) is passed over.
 *   <li>A {@code .npz} with {@code arr_0}, or a {@code .npy}: uint8 {@code [images, height, width, 3]}, the format of the sample
 *       and reference batches of ADM's evaluator (Dhariwal and Nichol, arXiv 2105.05233).
 * </ul>
 *
 * <p>One image is read at a time, so memory does not grow with their number, but by the names of files. Images of a deflated
 * batch are best asked for in ascending order: going back reads it from its beginning again. Reading is safe from several threads.
 */
public abstract sealed class ImageSet implements ImageSource, AutoCloseable permits FileImages, BatchImages {
    private static final int LARGEST_SIDE = 8192;

    private final Path path;
    private final OptionalInt side;

    ImageSet(Path path, OptionalInt side) {
        this.path = path;
        this.side = side;
    }

    /**
     * Opens a set whose images are all of one size.
     *
     * @throws dev.oar.file.CorruptFileException if a batch is damaged or holds no images
     * @throws IOException in one sentence, if there is nothing there, no image, an unreadable one, or one of another size
     */
    public static ImageSet open(Path path) throws IOException {
        return open(path, OptionalInt.empty());
    }

    /**
     * Opens a set of images of any size, which are brought to one size by {@link CenterCrop}, as training images are.
     *
     * @param side side of the square images in pixels, from 1 to 8192
     * @throws IllegalArgumentException if the side is another
     * @throws IOException as {@link #open(Path)}
     */
    public static ImageSet open(Path path, int side) throws IOException {
        if (side < 1 || side > LARGEST_SIDE) {
            throw new IllegalArgumentException("images are cropped to a side of 1 to " + LARGEST_SIDE
                    + " pixels, but it is to be " + side + "; choose one there");
        }
        return open(path, OptionalInt.of(side));
    }

    private static ImageSet open(Path path, OptionalInt side) throws IOException {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        boolean batch = name.endsWith(".npz") || name.endsWith(".npy");
        if (batch && !Files.isDirectory(path)) {
            return BatchImages.open(path, side);
        }
        if (Files.isRegularFile(path) && !name.endsWith(".zip")) {
            throw new IOException("a set of images must be a folder, a .zip or an .npz, but " + path
                    + " is none of them; correct the path");
        }
        return FileImages.open(path, ImageFiles.open(path, ImageLimits.DEFAULT), side);
    }

    /** What the set was opened from. */
    public final Path path() {
        return path;
    }

    /** The size of every image. */
    public final ImageSize size() {
        return side.isPresent() ? new ImageSize(side.getAsInt(), side.getAsInt()) : originalSize();
    }

    /** The name of an image: its file's, relative to the folder or zip, or its number in the batch. */
    public abstract String name(int index);

    /** The files of the folder or zip that are no part of the set; none of a batch. */
    public LeftOut leftOut() {
        return LeftOut.NONE;
    }

    /** The images of the folder or zip of which reading leaves something out; none of a batch. */
    public ImageLosses losses() {
        return ImageLosses.NONE;
    }

    /** The size of all images where they are not brought to another. */
    abstract ImageSize originalSize();

    /** An image as it was found. */
    abstract RgbImage original(int index) throws IOException;

    @Override
    public final RgbImage image(int index) throws IOException {
        RgbImage original = original(index);
        if (side.isPresent()) {
            return CenterCrop.apply(original, side.getAsInt());
        }
        if (!ImageSize.of(original).equals(originalSize())) {
            throw differing(path, name(0), originalSize(), name(index), ImageSize.of(original));
        }
        return original;
    }

    @Override
    public final int family(int index) {
        return index;
    }

    /**
     * Tells whether a set is that of another time: SHA-256 over names, sizes and pixels of all images as {@link #image} gives them.
     * Reads every image.
     *
     * @throws IOException if an image cannot be read
     */
    public final String fingerprint() throws IOException {
        Fingerprint.Accumulator accumulator = new Fingerprint.Accumulator().add(count());
        for (int index = 0; index < count(); index++) {
            RgbImage image = image(index);
            accumulator.add(name(index)).add(image.width()).add(image.height()).add(image.rgb());
        }
        return accumulator.fingerprint();
    }

    static IOException differing(Path path, String first, ImageSize firstSize, String second, ImageSize secondSize) {
        return new IOException("images must be of one size, but in " + path + " " + first + " has " + firstSize
                + " pixels and " + second + " has " + secondSize + "; give the size that all are to be cropped to");
    }

    /** Closes the zip or batch. */
    @Override
    public abstract void close() throws IOException;
}
