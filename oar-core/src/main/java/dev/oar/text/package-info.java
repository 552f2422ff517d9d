/** Captions as ids: text tokenizers. */
@NullMarked
package dev.oar.text;

import org.jspecify.annotations.NullMarked;
