/** What others build on the library: everything here uses public types alone. */
@NullMarked
package dev.oar.extension;

import org.jspecify.annotations.NullMarked;
