package dev.oar.checkpoint;

import java.util.Map;

/**
 * What either container of PyTorch holds.
 *
 * @param root the value of the pickle
 * @param positions the first byte in the file of each storage, by key; that all of it is there has been checked
 */
record PyTorchContents(PickleValue root, Map<String, Long> positions) {}
