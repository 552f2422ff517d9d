/** Order extraction: asks a model, image by image, in which order its predictions are most certain. */
@NullMarked
package dev.oar.extract;

import org.jspecify.annotations.NullMarked;
