package dev.oar.decode;

import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a decoding call has filled so far: the cells of each row in the sequence in which they were, and their tokens, which stay on the
 * model's device until they are read.
 *
 * <p>A token whose logits were no finite numbers is recorded as such on the device, so that a batch is refused by reading its tokens,
 * and no step waits for a check.
 */
final class FilledCells {
    private static final int NOT_FINITE = -1;

    private final int batch;
    private final int cells;

    /** {@code [batch, cells]}, int64: the tokens in the sequence in which cells were filled. */
    private final Tensor tokens;

    private final int[][] filled;

    /** {@code [cells]}: in which step the cell was filled that is in this place of the sequence. */
    private final int[] steps;

    private int count;

    /** Nothing is filled; the tokens belong to the scope around. */
    FilledCells(int batch, int cells) {
        this.batch = batch;
        this.cells = cells;
        this.tokens = Tensors.zeros(torch.ScalarType.Long, batch, cells);
        this.filled = new int[batch][cells];
        this.steps = new int[cells];
    }

    /** How many cells of each row are filled. */
    int count() {
        return count;
    }

    /**
     * Cells are filled from now on.
     *
     * @param chosen {@code [batch][count]}
     * @param given {@code [batch, count]}, int64
     * @param logits what the tokens were drawn from, {@code [batch, count, vocabulary]}; empty if they are known
     * @param step the step in which they are filled
     */
    void fill(int[][] chosen, Tensor given, Optional<Tensor> logits, int step) {
        int size = chosen[0].length;
        for (int row = 0; row < batch; row++) {
            System.arraycopy(chosen[row], 0, filled[row], count, size);
        }
        Arrays.fill(steps, count, count + size, step);
        Tensor recorded = logits.map(drawnFrom -> marked(given, drawnFrom)).orElse(given);
        var unused = tokens.narrow(1, count, size).copy_(recorded);
        count += size;
    }

    /** The tokens, and {@link #NOT_FINITE} for those that were drawn from logits which are not all finite. */
    private static Tensor marked(Tensor given, Tensor logits) {
        // 0 times a finite number is 0; 0 times any other is no number, which alone differs from itself.
        Tensor zeros = logits.mul(new Scalar(0)).sum(-1);
        return given.masked_fill(zeros.ne(zeros), new Scalar(NOT_FINITE));
    }

    /** The cells of each row that are neither filled nor absent: {@code [batch][open]}, ascending. */
    int[][] open(BitSet absent) {
        int[][] open = new int[batch][];
        for (int row = 0; row < batch; row++) {
            BitSet taken = (BitSet) absent.clone();
            Arrays.stream(filled[row], 0, count).forEach(taken::set);
            open[row] =
                    IntStream.range(0, cells).filter(cell -> !taken.get(cell)).toArray();
        }
        return open;
    }

    /**
     * The tokens so far.
     *
     * @param unfilled stands for the token of a cell that is not filled
     * @return {@code [batch][cells]}, raster order
     * @throws ArithmeticException if one was drawn from logits that are no finite numbers
     */
    int[][] tokens(int unfilled) {
        return TensorScope.compute(() -> inRaster(Tensors.intRows(tokens.narrow(1, 0, count)), unfilled));
    }

    /**
     * All that was filled.
     *
     * @param absent cells that were not to be filled
     * @param reading reads the tokens {@code [batch, cells]}, int64, in the sequence in which cells were filled
     * @throws ArithmeticException if a token was drawn from logits that are no finite numbers
     */
    DecodedTokens all(BitSet absent, Function<Tensor, int[][]> reading) {
        List<GenerationOrder> orders =
                Arrays.stream(filled).map(row -> order(row, absent)).toList();
        return new DecodedTokens(inRaster(reading.apply(tokens), 0), orders);
    }

    private GenerationOrder order(int[] row, BitSet absent) {
        int[] order = row.clone();
        int at = count;
        for (int cell = absent.nextSetBit(0); cell >= 0; cell = absent.nextSetBit(cell + 1)) {
            order[at++] = cell;
        }
        return GenerationOrder.of(order);
    }

    private int[][] inRaster(int[][] inOrder, int unfilled) {
        int[][] inRaster = new int[batch][cells];
        for (int row = 0; row < batch; row++) {
            Arrays.fill(inRaster[row], unfilled);
            for (int i = 0; i < count; i++) {
                if (inOrder[row][i] == NOT_FINITE) {
                    throw notFinite(filled[row][i], row, steps[i]);
                }
                inRaster[row][filled[row][i]] = inOrder[row][i];
            }
        }
        return inRaster;
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
