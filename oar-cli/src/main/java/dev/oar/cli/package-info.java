/** The {@code oar} command. Only this package prints and decides exit codes; what it does is done by the library. */
@NullMarked
package dev.oar.cli;

import org.jspecify.annotations.NullMarked;
