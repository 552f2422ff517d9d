package dev.oar.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.VoidTensorHook;

/**
 * Tells, while gradients are worked out, that there may be another one: called before each gradient of a watched tensor is stored, on the
 * thread that works them out. Whose gradient it is, it does not say, since the binding has room for ten functions in all and this takes one of
 * them for all tensors.
 */
public final class GradientWatch implements AutoCloseable {
    private record Hook(Tensor tensor, int number) {}

    private final Told told;
    private final List<Hook> hooks = new ArrayList<>();

    /** A watch over nothing yet; {@code told} must not throw. */
    public GradientWatch(Runnable told) {
        try (TensorScope ignored = TensorScope.open()) {
            this.told = new Told(told);
            this.told.retainReference();
        }
    }

    /** Watches these tensors, whose gradients must be recorded; they outlive the watch. */
    public void over(Weights weights) {
        weights.asMap().values().forEach(tensor -> hooks.add(new Hook(tensor, tensor.register_hook(told))));
    }

    /** Ends the watch. */
    @Override
    public void close() {
        hooks.forEach(hook -> hook.tensor().remove_hook(hook.number()));
        hooks.clear();
        told.releaseReference();
    }

    /** What LibTorch calls. */
    private static final class Told extends VoidTensorHook {
        private final Runnable told;

        Told(Runnable told) {
            this.told = told;
        }

        @Override
        public void call(TensorBase gradient) {
            // Who holds on to a gradient makes LibTorch copy it instead of keeping it.
            gradient.close();
            told.run();
        }
    }
}
