package dev.oar.model;

import java.util.function.Supplier;

/**
 * The native memory of a decoding state.
 *
 * @param cache keys and values
 * @param tokens what was committed
 */
record StateMemory(KvCache cache, CommittedTokens tokens) implements AutoCloseable {
    /**
     * Memory for a batch; what has been allocated is freed if the rest cannot be.
     *
     * @param cells how many tokens a row will have
     * @param cache allocates keys and values
     */
    static StateMemory of(int batch, int cells, Supplier<KvCache> cache) {
        CommittedTokens tokens = new CommittedTokens(batch, cells);
        try {
            return new StateMemory(cache.get(), tokens);
        } catch (RuntimeException | Error failure) {
            tokens.close();
            throw failure;
        }
    }

    /** Makes the rows behind the first ones invisible; their memory is freed with that of the others. */
    void keepRows(int rows) {
        cache.keepRows(rows);
        tokens.keepRows(rows);
    }

    @Override
    public void close() {
        cache.close();
        tokens.close();
    }
}
