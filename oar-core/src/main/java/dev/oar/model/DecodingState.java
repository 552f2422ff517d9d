package dev.oar.model;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * One decoding call over a batch: what has been committed, and the questions that a model answers on top of it. A row of a batch may
 * stand at other cells than the next, but all have filled the same number of cells.
 *
 * <p>A state belongs to one thread at a time, and must be closed before its model.
 */
public interface DecodingState extends AutoCloseable {
    /** The number of rows. */
    int batch();

    /** How many cells of each row have been filled. */
    int committed();

    /**
     * Scores cells without filling them, in one forward pass: each candidate attends to the committed context and to itself,
     * never to another candidate.
     *
     * @param cells {@code [batch][candidates]}, not committed yet
     * @return logits: {@code [batch, candidates, vocabulary]}
     * @throws IllegalArgumentException if there is not one row of cells per row of the batch, all of one length, or if a cell is none of
     *     the grid's, is committed already, or is one that the model was not trained to answer for next
     */
    Tensor peek(int[][] cells);

    /**
     * Predicts a group of cells that are filled together, in one forward pass, as the architecture's parallel decoding does. In RandAR
     * the queries stand one after the other, and each sees the earlier queries of the group (not their tokens); in ARPG no query sees
     * another.
     *
     * @param cells {@code [batch][group]}, not committed yet
     * @return logits: {@code [batch, group, vocabulary]}
     * @throws IllegalArgumentException as {@link #peek}
     */
    Tensor predictGroup(int[][] cells);

    /**
     * Fills cells. Filled one by one, the state afterwards equals that of a causal forward over the committed sequence; filled in one
     * call, too, unless they were predicted as a group whose tokens the architecture lets see one another.
     *
     * <p>The tokens may still be on their way: nothing waits for them, and so nothing checks that they are of the vocabulary.
     *
     * @param cells {@code [batch][count]}, not committed yet
     * @param tokens {@code [batch, count]}, int64, on the model's device; they are copied
     * @throws IllegalArgumentException as {@link #peek}, or if a row names a cell twice, or if there is not one token per cell; nothing
     *     is filled then
     */
    void commit(int[][] cells, Tensor tokens);

    /**
     * Fills cells with tokens that are known.
     *
     * @param cells {@code [batch][count]}, not committed yet
     * @param tokens {@code [batch][count]}
     * @throws IllegalArgumentException as {@link #commit(int[][], Tensor)}
     */
    default void commit(int[][] cells, int[][] tokens) {
        TensorScope.run(() -> commit(cells, Tensors.of(tokens)));
    }

    /**
     * Fills cells with tokens that are known, of which later questions see only those that are not masked: a branch of spatial guidance is
     * asked so. By default a model cannot.
     *
     * @param cells {@code [batch][count]}, not committed yet
     * @param tokens {@code [batch][count]}
     * @param masked {@code [batch][count]} whether a token is masked
     * @throws IllegalArgumentException as {@link #commit(int[][], Tensor)}, or if the model cannot mask tokens
     */
    default void commitMasked(int[][] cells, int[][] tokens, boolean[][] masked) {
        throw new IllegalArgumentException(
                "only RandAR's formulation position-instruction can mask tokens, but this model is another; use a"
                        + " RandAR model");
    }

    /**
     * Drops all rows behind the first ones, so that nothing is worked out for them any more.
     *
     * @param rows how many stay, at least 1
     * @throws IllegalArgumentException if there are fewer
     */
    void keepRows(int rows);

    /** Frees the native memory. */
    @Override
    void close();
}
