/** The any-order decoder: which cell comes next, which token fills it, and how guidance shapes the logits. */
@NullMarked
package dev.oar.decode;

import org.jspecify.annotations.NullMarked;
