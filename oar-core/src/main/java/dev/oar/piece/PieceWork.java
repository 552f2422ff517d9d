package dev.oar.piece;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A job with everything loaded that its pieces are made with. To be used by one thread at a time. */
public interface PieceWork extends AutoCloseable {
    /**
     * Makes a piece.
     *
     * @param number from 0 to below the job's number of pieces
     * @return its tensors by name, in the innermost scope, in the order in which they are written
     */
    Map<String, Tensor> make(int number) throws IOException;

    @Override
    void close() throws IOException;
}
