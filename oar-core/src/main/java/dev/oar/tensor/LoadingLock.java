package dev.oar.tensor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Held by a process while it loads native libraries, so that processes that share JavaCPP's cache load one after the other. JavaCPP
 * locks its cache while it unpacks a file, but not while it puts links to libraries beside others: it deletes a link that another process
 * has just made, and that process may be about to load through it.
 */
final class LoadingLock implements AutoCloseable {
    /** Name of the lock file in JavaCPP's cache. */
    static final String FILE = ".loading";

    private static final Logger LOG = LoggerFactory.getLogger(LoadingLock.class);
    private static final int TRIES = 1200;
    private static final int MILLISECONDS = 100;

    private final @Nullable FileChannel channel;

    private LoadingLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the processes that load from this cache, but for no more than two minutes: one that was stopped must not stop all others.
     * Where no file can be written there is nothing to unpack either, and no lock.
     */
    static LoadingLock take(Path cache) {
        try {
            // JavaCPP takes another folder where two processes make this one at once.
            Files.createDirectories(cache);
            FileChannel channel =
                    FileChannel.open(cache.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            for (int i = 0; i < TRIES && channel.tryLock() == null; i++) {
                Thread.sleep(MILLISECONDS);
            }
            return new LoadingLock(channel);
        } catch (IOException e) {
            LOG.debug("{} is loaded from without a lock", cache, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new LoadingLock(null);
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("the lock is not given back before the process ends", e);
            }
        }
    }
}
