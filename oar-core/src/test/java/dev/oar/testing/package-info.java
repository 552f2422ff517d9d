/** What tests of every module share: the leak check, tiny models, reference numbers. */
@NullMarked
package dev.oar.testing;

import org.jspecify.annotations.NullMarked;
