package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Greedy decoding in a given order that keeps the guided logits of every step, as the reference implementations were run.
 *
 * @param model the model
 * @param conditions class ids, one per row
 * @param orders {@code [batch][cells]}
 * @param cellsPerStep how many cells each step fills
 * @param guidance classifier-free guidance
 */
record GuidedDecoding(
        AutoregressiveModel model,
        int[] conditions,
        int[][] orders,
        int[] cellsPerStep,
        ClassifierFreeGuidance guidance) {

    /**
     * What came of it.
     *
     * @param tokens {@code [batch][cells]}, raster order
     * @param logits {@code [batch, decoded cells, vocabulary]}, decoding order, after guidance
     */
    record Result(int[][] tokens, Tensor logits) {}

    /** Decodes whole images. */
    Result run() {
        return run(0, new int[0][]);
    }

    /**
     * Decodes behind known tokens.
     *
     * @param known how many of the first cells of each order are known
     * @param given {@code [batch][cells]} tokens in raster order, of which the known ones are read
     */
    Result run(int known, int[][] given) {
        int batch = conditions.length;
        int cells = orders[0].length;
        boolean guided = guidance.active();
        int[] rows = conditions;
        if (guided) {
            rows = Arrays.copyOf(conditions, 2 * batch);
            Arrays.fill(rows, batch, 2 * batch, model.space().unconditional());
        }
        int[][] tokens = new int[batch][cells];
        List<Tensor> logits = new ArrayList<>();
        try (DecodingState state = model.start(rows)) {
            int from = known;
            if (known > 0) {
                int[][] asked = columns(0, known);
                fill(tokens, asked, (row, i) -> given[row][asked[row][i]]);
                state.commit(forAllRows(asked), forAllRows(pick(tokens, asked)));
            }
            for (int count : cellsPerStep) {
                int[][] asked = columns(from, from + count);
                Tensor answers = state.predictGroup(forAllRows(asked));
                Tensor combined = guided ? guidance.guide(answers, from, count, cells) : answers;
                logits.add(combined);
                int[][] best = Tensors.intRows(combined.argmax(new LongOptional(-1), false));
                fill(tokens, asked, (row, i) -> best[row][i]);
                state.commit(forAllRows(asked), forAllRows(best));
                from += count;
            }
        }
        return new Result(tokens, Tensors.cat(1, logits));
    }

    @FunctionalInterface
    private interface Token {
        int at(int row, int position);
    }

    private static void fill(int[][] tokens, int[][] cells, Token token) {
        for (int row = 0; row < cells.length; row++) {
            for (int i = 0; i < cells[row].length; i++) {
                tokens[row][cells[row][i]] = token.at(row, i);
            }
        }
    }

    private static int[][] pick(int[][] tokens, int[][] cells) {
        int[][] picked = new int[cells.length][];
        Arrays.setAll(
                picked,
                row -> Arrays.stream(cells[row]).map(cell -> tokens[row][cell]).toArray());
        return picked;
    }

    private int[][] columns(int from, int to) {
        return Arrays.stream(orders)
                .map(row -> Arrays.copyOfRange(row, from, to))
                .toArray(int[][]::new);
    }

    /** Conditional rows, and the same again for the unconditional ones under guidance. */
    private int[][] forAllRows(int[][] rows) {
        if (!guidance.active()) {
            return rows;
        }
        int[][] twice = Arrays.copyOf(rows, 2 * rows.length);
        System.arraycopy(rows, 0, twice, rows.length, rows.length);
        return twice;
    }
}
