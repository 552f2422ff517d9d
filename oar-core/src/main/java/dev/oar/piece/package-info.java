/** Work that is cut into pieces which depend on nothing but their number, so that other processes can make them: jobs, files of pieces. */
@NullMarked
package dev.oar.piece;

import org.jspecify.annotations.NullMarked;
