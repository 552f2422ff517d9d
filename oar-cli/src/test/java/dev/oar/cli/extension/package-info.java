/** Tests that build on the command line from outside of its package. */
@NullMarked
package dev.oar.cli.extension;

import org.jspecify.annotations.NullMarked;
