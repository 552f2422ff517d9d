/**
 * The networks in whose features images are compared, Inception and a classifier of the data set's own, and a classifier of the images'
 * attributes.
 */
@NullMarked
package dev.oar.feature;

import org.jspecify.annotations.NullMarked;
