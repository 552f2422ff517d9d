package dev.oar.edit;

import dev.oar.file.AtomicFile;
import dev.oar.generate.ImageOrigin;
import dev.oar.generate.ReplacedImages;
import dev.oar.image.Animation;
import dev.oar.image.ContactSheet;
import dev.oar.image.DrawnNames;
import dev.oar.image.PngFile;
import dev.oar.image.Resize;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The folder that results go to: {@code S-I.png} (seed, index), telling inside how it was made; {@code S-A-B-sheet.png}, the image given
 * and the results from index A to B side by side; and, if asked for, {@code S-I-animation.gif}, the new pixels appearing cell by cell.
 */
public final class EditFolder {
    private static final int LONG_SIDE = 256;
    private static final int LARGEST_SIDE = 512;
    private static final int SHEET_IMAGES = 64;
    private static final int FRAMES = 64;
    private static final byte EMPTY = (byte) 0xDA;
    private static final Duration FRAME = Duration.ofMillis(60);
    private static final Duration LAST_FRAME = Duration.ofMillis(1500);

    private final Path path;
    private final long seed;
    private final EditParameters parameters;
    private final List<RgbImage> onSheet = new ArrayList<>();
    private long firstIndex = -1;
    private long lastOnSheet;

    /**
     * A folder, made when the first result is written.
     *
     * @param given the image given, first on the sheet
     */
    public EditFolder(Path path, long seed, EditParameters parameters, RgbaImage given) {
        this.path = path;
        this.seed = seed;
        this.parameters = parameters;
        onSheet.add(small(given.composedOn(Rgb.WHITE)));
    }

    /** The names of the files that a call may write; results from {@code first} to before {@code end}. */
    public static List<String> names(long seed, long first, long end) {
        List<String> names = new ArrayList<>();
        for (long index = first; index < end; index++) {
            names.add(DrawnNames.image(seed, index));
        }
        names.add(sheet(seed, first, end));
        return names;
    }

    private static String sheet(long seed, long first, long end) {
        return DrawnNames.sheet(seed, first, Math.min(end, first + SHEET_IMAGES - 1) - 1);
    }

    /**
     * Checks, before anything is drawn, that nothing stands in the folder that the results from {@code first} to before {@code end} may not
     * replace.
     *
     * @throws IllegalArgumentException in one sentence, if something does
     */
    public void requireReplaceable(long first, long end) throws IOException {
        if (Files.isDirectory(path)) {
            Map<String, String> shared = parameters.shared(seed);
            for (long index = first; index < end; index++) {
                ReplacedImages.requireReplaceable(path.resolve(DrawnNames.image(seed, index)), shared);
            }
            ReplacedImages.requireSameLine(path.resolve(sheet(seed, first, end)), ImageOrigin.line(shared));
        }
    }

    /**
     * Writes one result; results come in ascending index.
     *
     * @throws IllegalArgumentException in one sentence, if an image of other settings stands there
     */
    public Path add(EditedImage image) throws IOException {
        Path file = path.resolve(DrawnNames.image(seed, image.index()));
        Map<String, String> text = parameters.text(seed, image);
        ReplacedImages.requireSame(file, text);
        AtomicFile.write(file, PngFile.encode(image.image(), ImageOrigin.chunks(text)));
        if (firstIndex < 0) {
            firstIndex = image.index();
        }
        if (onSheet.size() < SHEET_IMAGES) {
            onSheet.add(small(image.image().composedOn(Rgb.WHITE)));
            lastOnSheet = image.index();
        }
        return file;
    }

    /**
     * Writes the sheet.
     *
     * @throws IllegalStateException if no result was added
     */
    public Path finish() throws IOException {
        if (firstIndex < 0) {
            throw new IllegalStateException("a sheet needs at least one result, but none was added; add some first");
        }
        int columns = Math.min(onSheet.size(), (int) Math.ceil(Math.sqrt(2.0 * onSheet.size())));
        Path sheet = path.resolve(DrawnNames.sheet(seed, firstIndex, lastOnSheet));
        AtomicFile.write(
                sheet,
                PngFile.encode(
                        ContactSheet.of(onSheet, columns, scale(onSheet.get(0))),
                        Map.of(PngFile.PARAMETERS, ImageOrigin.line(parameters.shared(seed)))));
        return sheet;
    }

    /** Writes the animation of a result. */
    public Path animate(EditedImage image) throws IOException {
        Path file = path.resolve(DrawnNames.animation(seed, image.index()));
        List<RgbImage> frames = frames(image);
        AtomicFile.write(file, Animation.gif(frames, scale(frames.get(0)), FRAME, LAST_FRAME));
        return file;
    }

    private static List<RgbImage> frames(EditedImage image) {
        RgbImage done = image.image().composedOn(Rgb.WHITE);
        int cells = 1 + image.appearance().last();
        int cellsPerFrame = Math.max(1, (cells + FRAMES - 1) / FRAMES);
        List<RgbImage> frames = new ArrayList<>();
        for (int drawn = 0; drawn < cells; drawn += cellsPerFrame) {
            byte[] rgb = done.rgb().clone();
            hideLater(image.appearance(), drawn, done.width(), rgb);
            frames.add(small(new RgbImage(done.width(), done.height(), rgb)));
        }
        frames.add(small(done));
        return frames;
    }

    /** Hides the pixels that cannot be seen yet when some cells have been drawn. */
    private static void hideLater(Appearance appearance, int drawn, int width, byte[] rgb) {
        PixelRectangle bounds = appearance.bounds();
        for (int y = bounds.top(); y < bounds.bottom(); y++) {
            for (int x = bounds.left(); x < bounds.right(); x++) {
                if (appearance.drawnBefore(x, y) >= drawn) {
                    int at = 3 * (y * width + x);
                    Arrays.fill(rgb, at, at + 3, EMPTY);
                }
            }
        }
    }

    /** At most as large as pictures that are looked at side by side. */
    private static RgbImage small(RgbImage image) {
        int side = Math.max(image.width(), image.height());
        if (side <= LARGEST_SIDE) {
            return image;
        }
        return Resize.bicubic(
                image,
                Math.max(1, image.width() * LARGEST_SIDE / side),
                Math.max(1, image.height() * LARGEST_SIDE / side));
    }

    private static int scale(RgbImage image) {
        return Math.max(1, LONG_SIDE / Math.max(image.width(), image.height()));
    }
}
