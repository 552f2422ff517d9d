package dev.oar.tensor;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Tensors that look into a file instead of holding a copy of it.
 *
 * <p>The mapping is made and counted by LibTorch: it ends when the last tensor that looks into it dies, whoever holds that
 * tensor, and neither a 2 GiB buffer nor the garbage collector has a say in it. It is private: what is written through a tensor
 * goes to a copy of the page and never to the file.
 *
 * <p>Nobody may shorten the file while it is mapped. To read behind its new end is an error that no process survives.
 */
public final class MappedFile {
    private MappedFile() {}

    /**
     * The bytes of a file from its beginning as a uint8 tensor {@code [bytes]} in the innermost scope.
     *
     * @param bytes how many, at least 1
     * @throws IOException if the file cannot be opened or is shorter
     */
    public static Tensor bytes(Path file, long bytes) throws IOException {
        LibTorch.load();
        try (BytePointer name = new BytePointer(file.toAbsolutePath().toString(), nameCharset());
                BoolOptional shared = new BoolOptional(false);
                LongOptional size = new LongOptional(bytes);
                TensorOptions type = new TensorOptions(torch.ScalarType.Byte)) {
            return torch.from_file(name, shared, size, type);
        } catch (RuntimeException e) {
            throw new IOException(
                    file + " must be a readable file of " + bytes + " bytes or more to be mapped, but mapping failed ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given")
                            + "); read it instead",
                    e);
        }
    }

    /**
     * Elements of a mapped file as a tensor in the innermost scope, without a copy.
     *
     * @param mapped what {@link #bytes} gave
     * @param begin first byte, a multiple of the element's size
     * @param type element type
     * @param shape sizes, none of them 0; the elements must lie in the file
     */
    public static Tensor view(Tensor mapped, long begin, torch.ScalarType type, long... shape) {
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        long finalElements = elements;
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            long width = Tensors.emptyInMainMemory(type, 1).element_size();
            Tensor bytes = mapped.narrow(0, begin, Math.multiplyExact(width, finalElements));
            // Data of its own: else writing to one tensor would count as a change of all that look into the file.
            return bytes.view(type).view(shape).variable_data();
        }));
    }

    /** The encoding in which the operating system expects names; LibTorch wants UTF-8 on Windows. */
    private static Charset nameCharset() {
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        return windows || !Charset.isSupported(name) ? StandardCharsets.UTF_8 : Charset.forName(name);
    }
}
