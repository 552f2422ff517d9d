package dev.oar.model;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import java.util.Collections;
import org.bytedeco.pytorch.Tensor;

/**
 * Attention of query heads to keys and values that groups of them share. The heads of a group stand one behind the other as queries of
 * the group, so that no key is copied.
 */
final class GroupedHeads {
    private GroupedHeads() {}

    /**
     * Attends.
     *
     * @param query {@code [batch, heads, length, headWidth]}
     * @param keys {@code [batch, groups, keys, headWidth]}
     * @param values of the same shape as the keys
     * @param mask {@code [..., length, keys]}, {@link #forEachHead}
     * @return {@code [batch, heads, length, headWidth]}
     */
    static Tensor attention(Tensor query, Tensor keys, Tensor values, Tensor mask) {
        return Operations.attention(asQueriesOfGroups(query, keys), keys, values, mask)
                .reshape(query.shape());
    }

    /** Query heads as queries of their groups: {@code [batch, groups, headsOfAGroup * length, headWidth]}. */
    static Tensor asQueriesOfGroups(Tensor query, Tensor keys) {
        return query.size(1) == keys.size(1) ? query : query.reshape(query.size(0), keys.size(1), -1, query.size(3));
    }

    /**
     * What belongs to each query, once for every head of a group.
     *
     * @param ofQueries {@code [..., length, any]}
     * @return {@code [..., heads * length, any]}
     */
    static Tensor forEachHead(Tensor ofQueries, long heads) {
        return Tensors.cat(-2, Collections.nCopies(Math.toIntExact(heads), ofQueries));
    }

    /**
     * Repeats grouped keys or values, so that every query head has its own.
     *
     * @param grouped {@code [batch, groups, length, headWidth]}
     * @return {@code [batch, groups * heads, length, headWidth]}
     */
    static Tensor perHead(Tensor grouped, int heads) {
        if (heads == 1) {
            return grouped;
        }
        long[] shape = grouped.shape();
        return grouped.unsqueeze(2)
                .expand(shape[0], shape[1], heads, shape[2], shape[3])
                .reshape(shape[0], shape[1] * heads, shape[2], shape[3]);
    }
}
