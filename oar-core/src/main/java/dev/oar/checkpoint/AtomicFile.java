package dev.oar.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writing a file so that its final name never shows half of it: written beside, forced to disk, renamed.
 *
 * <p>A kill or a full disk leaves the old file, if there was one, and at most a temporary file that the next write replaces.
 */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes content to an open channel. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file under a temporary name and renames it when it is complete; missing directories are made.
     *
     * @throws IOException if writing fails; the target is then as it was before
     */
    public static void write(Path target, Content content) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null || Files.isDirectory(absolute)) {
            throw new IOException(
                    "a file cannot be written as " + target + ", which is a directory; name a file in it");
        }
        Files.createDirectories(directory);
        Path temporary = absolute.resolveSibling("." + absolute.getFileName() + ".part");
        try {
            writeForced(temporary, content);
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory(directory);
        } catch (IOException | RuntimeException e) {
            throw cleanedUp(temporary, target, e);
        }
    }

    /** Writes bytes as a file under {@link #write(Path, Content)}'s promise. */
    public static void write(Path target, byte[] bytes) throws IOException {
        write(target, channel -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }

    /** Writes a file under its own name and waits until its bytes are on disk. */
    static void writeForced(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            content.writeTo(channel);
            channel.force(true);
        }
    }

    /** Waits until the names in a directory are on disk; without that, a rename may be lost in a power cut. */
    static void forceDirectory(Path directory) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return; // Windows cannot open a directory as a channel, and journals its names itself.
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The sentence for a failed write; the system's own ("No space left on device") names no file. */
    static IOException failure(Path target, IOException cause) {
        if (cause instanceof FileSystemException || cause instanceof CorruptFileException) {
            return cause;
        }
        return new IOException(
                "writing " + target + " failed (" + cause.getMessage()
                        + "); what stood there before is untouched, so make room or choose another folder and run again",
                cause);
    }

    private static IOException cleanedUp(Path temporary, Path target, Exception problem) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            problem.addSuppressed(e);
        }
        if (problem instanceof RuntimeException e) {
            throw e;
        }
        return failure(target, (IOException) problem);
    }
}
