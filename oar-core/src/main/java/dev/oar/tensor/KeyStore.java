package dev.oar.tensor;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Texts and counters that processes on one or several machines share: LibTorch's {@code TCPStore}, which one of them keeps and all reach
 * by its address and port. One call at a time; a call waits for the keeper's answer.
 */
public final class KeyStore implements AutoCloseable {
    /**
     * What is not closed is never freed: those on the other side may be gone, and the garbage collector would take stores down at a time and in a
     * sequence of its own.
     */
    private static final Set<KeyStore> OPEN = ConcurrentHashMap.newKeySet();

    private final Store store;

    private KeyStore(Store store) {
        this.store = store;
        store.retainReference();
        OPEN.add(this);
    }

    /**
     * Keeps a store, or connects to the one that another process keeps.
     *
     * @param address name or number of the keeper's machine
     * @param port the keeper's port, in [1, 65535]
     * @param keeps whether this process is the keeper
     * @param patience how long the keeper is waited for
     * @throws RuntimeException in LibTorch's words if the port is taken or nobody answers in time
     */
    public static KeyStore open(String address, int port, boolean keeps, Duration patience) {
        try (TensorScope ignored = TensorScope.open()) {
            // LibTorch asks the environment how much it is to print (TORCH_CPP_LOG_LEVEL) only where it is told to.
            torch.initLogging();
            TCPStoreOptions options = new TCPStoreOptions();
            // The binding has a port as the signed number of the same 16 bits.
            options.port((short) port)
                    .isServer(keeps)
                    .waitWorkers(false)
                    .useLibUV(false)
                    .timeout(new Milliseconds(patience.toMillis()));
            return new KeyStore(new TCPStore(address, options));
        }
    }

    /** The keys of this store that begin so, without that beginning; close it besides. */
    public KeyStore under(String beginning) {
        try (TensorScope ignored = TensorScope.open()) {
            return new KeyStore(new PrefixStore(beginning, connection()));
        }
    }

    /** Puts a text under a key. */
    public void set(String key, String text) {
        TensorScope.run(() -> store.set(key, text));
    }

    /** The text under a key, if there is one by now. */
    public Optional<String> get(String key) {
        return TensorScope.compute(() ->
                store.check(new StringVector(key)) ? Optional.of(store.get_to_str(key)) : Optional.<String>empty());
    }

    /**
     * Adds to the counter under a key, which begins at 0.
     *
     * @return what it is then
     */
    public long add(String key, long amount) {
        return TensorScope.compute(() -> store.add(key, amount));
    }

    /**
     * Another connection to the same keys, in the innermost scope, for what is built on it: LibTorch counts who holds that one, whereas the
     * store itself is gone once it is closed, whoever holds it.
     */
    Store connection() {
        return store.clone();
    }

    /** Lets go of it; a store ends with its keeper's. */
    @Override
    public void close() {
        OPEN.remove(this);
        store.releaseReference();
    }
}
