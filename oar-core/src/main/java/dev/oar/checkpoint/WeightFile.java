package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * A file of named tensors, whatever its format; {@link WeightFiles#open(Path)} finds out which it is.
 *
 * <p>Opening reads and checks what the file says of its tensors, the tensors themselves stay on disk. An instance holds no open
 * file and may be shared between threads.
 */
public sealed interface WeightFile permits Safetensors, ShardedSafetensors, PyTorchFile {
    /** The file that was opened. */
    Path path();

    /** The names of all tensors in the order of the file. */
    Set<String> names();

    /**
     * Element type and shape of a tensor.
     *
     * @throws CorruptFileException if there is none of this name
     */
    TensorEntry entry(String name) throws CorruptFileException;

    /**
     * A contiguous copy of a tensor in the innermost scope.
     *
     * @throws CorruptFileException if there is none of this name, its values are not of its type, or the file has been shortened
     *     since it was opened
     */
    Tensor read(String name) throws IOException;

    /** What else the file says in plain text; may be empty. */
    Map<String, String> metadata();

    /** All tensors, copied, as weights that the caller owns, in the order of {@link #names()}. */
    default Weights weights() throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : names()) {
                tensors.put(name, read(name));
            }
            return Weights.owning(tensors);
        }
    }

    /**
     * All tensors as weights that the caller owns, which look into the file where its format and alignment allow it and are
     * copied where not. Nobody may shorten the file as long as one of these tensors lives: reading behind the end of a mapped
     * file kills the process. Replacing it by another of the same name is harmless.
     */
    default Weights mapped() throws IOException {
        return weights();
    }
}
