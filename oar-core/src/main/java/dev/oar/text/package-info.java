/** What captions become before a network draws from them: tokens of a text tokenizer, and features of a frozen text encoder. */
@NullMarked
package dev.oar.text;

import org.jspecify.annotations.NullMarked;
