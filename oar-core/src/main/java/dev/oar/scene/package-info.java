/**
 * Pictures of a known causal structure: drawn by a small probabilistic program, so that what any cells tell about the others is known
 * exactly, and so is the length of every code.
 */
@NullMarked
package dev.oar.scene;

import org.jspecify.annotations.NullMarked;
