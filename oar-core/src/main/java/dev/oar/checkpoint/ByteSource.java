package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Reads bytes at a position of a file, perhaps fewer than were asked for, as channels may. */
@FunctionalInterface
interface ByteSource {
    /** Reads some bytes; -1 at the end of the file. */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Fills a buffer.
     *
     * @throws CorruptFileException if the file ends before
     */
    default void readFully(Path path, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int read = read(target, at);
            if (read < 0) {
                throw new CorruptFileException(path + " must have " + (at + target.remaining())
                        + " bytes or more, but ends after " + at + "; it was cut off, so fetch or make it again");
            }
            at += read;
        }
    }
}
