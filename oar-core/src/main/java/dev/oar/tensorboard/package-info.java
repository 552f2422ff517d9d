/** Event files that TensorBoard shows, encoded by hand; the JDK only. */
@NullMarked
package dev.oar.tensorboard;

import org.jspecify.annotations.NullMarked;
