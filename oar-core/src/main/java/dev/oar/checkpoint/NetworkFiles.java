package dev.oar.checkpoint;

import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.global.torch;

/**
 * A small network in a folder: a YAML file for its sizes and a safetensors file.
 *
 * @param purpose what needs it, as an error begins
 * @param sizes file name of the sizes
 * @param weights file name of the weights
 */
public record NetworkFiles(String purpose, String sizes, String weights) {
    /** Whether a folder holds both. */
    public boolean presentIn(Path folder) {
        return Files.isRegularFile(folder.resolve(sizes)) && Files.isRegularFile(folder.resolve(weights));
    }

    /**
     * Writes a network, its sizes last.
     *
     * @param type type of the stored weights
     */
    public void write(Path folder, Record sizesOfNetwork, Weights network, torch.ScalarType type) throws IOException {
        try (Weights stored = network.to(type)) {
            Safetensors.write(folder.resolve(weights), stored.asMap(), Map.of());
        }
        AtomicFile.write(
                folder.resolve(sizes), RecipeWriter.write(sizesOfNetwork).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a network.
     *
     * @param network makes it of its sizes and weights, which it owns unless it throws
     * @throws CorruptFileException if a file is missing, or the weights do not fit the sizes
     */
    public <S extends Record, N> N read(Path folder, Class<S> type, BiFunction<S, Weights, N> network)
            throws IOException {
        if (!presentIn(folder)) {
            throw new CorruptFileException(purpose + " needs " + sizes + " and " + weights + ", but " + folder
                    + " does not hold both; copy the whole model folder again");
        }
        S read = RecipeReader.read(folder.resolve(sizes), type);
        try (Weights stored = Safetensors.weights(folder.resolve(weights))) {
            Weights converted = stored.to(torch.ScalarType.Float);
            try {
                return network.apply(read, converted);
            } catch (IllegalArgumentException e) {
                converted.close();
                throw new CorruptFileException(
                        folder.resolve(weights) + " does not fit its sizes: " + e.getMessage(), e);
            }
        }
    }
}
