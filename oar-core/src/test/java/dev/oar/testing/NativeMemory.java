package dev.oar.testing;

import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves native pointers behind: everything made in a test must have died with a scope or an owner by its
 * end. Use with {@code @ExtendWith(NativeMemory.class)}.
 */
public final class NativeMemory implements BeforeEachCallback, AfterEachCallback {
    private long before;

    @Override
    public void beforeEach(ExtensionContext context) {
        countBefore();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        requireNothingLeft();
    }

    /** Remembers how many native pointers are alive. */
    public void countBefore() {
        TensorScope.run(LibTorch::load);
        before = Pointer.totalCount();
    }

    /** Fails if more are alive than at {@link #countBefore()}. */
    public void requireNothingLeft() {
        long left = Pointer.totalCount() - before;
        if (left > 0) {
            throw new AssertionError(
                    "the test left " + left
                            + " native pointers behind; open a TensorScope around the code that makes them and close the owners");
        }
    }
}
