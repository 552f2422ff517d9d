/** Studies of orders: which arms are compared, what they are trained on and drawn in, and what their figures say together. */
@NullMarked
package dev.oar.study;

import org.jspecify.annotations.NullMarked;
