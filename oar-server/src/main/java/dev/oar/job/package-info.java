/** Drawing for many: models that stay loaded, jobs, their queue and their events; no HTTP. */
@NullMarked
package dev.oar.job;

import org.jspecify.annotations.NullMarked;
