package dev.oar.model;

import dev.oar.tensor.AttentionBesides;
import dev.oar.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Attention of a decoding pass that asks about candidates: positions that settle are causal, and each candidate sees all of them, the
 * cache, and itself. Scores of candidates for one another are not worked out; there would be as many of them as candidates squared.
 */
final class CandidateAttention implements Attention {
    private final KvCache cache;
    private final int settled;
    private final long headsOfAGroup;
    private final @Nullable Tensor causal;

    /**
     * The attention of one pass.
     *
     * @param settled how many of its first positions settle
     * @param headsOfAGroup how many query heads share keys and values
     */
    CandidateAttention(KvCache cache, int settled, int headsOfAGroup) {
        this.cache = cache;
        this.settled = settled;
        this.headsOfAGroup = headsOfAGroup;
        this.causal =
                settled == 0 ? null : GroupedHeads.forEachHead(PassMask.causal(cache.length(), settled), headsOfAGroup);
    }

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
        Tensor keys = cache.writeKeys(layer, key);
        Tensor values = cache.writeValues(layer, value);
        int seen = cache.length() + settled;
        long candidates = query.size(2) - settled;
        Tensor seenKeys = keys.narrow(2, 0, seen);
        Tensor seenValues = values.narrow(2, 0, seen);
        Tensor asking = query.narrow(2, settled, candidates);
        Tensor answered = AttentionBesides.apply(
                        GroupedHeads.asQueriesOfGroups(asking, keys),
                        seenKeys,
                        seenValues,
                        GroupedHeads.forEachHead(keys.narrow(2, seen, candidates), headsOfAGroup),
                        GroupedHeads.forEachHead(values.narrow(2, seen, candidates), headsOfAGroup))
                .reshape(asking.shape());
        if (causal == null) {
            return answered;
        }
        Tensor settling = GroupedHeads.attention(query.narrow(2, 0, settled), seenKeys, seenValues, causal);
        return Tensors.cat(2, settling, answered);
    }
}
