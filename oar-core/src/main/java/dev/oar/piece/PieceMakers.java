package dev.oar.piece;

import java.io.IOException;
import java.util.function.IntConsumer;

/** Other processes that make pieces. */
@FunctionalInterface
public interface PieceMakers {
    /**
     * Has all pieces of a job made that are not there yet, and waits for them.
     *
     * @param done told now and then, on the calling thread, how many images are done; what it throws ends the job
     * @return the pieces, all of them
     * @throws IOException in one sentence, if pieces cannot be made
     */
    MadePieces make(PieceJob job, IntConsumer done) throws IOException;
}
