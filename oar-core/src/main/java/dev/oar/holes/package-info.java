/** How well models fill holes in held-out images: kinds of hole, how they are filled, what is measured in them. */
@NullMarked
package dev.oar.holes;

import org.jspecify.annotations.NullMarked;
