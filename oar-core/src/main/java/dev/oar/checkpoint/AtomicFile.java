package dev.oar.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
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
     * Writes a file under a temporary name and renames it when it is complete.
     *
     * @throws IOException if writing fails; the target is then as it was before
     */
    public static void write(Path target, Content content) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Path temporary = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    /** Writes bytes as a file under {@link #write(Path, Content)}'s promise. */
    public static void write(Path target, byte[] bytes) throws IOException {
        write(target, channel -> {
            var buffer = java.nio.ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }
}
