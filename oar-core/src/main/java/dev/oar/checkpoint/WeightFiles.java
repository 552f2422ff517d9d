package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Opens files of weights by what they are, whatever they are called: safetensors, an index of several of them, or PyTorch's own
 * files in either container. Each is checked before anything is allocated by what it says, and nothing in it is ever run.
 */
public final class WeightFiles {
    private WeightFiles() {}

    /**
     * Opens a file.
     *
     * @throws CorruptFileException if it is of none of these formats or breaks a rule of its format; a pickle that names anything
     *     but harmless data is refused by that name
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    public static WeightFile open(Path path) throws IOException {
        return switch (magic(path)) {
            case SAFETENSORS -> Safetensors.open(path);
            case JSON -> ShardedSafetensors.open(path);
            case ZIP, PICKLE -> PyTorchFile.open(path);
            case UNKNOWN -> throw unknown(path);
        };
    }

    /**
     * As {@link #open(Path)}, but takes the tensors under a key of a PyTorch file.
     *
     * @param stateDict the key, such as {@code ema}, see {@link PyTorchFile#open(Path, String)}
     * @throws IllegalArgumentException if it is a safetensors file or an index of some, which have no keys
     */
    public static WeightFile open(Path path, String stateDict) throws IOException {
        return switch (magic(path)) {
            case SAFETENSORS, JSON ->
                throw new IllegalArgumentException(
                        "a key such as '" + stateDict + "' must be given for PyTorch files only, but " + path
                                + " is a safetensors file or an index, whose tensors stand under no key; leave it out");
            case ZIP, PICKLE -> PyTorchFile.open(path, stateDict);
            case UNKNOWN -> throw unknown(path);
        };
    }

    /** Copies all tensors of a file into weights that the caller owns; throws as {@link #open(Path)} does. */
    public static Weights weights(Path path) throws IOException {
        return open(path).weights();
    }

    /**
     * All tensors of a file as weights that look into the file where its format allows it, see {@link WeightFile#mapped()};
     * throws as {@link #open(Path)} does.
     */
    public static Weights mapped(Path path) throws IOException {
        return open(path).mapped();
    }

    private static FileMagic magic(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new CorruptFileException(path + " must be a file of weights, but is "
                    + (Files.isDirectory(path) ? "a directory" : "no regular file") + "; name the file itself");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return FileMagic.of(channel);
        }
    }

    private static CorruptFileException unknown(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new CorruptFileException(
                    path + " must be a safetensors file, an index of such files or a PyTorch file, but"
                            + " begins with '" + FileMagic.shown(channel)
                            + "'; fetch it again, or convert it where it comes from");
        }
    }
}
