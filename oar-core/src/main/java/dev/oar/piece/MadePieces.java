package dev.oar.piece;

import java.io.IOException;

/** The pieces of a job, on this machine. */
public interface MadePieces {
    /** Opens a piece. */
    PieceFile piece(int number) throws IOException;

    /** Deletes them, now that what was to be made of them is there. */
    void delete() throws IOException;
}
