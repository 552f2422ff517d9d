package dev.oar.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files so that every failure names the file: the system's own words, such as "Is a directory" and "Input/output error", do not. */
public final class NamedReading {
    private NamedReading() {}

    /** What reads a file. */
    @FunctionalInterface
    public interface Read<T> {
        /** Reads it. */
        T read() throws IOException;
    }

    /**
     * Reads a file.
     *
     * @throws CharacterCodingException as {@code read} does, if the file holds another text than it must
     * @throws IOException as {@code read} does, in a sentence that names the file
     */
    public static <T> T of(Path file, Read<T> read) throws IOException {
        try {
            return read.read();
        } catch (FileSystemException | CorruptFileException | CharacterCodingException told) {
            throw told;
        } catch (IOException e) {
            throw Files.isDirectory(file)
                    ? new IOException(file + " must be a file, but is a directory; put the file back, or name it", e)
                    : new IOException(
                            "reading " + file + " failed (" + e.getMessage()
                                    + "); check the disk that it is on, or restore the file, and run again",
                            e);
        }
    }

    /** All bytes of a file. */
    public static byte[] bytes(Path file) throws IOException {
        return of(file, () -> Files.readAllBytes(file));
    }

    /** The text of a file, UTF-8. */
    public static String text(Path file) throws IOException {
        return of(file, () -> Files.readString(file));
    }
}
