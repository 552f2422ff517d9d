package dev.oar.piece;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * Work whose result is made of pieces: described, so that another process can open it. A piece depends on the job and its number alone, never
 * on who makes it or what was made before, so a piece that is made twice is the same to the byte.
 */
public interface PieceJob extends Serializable {
    /** What is made, for people, such as {@code orders of train images}. */
    String name();

    /** SHA-256 over all that the pieces depend on; names their folder. */
    String fingerprint();

    /** The number of pieces. */
    int count();

    /** How many images all pieces are made of. */
    int images();

    /** How many images piece {@code number} is made of. */
    int images(int number);

    /** Where pieces go unless somewhere else is named. */
    Path folder();

    /** The files and folders that are read to make pieces and do not change meanwhile; full paths. */
    List<Path> inputs();

    /**
     * The same job where copies of its inputs lie elsewhere.
     *
     * @param root what stands there before the full path of every input
     */
    PieceJob under(Path root);

    /**
     * Loads what is needed to make pieces; close it after use.
     *
     * @throws IOException in one sentence, if an input is missing or is not that of the job
     */
    PieceWork open() throws IOException;
}
