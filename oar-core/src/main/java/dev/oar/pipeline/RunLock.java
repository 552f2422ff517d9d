package dev.oar.pipeline;

import dev.oar.file.FolderLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps two processes from working in one run directory. */
final class RunLock implements AutoCloseable {
    private final FolderLock lock;

    private RunLock(FolderLock lock) {
        this.lock = lock;
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
        return FolderLock.tryTake(directory).map(RunLock::new);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
