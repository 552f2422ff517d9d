/** What is said over HTTP: requests, answers and events as records, and their JSON; no HTTP and no drawing. */
@NullMarked
package dev.oar.message;

import org.jspecify.annotations.NullMarked;
