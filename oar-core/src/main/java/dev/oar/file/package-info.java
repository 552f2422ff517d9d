/** Reading and writing files so that none is ever half-written, too large to read, or damaged without a word; the JDK only. */
@NullMarked
package dev.oar.file;

import org.jspecify.annotations.NullMarked;
