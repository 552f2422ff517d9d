package dev.oar.tensor;

import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch;

/** The arithmetic of a forward pass. Weights, gradients and optimizer state stay in float32 in either case. */
public enum Precision {
    /** Everything in float32. */
    FLOAT32,
    /**
     * Matrix products and convolutions in bfloat16 by autocast, losses in float32, everything else in the type of its inputs:
     * transformers keep their hidden states, and so normalise, in float32, and take attention out of autocast
     * ({@link #withoutAutocast}); convolutional networks normalise what their convolutions give, in bfloat16.
     */
    BFLOAT16;

    /** Runs {@code body} under this precision; autocast is switched back even if it throws. */
    public <T> T forward(Supplier<T> body) {
        if (this == FLOAT32) {
            return body.get();
        }
        torch.increment_nesting();
        torch.set_autocast_dtype(torch.DeviceType.CPU, torch.ScalarType.BFloat16);
        torch.set_autocast_enabled(torch.DeviceType.CPU, true);
        try {
            return body.get();
        } finally {
            torch.set_autocast_enabled(torch.DeviceType.CPU, false);
            if (torch.decrement_nesting() == 0) {
                torch.clear_cache();
            }
        }
    }

    /** Runs {@code body} without autocast, also inside {@link #forward}; the caller casts its inputs. */
    public static <T> T withoutAutocast(Supplier<T> body) {
        boolean enabled = torch.is_autocast_enabled(torch.DeviceType.CPU);
        if (!enabled) {
            return body.get();
        }
        torch.set_autocast_enabled(torch.DeviceType.CPU, false);
        try {
            return body.get();
        } finally {
            torch.set_autocast_enabled(torch.DeviceType.CPU, true);
        }
    }
}
