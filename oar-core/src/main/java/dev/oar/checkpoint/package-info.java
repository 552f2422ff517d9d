/**
 * Files that hold weights and state: safetensors whole and in shards, PyTorch's files without anything being run, checkpoints as
 * directories, archives of NumPy arrays, fingerprints.
 */
@NullMarked
package dev.oar.checkpoint;

import org.jspecify.annotations.NullMarked;
