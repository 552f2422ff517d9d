package dev.oar.pipeline;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps two processes from working in one run directory; the operating system frees it when its holder dies, however it dies. */
final class RunLock implements AutoCloseable {
    private static final String FILE = ".lock";

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a run directory, which is made if missing.
     *
     * @throws IOException if another run holds it
     */
    static RunLock take(Path runDirectory) throws IOException {
        return tryTake(runDirectory)
                .orElseThrow(() -> new IOException("only one run may work in a directory at a time, but another holds "
                        + runDirectory + "; wait for it to end or choose another --out"));
    }

    /** Takes the lock of a directory, which is made if missing, unless somebody holds it. */
    static Optional<RunLock> tryTake(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new RunLock(channel));
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
