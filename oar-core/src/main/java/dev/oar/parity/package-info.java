/** Compares this implementation with folders of reference numbers that public implementations computed. */
@NullMarked
package dev.oar.parity;

import org.jspecify.annotations.NullMarked;
