/** Files that hold weights and state: safetensors, checkpoints as directories, atomic writing, fingerprints. */
@NullMarked
package dev.oar.checkpoint;

import org.jspecify.annotations.NullMarked;
