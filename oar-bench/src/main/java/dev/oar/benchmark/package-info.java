/** Benchmarks of the library's own stages beside the limits of the machine: measured time, roofline, fraction of it, verdict. */
@NullMarked
package dev.oar.benchmark;

import org.jspecify.annotations.NullMarked;
