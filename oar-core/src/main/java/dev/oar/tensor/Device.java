package dev.oar.tensor;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Where tensors live and are computed with: main memory and the CPU, or a GPU.
 *
 * <p>On each thread one device is in force, at first the CPU: what {@link Tensors} makes, it makes there. Workflows put the device
 * of their model's weights in force while they work (docs/decisions/0012-devices.md):
 *
 * <pre>{@code
 * try (Device.Use ignored = model.device().use()) {
 *     Tensor logits = state.peek(cells);
 * }
 * }</pre>
 *
 * @param kind what it is
 * @param index which of its kind, from 0
 */
public record Device(Kind kind, int index) {
    /** Kinds of devices. */
    public enum Kind {
        /** The CPU with main memory. */
        CPU,
        /** A GPU of NVIDIA. */
        CUDA,
        /**
         * No device: LibTorch's tensors without values, which have shapes and refuse to be read. What runs there waits for no value and
         * brings no tensor of another device with it, which is how tests know that it can run on a GPU.
         */
        META
    }

    /** The CPU. */
    public static final Device CPU = new Device(Kind.CPU, 0);

    /** Tensors without values. */
    public static final Device META = new Device(Kind.META, 0);

    private static final Pattern CUDA_NAME = Pattern.compile("cuda(?::(\\d{1,2}))?");
    private static final ThreadLocal<Device> IN_FORCE = ThreadLocal.withInitial(() -> CPU);

    /** The time that a device is in force on a thread; closed on that thread, the last opened first. */
    public static final class Use implements AutoCloseable {
        private final Device before;

        private Use(Device before) {
            this.before = before;
        }

        /** Puts the device of before in force again. */
        @Override
        public void close() {
            IN_FORCE.set(before);
        }
    }

    /** Checks the index. */
    public Device {
        if (index < 0 || (kind != Kind.CUDA && index != 0)) {
            throw new IllegalArgumentException("only GPUs are counted, from 0, but asked for was number " + index
                    + " of the kind " + kind + "; leave the number out");
        }
    }

    /** A GPU by its number, from 0. Whether there is one is another question, see {@link #requireUsable}. */
    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    /**
     * The device of a name: {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Device parse(String name) {
        if (name.equals("cpu")) {
            return CPU;
        }
        Matcher cuda = CUDA_NAME.matcher(name);
        if (!cuda.matches()) {
            throw new IllegalArgumentException(
                    "a device must be cpu, cuda or cuda:N, where N counts GPUs from 0, but is '" + name
                            + "'; name one of these");
        }
        return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
    }

    /** The name that {@link #parse} reads. */
    public String label() {
        return switch (kind) {
            case CPU -> "cpu";
            case META -> "meta";
            case CUDA -> index == 0 ? "cuda" : "cuda:" + index;
        };
    }

    /** How many GPUs this LibTorch can use; 0 with the natives for the CPU alone. */
    public static int gpus() {
        LibTorch.load();
        return torch.cuda_is_available() ? torch.cuda_device_count() : 0;
    }

    /**
     * Checks that tensors can be made on this device.
     *
     * @return this
     * @throws IllegalArgumentException if not, with what to do about it
     */
    public Device requireUsable() {
        int gpus = kind == Kind.CUDA ? gpus() : 0;
        if (kind == Kind.CUDA && index >= gpus) {
            boolean natives = torch.hasCUDA();
            throw new IllegalArgumentException("the device " + label()
                    + " needs LibTorch with CUDA and a GPU of that number, but "
                    + (natives ? "LibTorch sees " + gpus + " GPU(s)" : "this LibTorch is for the CPU alone")
                    + "; "
                    + (natives
                            ? "install NVIDIA's driver or name another GPU"
                            : "build with mvn -Pgpu (docs/performance.md)")
                    + ", or leave --device out");
        }
        return this;
    }

    /** Whether its tensors lie in main memory. */
    public boolean isHost() {
        return kind == Kind.CPU;
    }

    /** The device of a tensor. */
    public static Device of(Tensor tensor) {
        if (tensor.is_cpu()) {
            return CPU;
        }
        if (tensor.is_meta()) {
            return META;
        }
        try (org.bytedeco.pytorch.Device there = tensor.device()) {
            return cuda(there.index());
        }
    }

    /** The device in force on this thread. */
    public static Device inForce() {
        return IN_FORCE.get();
    }

    /** Puts this device in force on this thread until the result is closed. */
    public Use use() {
        Use use = new Use(IN_FORCE.get());
        IN_FORCE.set(this);
        return use;
    }

    /** Computes with this device in force. */
    public <T> T compute(Supplier<T> body) {
        try (Use ignored = use()) {
            return body.get();
        }
    }

    /** Runs with this device in force. */
    public void run(Runnable body) {
        try (Use ignored = use()) {
            body.run();
        }
    }

    /**
     * A tensor on this device: the same one if it is there already, else a copy in the scope around. This is the one way over, apart from
     * {@link Tensors}' arrays. Nobody waits for a copy out of pinned memory; a copy to main memory waits for all that the GPU has been
     * told to do before.
     */
    public Tensor moved(Tensor tensor) {
        if (of(tensor).equals(this)) {
            return tensor;
        }
        try (org.bytedeco.pytorch.Device there = torchDevice();
                MemoryFormatOptional same = new MemoryFormatOptional()) {
            return tensor.to(there, tensor.scalar_type(), kind == Kind.CUDA && tensor.is_pinned(), false, same);
        }
    }

    /** Waits until all that this device has been told to do is done; where operations return when they are done, it does nothing. */
    public void synchronize() {
        if (kind == Kind.CUDA) {
            torch.cuda_synchronize(index);
        }
    }

    /** An uninitialised tensor on this device. */
    Tensor empty(torch.ScalarType type, long... shape) {
        LibTorch.load();
        if (isHost()) {
            return torch.empty(shape, new TensorOptions(type), new MemoryFormatOptional());
        }
        return torch.empty(
                shape, new TensorOptions(type).device(new DeviceOptional(torchDevice())), new MemoryFormatOptional());
    }

    /** An uninitialised tensor in main memory whose values are to be {@link #moved} here; pinned if that spares a wait. */
    Tensor emptyToMove(torch.ScalarType type, long... shape) {
        LibTorch.load();
        TensorOptions options = new TensorOptions(type);
        return torch.empty(
                shape,
                kind == Kind.CUDA ? options.pinned_memory(new BoolOptional(true)) : options,
                new MemoryFormatOptional());
    }

    /** The kind whose automatic casts are in force here; empty where there are none. */
    Optional<torch.DeviceType> autocast() {
        return switch (kind) {
            case CPU -> Optional.of(torch.DeviceType.CPU);
            case CUDA -> Optional.of(torch.DeviceType.CUDA);
            case META -> Optional.empty();
        };
    }

    private org.bytedeco.pytorch.Device torchDevice() {
        return new org.bytedeco.pytorch.Device(kind == Kind.CUDA ? "cuda:" + index : label());
    }
}
