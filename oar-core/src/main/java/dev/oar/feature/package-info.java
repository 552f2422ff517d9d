/**
 * The networks in whose features images are compared: Inception, a classifier of the data set's own, and one
 * of its attributes.
 */
@NullMarked
package dev.oar.feature;

import org.jspecify.annotations.NullMarked;
