package dev.oar.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small files whole; one that is larger than its kind ever is is refused before memory is taken for it. */
public final class BoundedFile {
    private BoundedFile() {}

    /**
     * The bytes of a file of any file system.
     *
     * @param most the largest size that is read, in bytes
     * @param remedy what to do about a larger file, the end of a sentence
     * @throws CorruptFileException if the file is larger
     */
    public static byte[] read(Path file, int most, String remedy) throws IOException {
        long size = Files.size(file);
        if (size > most) {
            throw tooLarge(file, most, Long.toString(size), remedy);
        }
        return NamedReading.of(file, () -> {
            try (InputStream stream = Files.newInputStream(file)) {
                // The size that a zip claims for an entry need not be true.
                byte[] bytes = stream.readNBytes(most);
                if (stream.read() >= 0) {
                    throw tooLarge(file, most, "more", remedy);
                }
                return bytes;
            }
        });
    }

    /**
     * The text of a file: UTF-8, without the byte order mark that it may begin with.
     *
     * @param most the largest size that is read, in bytes
     * @param remedy what to do about a larger file, the end of a sentence
     * @throws CorruptFileException in one sentence, if the file is larger, or is not UTF-8
     */
    public static String text(Path file, int most, String remedy) throws IOException {
        return Utf8Text.decode(file.toString(), read(file, most, remedy));
    }

    private static CorruptFileException tooLarge(Path file, int most, String size, String remedy) {
        return new CorruptFileException(file + " may have up to " + most + " bytes, but has " + size + "; " + remedy);
    }
}
