package dev.oar.pipeline;

import dev.oar.piece.MadePieces;
import dev.oar.piece.PieceFile;
import dev.oar.piece.PieceMakers;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The pieces of a stage, which are made when the first of them is asked for and deleted when the stage no longer needs them. */
final class StagePieces implements AutoCloseable {
    private final PieceMakers makers;
    private final StageJob job;
    private final IntConsumer done;
    private @Nullable MadePieces made;
    private boolean finished;

    /** Pieces that these make; {@code done} is told how many images are done. */
    StagePieces(PieceMakers makers, StageJob job, IntConsumer done) {
        this.makers = makers;
        this.job = job;
        this.done = done;
    }

    /** The job. */
    StageJob job() {
        return job;
    }

    /** A piece. */
    PieceFile piece(int number) throws IOException {
        MadePieces known = made;
        if (known == null) {
            known = makers.make(job, done);
            made = known;
        }
        return known.piece(number);
    }

    /** All that was to be made of the pieces is on disk. */
    void finished() {
        finished = true;
    }

    /** Deletes the pieces if they are of no further use. */
    @Override
    public void close() throws IOException {
        MadePieces known = made;
        if (finished && known != null) {
            known.delete();
        }
    }
}
