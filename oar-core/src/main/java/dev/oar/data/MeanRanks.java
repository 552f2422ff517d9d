package dev.oar.data;

import dev.oar.file.CorruptFileException;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * When cells are filled on average, by class: a summary of recorded orders that is small enough to travel with a model.
 *
 * <p>As a file it is JSON with the keys {@code format} ({@code oar-mean-ranks}), {@code version} (1), {@code grid}, {@code classes},
 * {@code ranks} (one list per class, empty for a class without images) and {@code overall}.
 */
public final class MeanRanks {
    private static final String FORMAT = "oar-mean-ranks";
    private static final int VERSION = 1;
    private static final String MADE = "oar extract";

    private record File(
            String format, int version, TokenGrid grid, List<String> classes, double[][] ranks, double[] overall) {}

    private final TokenGrid grid;
    private final List<String> classes;
    private final double[][] ranks;
    private final double[] overall;

    MeanRanks(TokenGrid grid, List<String> classes, double[][] ranks, double[] overall) {
        this.grid = grid;
        this.classes = classes;
        this.ranks = ranks;
        this.overall = overall;
    }

    /**
     * Reads a file.
     *
     * @throws CorruptFileException if it is missing, damaged or of another version
     */
    public static MeanRanks read(Path path) throws IOException {
        File file = Manifests.read(path, File.class, MADE);
        if (!file.format().equals(FORMAT) || file.version() != VERSION) {
            throw new CorruptFileException(path + " must be " + FORMAT + " version " + VERSION + ", but is "
                    + file.format() + " version " + file.version() + "; run `" + MADE + "` again");
        }
        int cells = file.grid().cells();
        boolean whole = file.ranks().length == file.classes().size() && file.overall().length == cells;
        double[][] ranks = new double[file.ranks().length][];
        for (int i = 0; i < ranks.length; i++) {
            double[] row = file.ranks()[i];
            whole &= row.length == 0 || row.length == cells;
            ranks[i] = row.length == 0 ? absent(cells) : row;
        }
        if (!whole) {
            throw new CorruptFileException(path + " must hold " + cells + " ranks for each of "
                    + file.classes().size() + " classes, but does not; run `" + MADE + "` again");
        }
        return new MeanRanks(file.grid(), file.classes(), ranks, file.overall());
    }

    /** Writes a file that appears whole or not at all. */
    public void write(Path path) throws IOException {
        double[][] present = Arrays.stream(ranks)
                .map(row -> Double.isNaN(row[0]) ? new double[0] : row)
                .toArray(double[][]::new);
        Manifests.write(path, new File(FORMAT, VERSION, grid, classes, present, overall));
    }

    /** The grid of one image. */
    public TokenGrid grid() {
        return grid;
    }

    /** The names of the classes. */
    public List<String> classes() {
        return classes;
    }

    /** The mean rank of each cell over all images; a copy. */
    public double[] overall() {
        return overall.clone();
    }

    /** The mean rank of each cell in a class, NaN if it has no images; a copy. */
    public double[] ofClass(int classIndex) {
        return ranks[Objects.checkIndex(classIndex, ranks.length)].clone();
    }

    /**
     * The order that fills cells by their mean rank in a class, or overall if the class has no images.
     *
     * @param classIndex the class; their number stands for none, which is overall
     */
    public GenerationOrder order(int classIndex) {
        double[] values = ranks.length == 0 || classIndex == ranks.length ? overall : ofClass(classIndex);
        return GenerationOrder.ascending(Double.isNaN(values[0]) ? overall : values);
    }

    /** The same for a model whose conditions are no classes: every condition has the order of all images. */
    public MeanRanks overallAlone() {
        return new MeanRanks(grid, List.of(), new double[0][], overall);
    }

    private static double[] absent(int cells) {
        double[] row = new double[cells];
        Arrays.fill(row, Double.NaN);
        return row;
    }
}
