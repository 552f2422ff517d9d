package dev.oar.tensor;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The arithmetic of a forward pass. Weights, gradients and optimizer state stay in float32 in either case. */
public enum Precision {
    /** Everything in float32. */
    FLOAT32,
    /**
     * Matrix products and convolutions in bfloat16 by autocast, losses in float32, everything else in the type of its inputs:
     * transformers keep their hidden states, and so normalise, in float32, and attend on a CPU in float32, too
     * ({@link #attention}); convolutional networks normalise what their convolutions give, in bfloat16.
     */
    BFLOAT16;

    /**
     * Runs {@code body} under this precision on the device in force. Calls nest, the inner precision holding within its body; autocast is
     * as it was before when the body ends, even if it throws.
     */
    public <T> T forward(Supplier<T> body) {
        if (this == FLOAT32) {
            return withoutAutocast(body);
        }
        torch.DeviceType device = Device.inForce().autocast().orElse(null);
        if (device == null) {
            return body.get();
        }
        boolean before = torch.is_autocast_enabled(device);
        torch.ScalarType typeBefore = torch.get_autocast_dtype(device);
        torch.increment_nesting();
        torch.set_autocast_dtype(device, torch.ScalarType.BFloat16);
        torch.set_autocast_enabled(device, true);
        try {
            return body.get();
        } finally {
            torch.set_autocast_enabled(device, before);
            torch.set_autocast_dtype(device, typeBefore);
            if (torch.decrement_nesting() == 0) {
                torch.clear_cache();
            }
        }
    }

    /**
     * Checks that a device has products in this precision; every CPU has, if slow ones.
     *
     * @return this
     * @throws IllegalArgumentException if not
     */
    public Precision requireOn(Device device) {
        if (this == BFLOAT16 && device.kind() == Device.Kind.CUDA) {
            try {
                device.run(() -> TensorScope.run(() -> {
                    Tensor one = Tensors.full(1, torch.ScalarType.Float, 16, 16).to(torch.ScalarType.BFloat16);
                    var unused = torch.matmul(one, one);
                    device.synchronize();
                }));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(
                        "precision bfloat16 needs a device that multiplies in it, but " + device.label()
                                + " does not; use float32 or auto",
                        e);
            }
        }
        return this;
    }

    /** Runs {@code body} without autocast, also inside {@link #forward}; the caller casts its inputs. */
    public static <T> T withoutAutocast(Supplier<T> body) {
        torch.DeviceType device = Device.inForce().autocast().orElse(null);
        if (device == null || !torch.is_autocast_enabled(device)) {
            return body.get();
        }
        torch.set_autocast_enabled(device, false);
        try {
            return body.get();
        } finally {
            torch.set_autocast_enabled(device, true);
        }
    }

    /**
     * Attends under {@link #forward} as the device in force does it fastest: a GPU in bfloat16, to which autocast casts what it is given;
     * a CPU in the type of what it is given, since LibTorch's bfloat16 attention is many times slower there.
     */
    public static <T> T attention(Supplier<T> body) {
        return Device.inForce().isHost() ? withoutAutocast(body) : body.get();
    }
}
