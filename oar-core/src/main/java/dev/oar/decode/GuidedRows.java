package dev.oar.decode;

import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a batch in a model, each with its condition, and under guidance as many without one. The latter are dropped as soon as
 * the scale is 1 for the rest.
 *
 * <p>Where all rows are asked about the same number of cells, both kinds run in one pass. A dynamic order that ranks by the
 * conditional distribution needs the unconditional one of the cells it chooses alone; there the two kinds run apart.
 */
final class GuidedRows implements AutoCloseable {
    private final ClassifierFreeGuidance guidance;
    private final int batch;
    private final int total;
    private final DecodingState rows;
    private @Nullable DecodingState unconditional;
    private Unconditional where;

    /** Where the rows without a condition are. */
    enum Unconditional {
        /** There are none. */
        NOWHERE,
        /** Behind the conditional ones, in each pass. */
        BEHIND,
        /** In a state of their own, asked about chosen cells only. */
        APART
    }

    /**
     * Begins decoding.
     *
     * @param conditions one per row
     * @param total how many cells will be filled in the end
     */
    GuidedRows(
            AutoregressiveModel model,
            int[] conditions,
            ClassifierFreeGuidance guidance,
            int total,
            Unconditional where) {
        this.guidance = guidance;
        this.batch = conditions.length;
        this.total = total;
        this.where = guidance.scale().activeFrom(0) ? where : Unconditional.NOWHERE;
        int[] none = new int[batch];
        Arrays.fill(none, model.space().unconditional());
        this.rows = model.start(this.where == Unconditional.BEHIND ? joined(conditions, none) : conditions);
        if (this.where == Unconditional.APART) {
            try {
                this.unconditional = model.start(none);
            } catch (RuntimeException | Error failure) {
                rows.close();
                throw failure;
            }
        }
    }

    /** How many rows a pass that asks about candidates has. */
    int rowsOfAPass() {
        return where == Unconditional.BEHIND ? 2 * batch : batch;
    }

    /** Predicts a group of cells that are filled together; guided logits {@code [batch, group, vocabulary]}. */
    Tensor predictGroup(int[][] cells) {
        dropWhereUnguided();
        return guided(rows.predictGroup(inAllRows(cells)), cells[0].length);
    }

    /**
     * Asks about candidates.
     *
     * @param cells {@code [batch][candidates]}
     * @return {@code [rows, candidates, vocabulary]}, the first {@code batch} rows being the conditional ones
     */
    Tensor peek(int[][] cells) {
        dropWhereUnguided();
        return rows.peek(inAllRows(cells));
    }

    /**
     * The logits of candidates, guided as far as the pass that asked about them allows: where unconditional rows run apart, these are
     * the conditional ones, see {@link #guidedAt}.
     *
     * @param answers of {@link #peek}
     * @param next how many cells are filled in this step
     * @return {@code [batch, candidates, vocabulary]}
     */
    Tensor guided(Tensor answers, int next) {
        return where == Unconditional.BEHIND ? guidance.guide(answers, rows.committed(), next, total) : answers;
    }

    /**
     * The guided logits of chosen cells.
     *
     * @param logits of {@link #guided} at these cells: {@code [batch, count, vocabulary]}
     * @param cells {@code [batch][count]}; all are filled in this step
     */
    Tensor guidedAt(Tensor logits, int[][] cells) {
        if (unconditional == null) {
            return logits;
        }
        return guidance.guide(logits, unconditional.peek(cells), rows.committed(), cells[0].length, total);
    }

    /** Fills cells; {@code tokens: [batch, count]}, int64. */
    void commit(int[][] cells, Tensor tokens) {
        rows.commit(inAllRows(cells), where == Unconditional.BEHIND ? Tensors.cat(0, tokens, tokens) : tokens);
        if (unconditional != null) {
            unconditional.commit(cells, tokens);
        }
    }

    private void dropWhereUnguided() {
        if (where == Unconditional.NOWHERE || guidance.scale().activeFrom(rows.committed())) {
            return;
        }
        if (where == Unconditional.BEHIND) {
            rows.keepRows(batch);
        }
        if (unconditional != null) {
            unconditional.close();
            unconditional = null;
        }
        where = Unconditional.NOWHERE;
    }

    private int[][] inAllRows(int[][] cells) {
        return where == Unconditional.BEHIND
                ? Stream.concat(Arrays.stream(cells), Arrays.stream(cells)).toArray(int[][]::new)
                : cells;
    }

    private static int[] joined(int[] first, int[] second) {
        int[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    @Override
    public void close() {
        rows.close();
        if (unconditional != null) {
            unconditional.close();
        }
    }
}
