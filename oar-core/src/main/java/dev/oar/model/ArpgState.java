package dev.oar.model;

import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * The decoding state of an {@link ArpgTransformer}: the cache of what has run through the first half, and what was committed since.
 * The latter runs in one pass before the next question.
 *
 * <p>The logits of a group are those of a peek, for a query sees no other. The state after a commit equals that of a causal forward
 * over the committed sequence, however many cells a call names, with one exception: tokens committed in one call at exactly the cells
 * that were asked for as a group right before see one another in the first half, whatever their sequence. That is the published
 * parallel decoding, which runs the tokens of a step through the first half without a mask.
 *
 * <p>Known tokens, which are committed without having been predicted, are therefore causal in the sequence in which they are given: so
 * the model was trained, and one token of such a prefix would otherwise see hundreds that it never saw in training. The same holds for
 * several cells committed after a peek.
 */
final class ArpgState extends CachedState {
    private final ArpgTransformer model;
    private int[][] cells;

    /** {@code [cells]}: the token committed as number t sees those of numbers below {@code sees[t]}. */
    private final int[] sees;

    private int[][] askedTogether = new int[0][];

    ArpgState(ArpgTransformer model, StateMemory memory, int[] conditions) {
        super(memory, conditions, model.space(), TrainedOrders.ANY);
        this.model = model;
        this.cells = new int[conditions.length][model.space().cells()];
        this.sees = new int[model.space().cells()];
    }

    @Override
    Tensor ask(int[][] asked, boolean isolated) {
        askedTogether =
                isolated ? new int[0][] : Arrays.stream(asked).map(int[]::clone).toArray(int[][]::new);
        return model.ask(this, asked);
    }

    @Override
    void filled(int[][] newCells, int index) {
        int count = newCells[0].length;
        boolean together = Arrays.deepEquals(newCells, askedTogether);
        for (int i = 0; i < count; i++) {
            sees[index + i] = index + (together ? count : i + 1);
            for (int row = 0; row < batch(); row++) {
                cells[row][index + i] = newCells[row][i];
            }
        }
        askedTogether = new int[0][];
    }

    /** How many positions have yet to run, the class token among them at the start. */
    int waiting() {
        return 1 + committed() - cache().length();
    }

    /**
     * The ids of the positions that have yet to run: {@code [batch, waiting]}.
     *
     * @param firstClass id of the first class in the joint vocabulary
     */
    Tensor ids(int firstClass) {
        int first = cache().length();
        Tensor ofTokens = tokens().range(Math.max(1, first) - 1, committed());
        if (first > 0) {
            return ofTokens;
        }
        int[] classes = Arrays.stream(conditions())
                .map(condition -> firstClass + condition)
                .toArray();
        return Tensors.cat(1, Tensors.of(classes, classes.length, 1), ofTokens);
    }

    /** Their rows of the rotary table: {@code [batch, waiting]}. */
    Tensor rows() {
        int[][] values = new int[batch()][waiting()];
        for (int row = 0; row < values.length; row++) {
            for (int i = 0; i < values[row].length; i++) {
                int number = cache().length() + i - 1;
                values[row][i] = number < 0 ? 0 : 1 + cells[row][number];
            }
        }
        return Tensors.of(values);
    }

    /** Which positions of the whole sequence they see: bool, {@code [waiting, cached + waiting]}. */
    Tensor mask() {
        int cached = cache().length();
        return PassMask.table(cached, waiting(), position -> {
            int number = cached + position - 1;
            return 1 + (number < 0 ? 0 : sees[number]);
        });
    }

    @Override
    void dropRowsBehind(int rows) {
        cells = firstRows(cells, rows);
        askedTogether = firstRows(askedTogether, rows);
    }
}
