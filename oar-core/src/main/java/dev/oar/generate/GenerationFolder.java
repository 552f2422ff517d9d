package dev.oar.generate;

import dev.oar.file.AtomicFile;
import dev.oar.image.Animation;
import dev.oar.image.ContactSheet;
import dev.oar.image.DrawnNames;
import dev.oar.image.OrderHeatMap;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The folder that drawn images go to: {@code S-I.png} (seed, index) with their {@link ImageOrigin} inside, and, at the end,
 * {@code S-A-B-sheet.png} (the images from index A to B, the first {@value #SHEET_IMAGES} at most), {@code S-A-B-order.png} (when
 * cells were filled on average in the images from index A to B) and, if asked for, {@code S-I-animation.gif} (the image appearing
 * cell by cell).
 *
 * <p>What is kept of the images does not grow with their number once the sheet is full. Files made alike are replaced, others never
 * ({@link ReplacedImages}).
 */
public final class GenerationFolder {
    /** How many images the contact sheet shows at most: the first ones. */
    public static final int SHEET_IMAGES = 256;

    private static final int LONG_SIDE = 256;
    private static final Duration FRAME = Duration.ofMillis(60);
    private static final Duration LAST_FRAME = Duration.ofMillis(1500);

    private final Path path;
    private final long seed;
    private final GenerationParameters parameters;
    private final List<Subject> subjects;
    private final List<RgbImage> onSheet = new ArrayList<>();
    private final List<String> underSheet = new ArrayList<>();
    private final Set<Subject> subjectsDrawn = new LinkedHashSet<>();
    private long[] rankSums = new long[0];
    private long count;
    private long firstIndex;
    private long lastOnSheet;
    private long lastIndex;

    /**
     * A folder, made when the first image is written.
     *
     * @param parameters what the images are drawn with
     * @param subjects what conditions stand for, in their order
     */
    public GenerationFolder(Path path, long seed, GenerationParameters parameters, List<Subject> subjects) {
        this.path = path;
        this.seed = seed;
        this.parameters = parameters;
        this.subjects = List.copyOf(subjects);
    }

    /**
     * Checks, before anything is drawn, that nothing stands in the folder that the images of a request may not replace.
     *
     * @throws IllegalArgumentException in one sentence, if something does
     */
    public void requireReplaceable(GenerationRequest request) throws IOException {
        if (!Files.isDirectory(path)) {
            return;
        }
        Set<Subject> asked = new LinkedHashSet<>();
        for (int i = 0; i < request.count(); i++) {
            Subject subject = subjects.get(request.classes()[i]);
            asked.add(subject);
            long index = request.firstIndex() + i;
            ReplacedImages.requireReplaceable(
                    path.resolve(DrawnNames.image(seed, index)), parameters.shared(subject, seed));
        }
        long first = request.firstIndex();
        int shown = Math.min(request.count(), SHEET_IMAGES);
        ReplacedImages.requireSameLine(path.resolve(DrawnNames.sheet(seed, first, first + shown - 1)), line(asked));
        ReplacedImages.requireSameLine(
                path.resolve(DrawnNames.orderMap(seed, first, first + request.count() - 1)), line(asked));
    }

    /** What a picture of several images says of them. */
    private String line(Set<Subject> drawn) {
        Set<String> names = new LinkedHashSet<>();
        drawn.forEach(subject -> names.add(subject.name()));
        return ImageOrigin.line(parameters.shared(drawn.iterator().next().together(names), seed));
    }

    /**
     * Writes one image; images come in ascending index.
     *
     * @throws IllegalArgumentException in one sentence, if an image of other settings stands there
     */
    public Path add(GeneratedImage image) throws IOException {
        Path file = path.resolve(DrawnNames.image(seed, image.index()));
        Subject subject = subjects.get(image.classIndex());
        Map<String, String> text = parameters.text(subject, seed, image.index(), image.order());
        ReplacedImages.requireSame(file, text);
        subjectsDrawn.add(subject);
        AtomicFile.write(file, PngFile.encode(image.image(), ImageOrigin.chunks(text)));
        if (count == 0) {
            firstIndex = image.index();
            rankSums = new long[image.order().length()];
        }
        if (onSheet.size() < SHEET_IMAGES) {
            onSheet.add(image.image());
            underSheet.add(subject.name());
            lastOnSheet = image.index();
        }
        addRanks(image.order());
        lastIndex = image.index();
        count++;
        return file;
    }

    private void addRanks(GenerationOrder order) {
        for (int step = 0; step < rankSums.length; step++) {
            rankSums[order.cellAt(step)] += step;
        }
    }

    /** How many images are kept in memory, for the sheet. */
    int kept() {
        return onSheet.size();
    }

    /**
     * Writes the contact sheet and the order map of the images added.
     *
     * @throws IllegalStateException if there are none
     */
    public List<Path> finish(TokenGrid grid) throws IOException {
        if (count == 0) {
            throw new IllegalStateException("a sheet needs at least one image, but none was added; draw some first");
        }
        return List.of(writeSheet(), writeOrderMap(grid));
    }

    private Path writeSheet() throws IOException {
        int side = onSheet.get(0).width();
        int columns = ContactSheet.columns(onSheet.size());
        int scale = Math.max(1, LONG_SIDE / side / Math.max(1, columns / 4));
        Path sheet = path.resolve(DrawnNames.sheet(seed, firstIndex, lastOnSheet));
        AtomicFile.write(
                sheet,
                PngFile.encode(
                        ContactSheet.of(onSheet, columns, scale, subjectsDrawn.size() > 1 ? underSheet : List.of()),
                        said()));
        return sheet;
    }

    private Path writeOrderMap(TokenGrid grid) throws IOException {
        double[] ranks =
                Arrays.stream(rankSums).mapToDouble(sum -> (double) sum / count).toArray();
        Path map = path.resolve(DrawnNames.orderMap(seed, firstIndex, lastIndex));
        AtomicFile.write(
                map,
                PngFile.encode(
                        OrderHeatMap.row(
                                Map.of("mean rank of " + count, ranks),
                                grid,
                                OrderHeatMap.RankScale.full(grid),
                                Math.max(8, LONG_SIDE / grid.width())),
                        said()));
        return map;
    }

    private Map<String, String> said() {
        return Map.of(PngFile.PARAMETERS, line(subjectsDrawn));
    }

    /** Writes the animation of an image. */
    public Path animate(GeneratedImage image, TokenGrid grid) throws IOException {
        Path file = path.resolve(DrawnNames.animation(seed, image.index()));
        List<RgbImage> frames = Animation.appearing(image.image(), image.order(), grid, Math.max(1, grid.cells() / 64));
        int scale = Math.max(1, LONG_SIDE / image.image().width());
        AtomicFile.write(file, Animation.gif(frames, scale, FRAME, LAST_FRAME));
        return file;
    }
}
