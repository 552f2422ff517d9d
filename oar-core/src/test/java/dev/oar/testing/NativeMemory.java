package dev.oar.testing;

import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves native pointers behind: everything made in a test must have died with a scope or an owner by its
 * end. Use with {@code @ExtendWith(NativeMemory.class)}.
 *
 * <p>Tensor operations of the test's thread run on that thread alone unless the class is a {@link WholeMachine}: tests run in several
 * processes side by side, and threads that wait for each other lose more by that than small tensors win by them. {@code Workers} are as
 * many as ever.
 */
public final class NativeMemory implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private long before;

    @Override
    public void beforeAll(ExtensionContext context) {
        TensorScope.run(LibTorch::load);
        if (!context.getRequiredTestClass().isAnnotationPresent(WholeMachine.class)) {
            torch.set_num_threads(1);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        torch.set_num_threads(LibTorch.threads());
    }

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
