/** Tests of the command line. */
@NullMarked
package dev.oar.cli;

import org.jspecify.annotations.NullMarked;
