/** Pieces made by Spark's executors: the driver's side, the task, the folder between them, and the main class of what is submitted. */
@NullMarked
package dev.oar.spark;

import org.jspecify.annotations.NullMarked;
