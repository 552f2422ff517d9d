/** The any-order transformer in its two formulations, behind one seam: peek at cells, commit tokens to cells. */
@NullMarked
package dev.oar.model;

import org.jspecify.annotations.NullMarked;
