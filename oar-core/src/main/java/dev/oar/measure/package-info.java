/** Measurements of whole models: how much any-order ability is left, and how near sets of images are. */
@NullMarked
package dev.oar.measure;

import org.jspecify.annotations.NullMarked;
