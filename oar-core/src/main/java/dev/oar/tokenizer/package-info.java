/** Networks that turn images into token grids and back. */
@NullMarked
package dev.oar.tokenizer;

import org.jspecify.annotations.NullMarked;
