/** What there is in a set of images and what is wrong with it, counted before anything is trained. */
@NullMarked
package dev.oar.check;

import org.jspecify.annotations.NullMarked;
