/**
 * Measures models: bits per token, distances between sets of images in a feature space, and how certain each figure is.
 * Families of variants count once, and every figure carries an interval.
 */
@NullMarked
package dev.oar.evaluate;

import org.jspecify.annotations.NullMarked;
