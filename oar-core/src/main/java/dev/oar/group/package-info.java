/** The processes of one training: which one this is, whether the others live, and what they say and add up together. */
@NullMarked
package dev.oar.group;

import org.jspecify.annotations.NullMarked;
