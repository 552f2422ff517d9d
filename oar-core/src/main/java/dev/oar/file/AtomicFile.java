package dev.oar.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writing a file so that its final name never shows half of it: written beside, forced to disk, renamed.
 *
 * <p>An unfinished file has a hidden name of its own, {@code .oar-PROCESS-NUMBER.part}, which no other process and no other thread
 * writes to: of several writers of one name, each succeeds and the last one's file stays. A kill or a full disk leaves the old file, if
 * there was one; a kill leaves the unfinished one as well, which may be deleted.
 */
public final class AtomicFile {
    private static final String PREFIX = ".oar-";
    private static final String SUFFIX = ".part";

    /** Drawn by chance: process numbers are equal in two containers that share a folder. */
    private static final String PROCESS = Long.toHexString(new SecureRandom().nextLong());

    private static final AtomicLong NUMBER = new AtomicLong();

    private AtomicFile() {}

    /** A name, in the folder of a file, that nobody else writes to. */
    public static Path unfinished(Path file) {
        return file.resolveSibling(PREFIX + PROCESS + "-" + NUMBER.incrementAndGet() + SUFFIX);
    }

    /** Whether a name is that of an unfinished file. */
    public static boolean isUnfinished(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
    }

    /** Writes content to an open channel. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file under a temporary name and renames it when it is complete; missing directories are made. A file that is equal to the byte
     * stays as it is, with its time, so that work that is done again after an interruption does not look new.
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
        Path temporary = unfinished(absolute);
        try {
            writeForced(temporary, content);
            if (areEqual(temporary, absolute)) {
                Files.delete(temporary);
                return;
            }
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory(directory);
        } catch (IOException | RuntimeException e) {
            throw cleanedUp(temporary, target, e);
        }
    }

    private static boolean areEqual(Path written, Path standing) {
        try {
            return Files.isRegularFile(standing) && Files.mismatch(written, standing) < 0;
        } catch (IOException e) {
            return false; // What cannot be read, or has just gone, is replaced.
        }
    }

    /**
     * Writes a file unless something else stands there; what is equal to the byte stays.
     *
     * @throws IllegalArgumentException in one sentence, if something else is there
     * @throws IOException if writing fails; the target is then as it was before
     */
    public static void writeOnce(Path target, Content content) throws IOException {
        if (!Files.isRegularFile(target)) {
            write(target, content);
            return;
        }
        Path temporary = unfinished(target.toAbsolutePath());
        try {
            writeForced(temporary, content);
            if (Files.mismatch(temporary, target) >= 0) {
                throw new IllegalArgumentException("a file takes the place only of an equal one, but " + target
                        + " holds something else; choose another name, or take that file away");
            }
            Files.delete(temporary);
        } catch (IOException | RuntimeException e) {
            throw cleanedUp(temporary, target, e);
        }
    }

    /** The bytes of another file as content. */
    public static Content of(Path file) {
        return to -> {
            try (FileChannel from = FileChannel.open(file)) {
                long position = 0;
                while (position < from.size()) {
                    position += from.transferTo(position, from.size() - position, to);
                }
            }
        };
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
    public static void writeForced(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            content.writeTo(channel);
            channel.force(true);
        }
    }

    /** Waits until the names in a directory are on disk; without that, a rename may be lost in a power cut. */
    public static void forceDirectory(Path directory) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return; // Windows cannot open a directory as a channel, and journals its names itself.
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The sentence for a failed write; the system's own ("No space left on device") names no file. */
    public static IOException failure(Path target, IOException cause) {
        if (cause instanceof FileSystemException || cause instanceof CorruptFileException) {
            return cause;
        }
        return new IOException(
                "writing " + target + " failed (" + cause.getMessage()
                        + "); what stood there before is untouched, so make room or choose another folder and run"
                        + " again",
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
        return failure(target, named(temporary, target, (IOException) problem));
    }

    /** Users know the file that they asked for, not the one that is written first. */
    private static IOException named(Path temporary, Path target, IOException problem) {
        if (!(problem instanceof FileSystemException files)
                || !temporary.toString().equals(files.getFile())) {
            return problem;
        }
        FileSystemException named = problem instanceof AccessDeniedException
                ? new AccessDeniedException(target.toString())
                : problem instanceof NoSuchFileException
                        ? new NoSuchFileException(target.toString())
                        : new FileSystemException(target.toString(), null, files.getReason());
        named.initCause(problem);
        return named;
    }
}
