/** Pixels: safe reading, centre crop, PNG with text, contact sheets, order maps, animations; no tensors. */
@NullMarked
package dev.oar.image;

import org.jspecify.annotations.NullMarked;
