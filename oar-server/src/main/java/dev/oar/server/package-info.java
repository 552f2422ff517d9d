/** Routes: HTTP in front of the jobs, what clients may send and what they are told. */
@NullMarked
package dev.oar.server;

import org.jspecify.annotations.NullMarked;
