package dev.oar.model;

import org.bytedeco.pytorch.Tensor;

/**
 * What enters the first block.
 *
 * @param <P> what the trunk needs to know of positions besides
 * @param embeddings {@code [batch, length, width]}
 * @param positions that of these
 */
record SequenceInputs<P>(Tensor embeddings, P positions) {}
