@NullMarked
package dev.oar.job;

import org.jspecify.annotations.NullMarked;
