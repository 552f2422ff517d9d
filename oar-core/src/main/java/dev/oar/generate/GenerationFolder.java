package dev.oar.generate;

import dev.oar.checkpoint.AtomicFile;
import dev.oar.image.Animation;
import dev.oar.image.ContactSheet;
import dev.oar.image.OrderHeatMap;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The folder that drawn images go to: {@code S-I.png} (seed, index) with the generation parameters inside, and, at the end,
 * {@code S-A-B-sheet.png} (all images from index A to B), {@code S-A-B-order.png} (when cells were filled on average) and, if asked
 * for, {@code S-I-animation.gif} (the image appearing cell by cell).
 */
public final class GenerationFolder {
    private static final int LONG_SIDE = 256;
    private static final Duration FRAME = Duration.ofMillis(60);
    private static final Duration LAST_FRAME = Duration.ofMillis(1500);

    private final Path path;
    private final long seed;
    private final Map<String, String> parameters;
    private final List<String> classes;
    private final List<GeneratedImage> images = new ArrayList<>();

    /**
     * A folder, made when the first image is written.
     *
     * @param parameters what every image is told about its making, beside its class, seed and index; must not differ between calls
     *     that draw the same image
     * @param classes class names
     */
    public GenerationFolder(Path path, long seed, Map<String, String> parameters, List<String> classes) {
        this.path = path;
        this.seed = seed;
        this.parameters = new LinkedHashMap<>(parameters);
        this.classes = List.copyOf(classes);
    }

    /** Writes one image. */
    public Path add(GeneratedImage image) throws IOException {
        Path file = path.resolve(seed + "-" + image.index() + ".png");
        Map<String, String> all = new LinkedHashMap<>();
        all.put("class", classes.get(image.classIndex()));
        all.put("seed", Long.toString(seed));
        all.put("index", Long.toString(image.index()));
        all.putAll(parameters);
        AtomicFile.write(file, PngFile.encode(image.image(), GenerationParameters.text(all)));
        images.add(image);
        return file;
    }

    /** Writes the contact sheet and the order map of all images added. */
    public List<Path> finish(TokenGrid grid) throws IOException {
        String stem = seed + "-" + images.get(0).index() + "-"
                + images.get(images.size() - 1).index();
        List<RgbImage> pictures = images.stream().map(GeneratedImage::image).toList();
        int side = pictures.get(0).width();
        int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
        Path sheet = path.resolve(stem + "-sheet.png");
        int scale = Math.max(1, LONG_SIDE / side / Math.max(1, columns / 4));
        AtomicFile.write(sheet, PngFile.encode(ContactSheet.of(pictures, columns, scale)));
        Path map = path.resolve(stem + "-order.png");
        double[] ranks = OrderHeatMap.meanRanks(
                images.stream().map(GeneratedImage::order).toList());
        AtomicFile.write(
                map,
                PngFile.encode(OrderHeatMap.row(
                        Map.of("mean rank of " + images.size(), ranks),
                        grid,
                        OrderHeatMap.RankScale.full(grid),
                        Math.max(8, LONG_SIDE / grid.width()))));
        return List.of(sheet, map);
    }

    /** Writes the animation of an image. */
    public Path animate(GeneratedImage image, TokenGrid grid) throws IOException {
        Path file = path.resolve(seed + "-" + image.index() + "-animation.gif");
        List<RgbImage> frames = Animation.appearing(image.image(), image.order(), grid, Math.max(1, grid.cells() / 64));
        int scale = Math.max(1, LONG_SIDE / image.image().width());
        AtomicFile.write(file, Animation.gif(frames, scale, FRAME, LAST_FRAME));
        return file;
    }
}
