/** Blind preference studies: pairs of images that people choose between, the votes they cast, and what the votes say. */
@NullMarked
package dev.oar.preference;

import org.jspecify.annotations.NullMarked;
