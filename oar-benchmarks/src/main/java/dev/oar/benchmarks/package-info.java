/** JMH benchmarks of what a run spends its time on. */
@NullMarked
package dev.oar.benchmarks;

import org.jspecify.annotations.NullMarked;
