package dev.oar.data;

import dev.oar.file.CorruptFileException;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How sure a model is of each cell on average, by how much of an image is filled: what is usual of a cell, such as that borders are
 * easy, says nothing about this image. Scores less these means rank cells by what is unusual of them ({@code decode.Calibrated}).
 *
 * <p>As a file it is JSON with the keys {@code format} ({@code oar-calibration}), {@code version} (1), {@code grid}, {@code measure}, {@code origin}
 * and {@code means}, one list of bins for each scale, and in each bin a number per cell.
 */
public final class CalibrationTable {
    /** The scales of scores, see {@code decode.Confidence.Scores}: the measure itself, its logarithm, and its key. */
    public static final int SCALES = 3;

    private static final String FORMAT = "oar-calibration";
    private static final int VERSION = 1;
    private static final String MADE = "oar extract";

    private record File(
            String format, int version, TokenGrid grid, String measure, String origin, double[][][] means) {}

    private final TokenGrid grid;
    private final String measure;
    private final String origin;
    private final double[][][] means;

    private CalibrationTable(TokenGrid grid, String measure, String origin, double[][][] means) {
        this.grid = grid;
        this.measure = measure;
        this.origin = origin;
        this.means = means;
    }

    /**
     * Reads a file.
     *
     * @throws CorruptFileException if it is missing, damaged or of another version
     */
    public static CalibrationTable read(Path path) throws IOException {
        File file = Manifests.read(path, File.class, MADE);
        if (!file.format().equals(FORMAT) || file.version() != VERSION) {
            throw new CorruptFileException(path + " must be " + FORMAT + " version " + VERSION + ", but is "
                    + file.format() + " version " + file.version() + "; run `" + MADE + "` again");
        }
        int cells = file.grid().cells();
        double[][][] means = file.means();
        boolean whole = means.length == SCALES && means[0].length >= 1;
        for (double[][] scale : means) {
            whole &= scale.length == means[0].length && Arrays.stream(scale).allMatch(bin -> bin.length == cells);
        }
        if (!whole) {
            throw new CorruptFileException(path + " must hold " + SCALES + " times as many bins of " + cells
                    + " means, but does not; run `" + MADE + "` again");
        }
        return new CalibrationTable(file.grid(), file.measure(), file.origin(), means);
    }

    /** Writes a file that appears whole or not at all. */
    public void write(Path path) throws IOException {
        Manifests.write(path, new File(FORMAT, VERSION, grid, measure, origin, means));
    }

    /** The grid of one image. */
    public TokenGrid grid() {
        return grid;
    }

    /** The name of the confidence measure that scores were of. */
    public String measure() {
        return measure;
    }

    /** A text that is equal for tables which were made alike: of the same model, images and settings. */
    public String origin() {
        return origin;
    }

    /** Into how many bins of equal size the share of filled cells is divided. */
    public int bins() {
        return means[0].length;
    }

    /**
     * The mean score of a cell.
     *
     * @param scale 0 .. {@value #SCALES} - 1: the measure itself, its logarithm, or its key
     * @param share of the cells that is filled, in [0, 1)
     */
    public double mean(int scale, double share, int cell) {
        return means[scale][bin(share, bins())][cell];
    }

    private static int bin(double share, int bins) {
        return Math.min(bins - 1, (int) (share * bins));
    }

    /** Sums of scores, of which a table is made; not for several threads at once. */
    public static final class Sums {
        private final TokenGrid grid;
        private final double[][][] sums;
        private final long[][][] counts;

        /**
         * Nothing has been scored.
         *
         * @param bins into how many bins the share of filled cells is divided, at least 1
         */
        public Sums(TokenGrid grid, int bins) {
            this.grid = grid;
            this.sums = new double[SCALES][bins][grid.cells()];
            this.counts = new long[SCALES][bins][grid.cells()];
        }

        /**
         * A cell was scored. Scores that are not finite count for nothing.
         *
         * @param share of the cells that was filled, in [0, 1)
         * @param scores one for each scale
         */
        public void add(double share, int cell, double... scores) {
            int bin = bin(share, sums[0].length);
            for (int scale = 0; scale < SCALES; scale++) {
                if (Double.isFinite(scores[scale])) {
                    sums[scale][bin][cell] += scores[scale];
                    counts[scale][bin][cell]++;
                }
            }
        }

        /** Adds what others have counted. */
        public void add(Sums others) {
            for (int scale = 0; scale < SCALES; scale++) {
                for (int bin = 0; bin < sums[scale].length; bin++) {
                    for (int cell = 0; cell < grid.cells(); cell++) {
                        sums[scale][bin][cell] += others.sums[scale][bin][cell];
                        counts[scale][bin][cell] += others.counts[scale][bin][cell];
                    }
                }
            }
        }

        /**
         * The means. A cell that was never open at some share has the mean of the others there; where none was, all have 0.
         *
         * @param measure see {@link CalibrationTable#measure}
         * @param origin see {@link CalibrationTable#origin}
         */
        public CalibrationTable table(String measure, String origin) {
            double[][][] means = new double[SCALES][sums[0].length][grid.cells()];
            for (int scale = 0; scale < SCALES; scale++) {
                for (int bin = 0; bin < means[scale].length; bin++) {
                    long all = Arrays.stream(counts[scale][bin]).sum();
                    double usual =
                            all == 0 ? 0 : Arrays.stream(sums[scale][bin]).sum() / all;
                    for (int cell = 0; cell < grid.cells(); cell++) {
                        long count = counts[scale][bin][cell];
                        means[scale][bin][cell] = count == 0 ? usual : sums[scale][bin][cell] / count;
                    }
                }
            }
            return new CalibrationTable(grid, measure, origin, means);
        }
    }
}
