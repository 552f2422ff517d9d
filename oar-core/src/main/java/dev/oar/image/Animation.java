package dev.oar.image;

import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Animated GIF files ("Graphics Interchange Format, Version 89a") that loop for ever.
 *
 * <p>All frames share one palette of up to 255 colours: exact where the frames hold no more, otherwise chosen by {@link
 * Palette}, which keeps the most frequent colours, such as a white background, exact. After the first frame only the
 * rectangle that changed is stored, and what did not change inside it is transparent, which compresses well.
 */
public final class Animation {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    /** What a cell that is not filled yet looks like in {@link #appearing}: a light grey. */
    private static final int EMPTY = 0xDADADA;

    private Animation() {}

    /**
     * The bytes of a GIF file.
     *
     * @param frames at least one, all of one size
     * @param scale pixels of the file per pixel of a frame and axis, at least 1
     * @param delay how long each frame but the last is shown; GIF counts in hundredths of a second
     * @param lastDelay how long the last frame is shown before the animation starts again
     */
    public static byte[] gif(List<RgbImage> frames, int scale, Duration delay, Duration lastDelay) {
        requireFrames(frames, scale);
        Palette palette = Palette.of(frames);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.prepareWriteSequence(null);
            byte @Nullable [] shown = null;
            for (int index = 0; index < frames.size(); index++) {
                byte[] next = palette.indices(frames.get(index));
                int width = frames.get(index).width();
                Rectangle changed = changed(shown, next, width);
                BufferedImage picture = picture(shown, next, width, changed, scale, palette);
                Duration wait = index == frames.size() - 1 ? lastDelay : delay;
                writer.writeToSequence(
                        new IIOImage(picture, null, metadata(writer, picture, changed, scale, wait, index == 0)), null);
                shown = next;
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException("writing an animation to memory cannot fail", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /**
     * The frames of a finished image whose cells appear in an order: the first frame is empty, the last is the image.
     *
     * @param image sides divisible by the grid's
     * @param cellsPerFrame how many more cells each frame shows, at least 1
     */
    public static List<RgbImage> appearing(RgbImage image, GenerationOrder order, TokenGrid grid, int cellsPerFrame) {
        order.requireGrid(grid);
        if (cellsPerFrame < 1 || image.width() % grid.width() != 0 || image.height() % grid.height() != 0) {
            throw new IllegalArgumentException(
                    "an appearing image needs sides divisible by the grid's and at least 1 cell"
                            + " per frame, but has " + image.width() + " x " + image.height() + " pixels on "
                            + grid.width()
                            + " x " + grid.height() + " cells and " + cellsPerFrame
                            + " per frame; use this image's own grid");
        }
        Pixels pixels = new Pixels(image.width(), image.height(), EMPTY);
        List<RgbImage> frames = new ArrayList<>();
        frames.add(pixels.toImage());
        int width = image.width() / grid.width();
        int height = image.height() / grid.height();
        for (int step = 0; step < order.length(); step++) {
            int left = grid.column(order.cellAt(step)) * width;
            int top = grid.row(order.cellAt(step)) * height;
            for (int y = top; y < top + height; y++) {
                for (int x = left; x < left + width; x++) {
                    pixels.set(x, y, Pixels.colour(image, x, y));
                }
            }
            if ((step + 1) % cellsPerFrame == 0 || step == order.length() - 1) {
                frames.add(pixels.toImage());
            }
        }
        return frames;
    }

    private static void requireFrames(List<RgbImage> frames, int scale) {
        if (frames.isEmpty() || scale < 1) {
            throw new IllegalArgumentException("an animation needs at least 1 frame and scale, but has " + frames.size()
                    + " frames and scale " + scale + "; give positive numbers");
        }
        int width = frames.get(0).width();
        int height = frames.get(0).height();
        for (RgbImage frame : frames) {
            if (frame.width() != width || frame.height() != height) {
                throw new IllegalArgumentException("the frames of an animation need one size, but are " + width + " x "
                        + height + " and " + frame.width() + " x " + frame.height() + " pixels; crop or resize them");
            }
        }
        if ((long) width * scale > 65_535 || (long) height * scale > 65_535) {
            throw new IllegalArgumentException("a GIF file has at most 65535 pixels per side, but would have "
                    + (long) width * scale + " x " + (long) height * scale + "; choose a smaller scale");
        }
    }

    /** The smallest rectangle that holds all changes; a single pixel where nothing changed, because a frame needs one. */
    private static Rectangle changed(byte @Nullable [] before, byte[] after, int width) {
        if (before == null) {
            return new Rectangle(0, 0, width, after.length / width);
        }
        Rectangle changed = new Rectangle(-1, -1);
        for (int pixel = 0; pixel < after.length; pixel++) {
            if (before[pixel] != after[pixel]) {
                changed = changed.union(new Rectangle(pixel % width, pixel / width, 1, 1));
            }
        }
        return changed.isEmpty() ? new Rectangle(0, 0, 1, 1) : changed;
    }

    private static BufferedImage picture(
            byte @Nullable [] before, byte[] after, int width, Rectangle part, int scale, Palette palette) {
        BufferedImage picture = new BufferedImage(
                part.width * scale, part.height * scale, BufferedImage.TYPE_BYTE_INDEXED, palette.colours());
        WritableRaster raster = picture.getRaster();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int pixel = (part.y + y / scale) * width + part.x + x / scale;
                boolean same = before != null && before[pixel] == after[pixel];
                raster.setSample(x, y, 0, same ? Palette.TRANSPARENT : after[pixel] & 255);
            }
        }
        return picture;
    }

    private static IIOMetadata metadata(
            ImageWriter writer, BufferedImage picture, Rectangle part, int scale, Duration delay, boolean first)
            throws IIOInvalidTreeException {
        // Not createFromRenderedImage: for indexed images that one names a default palette instead of the image's own.
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        IIOMetadataNode place = child(root, "ImageDescriptor");
        place.setAttribute("imageLeftPosition", Integer.toString(part.x * scale));
        place.setAttribute("imageTopPosition", Integer.toString(part.y * scale));
        place.setAttribute("imageWidth", Integer.toString(picture.getWidth()));
        place.setAttribute("imageHeight", Integer.toString(picture.getHeight()));
        place.setAttribute("interlaceFlag", "FALSE");
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "doNotDispose");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "TRUE");
        control.setAttribute("transparentColorIndex", Integer.toString(Palette.TRANSPARENT));
        // Viewers replace delays under 2 hundredths by a slow default.
        long hundredths = Math.max(2, Math.min(65_535, Math.round(delay.toMillis() / 10.0)));
        control.setAttribute("delayTime", Long.toString(hundredths));
        if (first) {
            IIOMetadataNode loop = child(child(root, "ApplicationExtensions"), "ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            // Sub-block 1 holds the number of repetitions, 0 for no end.
            loop.setUserObject(new byte[] {1, 0, 0});
        }
        metadata.mergeTree(FORMAT, root);
        return metadata;
    }

    private static IIOMetadataNode child(IIOMetadataNode parent, String name) {
        IIOMetadataNode child = new IIOMetadataNode(name);
        parent.appendChild(child);
        return child;
    }
}
