package dev.oar.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread of one process at a time download a blob; the operating system frees it when its holder dies, however it dies.
 *
 * <p>On Windows this is the lock that Python tools of the hub take; elsewhere theirs ({@code flock}) and ours (POSIX record locks) do
 * not see each other, so what was downloaded is checked as it lies on disk.
 */
final class BlobLock implements AutoCloseable {
    private static final long POLL_MILLISECONDS = 100;

    /**
     * The locks of this process. A system lock belongs to a whole process and is lost when any channel of that file closes, so a
     * lock file must not even be opened while another thread holds it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path key;
    private final FileChannel channel;

    private BlobLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Waits until the lock is free and takes it.
     *
     * @param folder where lock files lie, made if missing
     * @param name the lock file, made if missing
     * @param waiting called once if another holds the lock
     * @throws IOException if the file system has no locks
     */
    static BlobLock take(Path folder, String name, Runnable waiting) throws IOException, InterruptedException {
        Path key = Files.createDirectories(folder).toRealPath().resolve(name);
        boolean told = reserve(key, waiting);
        boolean taken = false;
        try {
            BlobLock lock = new BlobLock(key, locked(key, told ? () -> {} : waiting));
            taken = true;
            return lock;
        } finally {
            if (!taken) {
                free(key);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            free(key);
        }
    }

    /** Waits for the other threads; whether there was one. */
    private static boolean reserve(Path key, Runnable waiting) throws InterruptedException {
        synchronized (HELD) {
            if (HELD.add(key)) {
                return false;
            }
        }
        waiting.run();
        synchronized (HELD) {
            while (!HELD.add(key)) {
                HELD.wait();
            }
        }
        return true;
    }

    private static void free(Path key) {
        synchronized (HELD) {
            HELD.remove(key);
            HELD.notifyAll();
        }
    }

    /** Waits for the other processes. */
    private static FileChannel locked(Path file, Runnable waiting) throws IOException, InterruptedException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            for (int tries = 0; tryLock(channel, file) == null; tries++) {
                if (tries == 0) {
                    waiting.run();
                }
                Thread.sleep(POLL_MILLISECONDS);
            }
            locked = true;
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel, Path file) throws IOException {
        try {
            return channel.tryLock();
        } catch (IOException e) {
            throw new IOException(
                    "a download needs a file lock, but " + file + " cannot be locked (" + e.getMessage()
                            + "); set HF_HUB_CACHE to a folder on a disk that has locks",
                    e);
        }
    }
}
