/** Tar archives: listed from their headers, their members read in place as paths of a read-only file system; and written. */
@NullMarked
package dev.oar.tar;

import org.jspecify.annotations.NullMarked;
