/** Tests of live servers. */
@NullMarked
package dev.oar.server;

import org.jspecify.annotations.NullMarked;
