package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What token and order shards have in common: names of files, int32 tensors in and out. */
final class ShardFiles {
    private ShardFiles() {}

    /**
     * One file of a set.
     *
     * @param file its name within the directory of the manifest
     * @param images how many images it covers
     * @param fingerprint SHA-256 of its bytes
     */
    record Shard(String file, int images, String fingerprint) {
        /** Checks that the name stays within the directory. */
        Shard {
            if (!file.matches("[a-z]+-[0-9]{5,}\\.safetensors") || images < 1) {
                throw new IllegalArgumentException(
                        "a shard needs a name like tokens-00000.safetensors and at least 1 image, but is '" + file
                                + "' with " + images);
            }
        }
    }

    static String name(String kind, int number) {
        return String.format(Locale.ROOT, "%s-%05d.safetensors", kind, number);
    }

    /** Deletes the shards of a kind except the first {@code kept}; what is left of an earlier or broken-off run. */
    static void deleteFrom(Path directory, String kind, int kept) throws IOException {
        List<Path> stale = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, kind + "-*.safetensors")) {
            for (Path file : files) {
                if (String.valueOf(file.getFileName()).compareTo(name(kind, kept)) >= 0) {
                    stale.add(file);
                }
            }
        }
        for (Path file : stale) {
            Files.deleteIfExists(file);
        }
    }

    /** An int32 tensor of rows one after the other, in the innermost scope. */
    static Tensor tensor(List<int[]> rows, long... shape) {
        Tensor tensor = Tensors.emptyInMainMemory(torch.ScalarType.Int, shape);
        IntBuffer memory = Tensors.memory(tensor).order(ByteOrder.nativeOrder()).asIntBuffer();
        rows.forEach(memory::put);
        return tensor;
    }

    /** Checks that a tensor is of int32 and of this shape. */
    static void requireShape(Path path, Safetensors file, String name, String made, long... shape)
            throws CorruptFileException {
        Safetensors.Entry entry = file.entry(name);
        if (!entry.type().equals("I32") || !Arrays.equals(entry.shape(), shape)) {
            throw new CorruptFileException("'" + name + "' of " + path + " must be I32 " + Arrays.toString(shape)
                    + ", but is " + entry.type() + " " + Arrays.toString(entry.shape()) + "; run `" + made + "` again");
        }
    }

    /** The mapped values of an int32 tensor, whose type and shape are checked. */
    static IntBuffer map(Path path, Safetensors file, String name, String made, long... shape) throws IOException {
        requireShape(path, file, name, made, shape);
        return file.map(name).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    }

    /**
     * Checks that a shard still holds the bytes that the manifest recorded: exchanged or damaged values need not look wrong. The
     * file is read through once, as {@code open} does anyway to check every value: about a second per gigabyte.
     */
    static void requireFingerprint(Path path, Shard shard, String made) throws IOException {
        String found = Fingerprint.ofFile(path);
        if (!found.equals(shard.fingerprint())) {
            throw new CorruptFileException(path + " must have the fingerprint "
                    + TokenShards.abbreviated(shard.fingerprint()) + " that the manifest beside it recorded, but has "
                    + TokenShards.abbreviated(found) + ", so it is damaged or of another set; run `" + made
                    + "` again");
        }
    }

    /** Opens a shard that the manifest names. */
    static Safetensors open(Path path, String made) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new CorruptFileException(
                    "the manifest beside it names " + path + ", but there is no such file; run `" + made + "` again");
        }
        return Safetensors.open(path);
    }
}
