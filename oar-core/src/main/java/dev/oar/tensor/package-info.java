/** LibTorch loading, native-memory scopes and the few tensor calls whose raw form is noise; the only user of JavaCPP. */
@NullMarked
package dev.oar.tensor;

import org.jspecify.annotations.NullMarked;
