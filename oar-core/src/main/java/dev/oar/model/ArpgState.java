package dev.oar.model;

import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * The decoding state of an {@link ArpgTransformer}: the cache of what has run through the first half, and what was committed since.
 * The latter runs in one pass before the next question.
 */
final class ArpgState extends CachedState {
    private int[][] cells;

    /** {@code [cells]}: the token committed as number t sees those of numbers below {@code sees[t]}. */
    private final int[] sees;

    private int[][] askedTogether = new int[0][];

    ArpgState(StateMemory memory, int[] conditions, int cells) {
        super(memory, conditions, cells);
        this.cells = new int[conditions.length][cells];
        this.sees = new int[cells];
    }

    /** Remembers what a question asked for; committed at once right after it, cells of a group see one another. */
    void asked(int[][] question, boolean group) {
        askedTogether = group ? Arrays.stream(question).map(int[]::clone).toArray(int[][]::new) : new int[0][];
    }

    /**
     * Commits cells.
     *
     * @param newCells {@code [batch][count]}
     * @param newTokens {@code [batch, count]}, int64
     */
    void commit(int[][] newCells, Tensor newTokens) {
        int place = fill(newCells, newTokens);
        int count = newCells[0].length;
        boolean together = Arrays.deepEquals(newCells, askedTogether);
        for (int i = 0; i < count; i++) {
            sees[place + i] = place + (together ? count : i + 1);
            for (int row = 0; row < batch(); row++) {
                cells[row][place + i] = newCells[row][i];
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
