/**
 * Models of {@linkplain dev.oar.scene scenes} beside what is known of those exactly: the orders that are extracted, what filling several
 * cells at once loses, and what specialised models gain.
 */
@NullMarked
package dev.oar.causal;

import org.jspecify.annotations.NullMarked;
