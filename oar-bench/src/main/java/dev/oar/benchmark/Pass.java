package dev.oar.benchmark;

/**
 * The size of one forward pass of a transformer.
 *
 * @param rows positions that run through the blocks, those of all rows of the batch together
 * @param logitRows positions that logits are computed of
 * @param pairs pairs of a query and a key that it sees, in each layer
 */
public record Pass(long rows, long logitRows, long pairs) {
    /**
     * The pass of a decoding step.
     *
     * @param batch rows of the batch
     * @param cached positions that stand in the cache
     * @param settled positions in front that see those before them
     * @param queries positions behind them that logits are computed of
     * @param isolated whether a query sees no other query, else those before it
     */
    static Pass of(int batch, long cached, long settled, long queries, boolean isolated) {
        long pairs = causal(cached, settled)
                + (isolated ? queries * (cached + settled + 1) : causal(cached + settled, queries));
        return new Pass(batch * (settled + queries), batch * queries, batch * pairs);
    }

    /** The pairs of {@code count} positions that each see {@code before} others, the earlier of them and themselves. */
    private static long causal(long before, long count) {
        return count * before + count * (count + 1) / 2;
    }
}
