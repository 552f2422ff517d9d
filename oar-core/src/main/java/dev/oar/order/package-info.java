/** Token grids, generation orders, decoding schedules and counter-based random numbers; the JDK only. */
@NullMarked
package dev.oar.order;

import org.jspecify.annotations.NullMarked;
