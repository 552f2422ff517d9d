package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a decoding call has filled so far: the cells of each row in the sequence in which they were, and their tokens, which stay on the
 * model's device until they are read.
 *
 * <p>A token whose logits were no finite numbers has no finite probability, so that a batch is refused when its records are read, and no
 * step waits for a check.
 */
final class FilledCells {
    private static final int TOKENS = 0;
    private static final int LOG_PROBABILITIES = 1;

    private final int batch;
    private final int cells;

    /**
     * {@code [2, batch, cells]}, float64, in the sequence in which cells were filled: tokens, and the logarithms of their probabilities.
     * One tensor, so that a device is waited for once.
     */
    private final Tensor records;

    private final int[][] filled;
    private final BitSet[] open;
    private final double[][] confidences;

    /** {@code [cells]}: in which step the cell was filled that is in this place of the sequence. */
    private final int[] steps;

    private int count;

    /** How many of them, the first ones, were known beforehand. */
    private int known;

    /**
     * What some cells of each row are filled with.
     *
     * @param cells {@code [batch][count]}
     * @param tokens {@code [batch, count]}, int64
     * @param logProbabilities of the tokens, {@code [batch, count]}; empty if they were known beforehand
     * @param confidences {@code [batch][count]} by which they were chosen; empty if they were chosen without asking
     */
    record Filling(int[][] cells, Tensor tokens, Optional<Tensor> logProbabilities, Optional<double[][]> confidences) {}

    /**
     * Nothing is filled; the records belong to the scope around.
     *
     * @param absent cells that are not to be filled
     */
    FilledCells(int batch, int cells, BitSet absent) {
        this.batch = batch;
        this.cells = cells;
        this.records = Tensors.full(Double.NaN, torch.ScalarType.Double, 2, batch, cells);
        this.filled = new int[batch][cells];
        this.steps = new int[cells];
        this.open = new BitSet[batch];
        this.confidences = new double[batch][cells];
        for (int row = 0; row < batch; row++) {
            open[row] = (BitSet) absent.clone();
            open[row].flip(0, cells);
            Arrays.fill(confidences[row], Double.NaN);
        }
    }

    /** How many cells of each row are filled. */
    int count() {
        return count;
    }

    /** The cells of a row that are filled, in the sequence in which they were. */
    int[] cells(int row) {
        return Arrays.copyOf(filled[row], count);
    }

    /** The cells of each row that are neither filled nor absent: {@code [batch][open]}, ascending. */
    int[][] open() {
        return Arrays.stream(open).map(row -> row.stream().toArray()).toArray(int[][]::new);
    }

    /**
     * Checks what an order policy has chosen.
     *
     * @throws IllegalArgumentException if it is not equally many open cells of each row, at least one, each once
     */
    void requireOpen(int[][] chosen) {
        int size = chosen.length == 0 ? 0 : chosen[0].length;
        Require.that(
                chosen.length == batch && size >= 1 && Arrays.stream(chosen).allMatch(row -> row.length == size),
                "an order policy must choose equally many cells, and at least one, for each of %s rows, but chose %s;"
                        + " correct it",
                batch,
                Arrays.toString(
                        Arrays.stream(chosen).mapToInt(row -> row.length).toArray()));
        for (int row = 0; row < batch; row++) {
            BitSet left = (BitSet) open[row].clone();
            for (int cell : chosen[row]) {
                Require.that(
                        cell >= 0 && left.get(cell),
                        "an order policy must choose cells that are open, each once, but chose cell %s of row %s,"
                                + " which is not; correct it",
                        cell,
                        row);
                left.clear(cell);
            }
        }
    }

    /**
     * Cells are filled from now on.
     *
     * @param step the step in which they are filled
     */
    void fill(Filling filling, int step) {
        int size = filling.cells()[0].length;
        for (int row = 0; row < batch; row++) {
            System.arraycopy(filling.cells()[row], 0, filled[row], count, size);
            for (int i = 0; i < size; i++) {
                int cell = filling.cells()[row][i];
                open[row].clear(cell);
                if (filling.confidences().isPresent()) {
                    confidences[row][cell] = filling.confidences().get()[row][i];
                }
            }
        }
        Arrays.fill(steps, count, count + size, step);
        record(TOKENS, filling.tokens());
        filling.logProbabilities().ifPresent(drawn -> record(LOG_PROBABILITIES, drawn));
        count += size;
        known = filling.logProbabilities().isEmpty() ? count : known;
    }

    private void record(int which, Tensor values) {
        var unused = records.select(0, which).narrow(1, count, values.size(1)).copy_(values);
    }

    /** The tokens so far in the sequence in which cells were filled, {@code [batch, count]}, int64, on the device. */
    Tensor tokens() {
        return records.select(0, TOKENS).narrow(1, 0, count).to(torch.ScalarType.Long);
    }

    /**
     * The tokens so far.
     *
     * @param unfilled stands for the token of a cell that is not filled
     * @return {@code [batch][cells]}, raster order
     * @throws ArithmeticException if one was drawn from logits that are no finite numbers
     */
    int[][] tokens(int unfilled) {
        return TensorScope.compute(() -> tokens(Tensors.doubles(records), unfilled));
    }

    /** The confidences so far, {@code [batch][cells]}, raster order; NaN where there is none. */
    double[][] confidences() {
        return Arrays.stream(confidences).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * All that was filled.
     *
     * @param reading reads the records {@code [2, batch, cells]}, float64, in row-major order
     * @throws ArithmeticException if a token was drawn from logits that are no finite numbers
     */
    DecodedTokens all(Function<Tensor, double[]> reading) {
        double[] read = reading.apply(records);
        double[][] logProbabilities = new double[batch][cells];
        for (int row = 0; row < batch; row++) {
            Arrays.fill(logProbabilities[row], Double.NaN);
            for (int i = 0; i < count; i++) {
                logProbabilities[row][filled[row][i]] = read[place(LOG_PROBABILITIES, row, i)];
            }
        }
        List<GenerationOrder> orders = Arrays.stream(filled).map(this::order).toList();
        return new DecodedTokens(tokens(read, 0), orders, logProbabilities, confidences());
    }

    private GenerationOrder order(int[] row) {
        int[] order = row.clone();
        BitSet absent = new BitSet();
        absent.set(0, cells);
        Arrays.stream(row, 0, count).forEach(absent::clear);
        int at = count;
        for (int cell = absent.nextSetBit(0); cell >= 0; cell = absent.nextSetBit(cell + 1)) {
            order[at++] = cell;
        }
        return GenerationOrder.of(order);
    }

    private int[][] tokens(double[] read, int unfilled) {
        int[][] inRaster = new int[batch][cells];
        for (int row = 0; row < batch; row++) {
            Arrays.fill(inRaster[row], unfilled);
            for (int i = 0; i < count; i++) {
                if (i >= known && !Double.isFinite(read[place(LOG_PROBABILITIES, row, i)])) {
                    throw notFinite(filled[row][i], row, steps[i]);
                }
                inRaster[row][filled[row][i]] = (int) read[place(TOKENS, row, i)];
            }
        }
        return inRaster;
    }

    private int place(int which, int row, int filledAs) {
        return (which * batch + row) * cells + filledAs;
    }

    /** A model's logits for a cell are no finite numbers. */
    static ArithmeticException notFinite(int cell, int row, int step) {
        return new ArithmeticException(
                "a model's logits must be finite numbers, but those for cell " + cell + " in step "
                        + (step + 1) + " of row " + row
                        + " of the batch are not; the weights are damaged or too large for their"
                        + " weight-format: use float32, or another copy of them");
    }
}
