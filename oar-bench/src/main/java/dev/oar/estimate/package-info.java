/** What a recipe costs before it is run: operations, memory, disk and hours of its stages, on this machine or on a named accelerator. */
@NullMarked
package dev.oar.estimate;

import org.jspecify.annotations.NullMarked;
