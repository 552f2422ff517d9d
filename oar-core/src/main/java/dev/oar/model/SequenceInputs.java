package dev.oar.model;

import org.bytedeco.pytorch.Tensor;

/**
 * What enters the first block.
 *
 * @param embeddings {@code [batch, length, width]}
 * @param queryRows {@code [batch, length]}, int64: the row of the rotary table that rotates each query (0: none, 1 + l: cell l)
 * @param keyRows {@code [batch, length]}, int64: the same for keys
 */
record SequenceInputs(Tensor embeddings, Tensor queryRows, Tensor keyRows) {}
