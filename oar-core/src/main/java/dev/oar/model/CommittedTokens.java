package dev.oar.model;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The tokens that were committed, in the sequence in which they were, on the device that the model is on: nobody waits for a drawn
 * token to come to main memory and go back.
 */
final class CommittedTokens implements AutoCloseable {
    /** {@code [batch, cells]}, int64, zeros where nothing has been committed. */
    private Tensor tokens;

    private int batch;

    /** Room for the tokens of all cells. */
    CommittedTokens(int batch, int cells) {
        this.batch = batch;
        try (TensorScope ignored = TensorScope.open()) {
            this.tokens = TensorScope.retain(Tensors.zeros(torch.ScalarType.Long, batch, cells));
        }
    }

    /**
     * Adds tokens.
     *
     * @param index how many were committed before
     * @param added {@code [batch, count]}, int64, for which there is room
     */
    void put(int index, Tensor added) {
        TensorScope.run(() -> {
            var unused = tokens.narrow(1, index, added.size(1)).copy_(added);
        });
    }

    /** Tokens {@code from .. to - 1}: {@code [batch, to - from]}, int64; a view. */
    Tensor range(int from, int to) {
        return tokens.narrow(1, from, (long) to - from);
    }

    /**
     * The tokens at some indices.
     *
     * @param indices in any sequence; an index below 0, where no token stands, gives the first
     * @return {@code [batch, indices.length]}, int64
     */
    Tensor at(int[] indices) {
        int first = Math.max(0, indices[0]);
        if (Arrays.stream(indices).allMatch(index -> index == indices[0])) {
            return range(first, first + 1).expand(batch, indices.length);
        }
        Tensor columns = Tensors.of(
                Arrays.stream(indices).map(index -> Math.max(0, index)).toArray(), 1, indices.length);
        return tokens.gather(1, columns.expand(batch, indices.length));
    }

    /** Shows only the first rows from now on. */
    void keepRows(int rows) {
        batch = rows;
        tokens = KvCache.firstRows(tokens, rows);
    }

    @Override
    public void close() {
        TensorScope.release(tokens);
    }
}
