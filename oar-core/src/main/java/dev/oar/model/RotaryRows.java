package dev.oar.model;

import org.bytedeco.pytorch.Tensor;

/**
 * Where the positions of a sequence stand, in rows of a rotary table: 0 for nowhere, {@code 1 + l} for cell l.
 *
 * @param queries {@code [batch, length]}, int64: the row that rotates each query
 * @param keys {@code [batch, length]}, int64: the same for keys
 */
record RotaryRows(Tensor queries, Tensor keys) {}
