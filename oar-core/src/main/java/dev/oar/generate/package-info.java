/** Drawing images: a model, a tokenizer and a way of ordering cells become pictures that tell how they were made. */
@NullMarked
package dev.oar.generate;

import org.jspecify.annotations.NullMarked;
