/** A trained model as a folder that every command takes: networks, class names, mean orders, how to draw. */
@NullMarked
package dev.oar.artifact;

import org.jspecify.annotations.NullMarked;
