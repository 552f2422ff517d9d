/** Tests with executors that are processes of their own. */
@NullMarked
package dev.oar.spark;

import org.jspecify.annotations.NullMarked;
