/** What is fast on this machine: a probe, what it found, and the choices of precision and weight format that follow from it. */
@NullMarked
package dev.oar.tuning;

import org.jspecify.annotations.NullMarked;
