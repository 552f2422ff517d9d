/** Recipes and the flow: which stage needs which, fingerprints, resuming, the report. */
@NullMarked
package dev.oar.pipeline;

import org.jspecify.annotations.NullMarked;
