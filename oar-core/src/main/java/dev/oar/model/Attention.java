package dev.oar.model;

import org.bytedeco.pytorch.Tensor;

/** The attention of one layer, given queries and keys as the blocks have made them. */
@FunctionalInterface
interface Attention {
    /**
     * Attends.
     *
     * @param query {@code [batch, heads, length, headWidth]}
     * @param key {@code [batch, groups, length, headWidth]}
     * @param value {@code [batch, groups, length, headWidth]}
     * @return {@code [batch, heads, length, headWidth]}
     */
    Tensor attend(int layer, Tensor query, Tensor key, Tensor value);
}
