package dev.oar.checkpoint;

import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * A directory that holds everything a run needs to go on: groups of weights and a little text.
 *
 * <pre>
 * ROOT/step-00001000/
 *     model.safetensors       one file per group
 *     optimizer.safetensors
 *     state.json              format, version, step; per group its bytes and CRC-32C; the caller's texts
 * </pre>
 *
 * <p>It is written into a hidden directory beside its final name; every file and the directory are forced to disk; then it is
 * renamed. Old checkpoints are renamed to a hidden name before they are deleted. So a kill at any instant, or a full disk,
 * leaves the last complete checkpoint, and a name without a leading dot always stands for a complete one. What a kill leaves
 * hidden is deleted by the next {@link #save}. Only one process may save under a root at a time.
 *
 * <p>Saving a step that has already been saved writes {@code step-00001000-2} beside it and then removes the first: a directory
 * cannot be replaced in one move.
 */
public final class Checkpoint {
    private final Path directory;
    private final CheckpointManifest manifest;

    private Checkpoint(Path directory, CheckpointManifest manifest) {
        this.directory = directory;
        this.manifest = manifest;
    }

    /**
     * Saves a checkpoint and removes older ones.
     *
     * @param root where checkpoints stand; made if missing
     * @param step training steps done, 0 or more
     * @param groups weights by group name, such as {@code model}, {@code ema}, {@code optimizer}; names are lower-case
     *     letters, digits and hyphens
     * @param state texts by name: counters, fingerprints, the resolved recipe
     * @param keep how many checkpoints to leave, this one included; at least 1
     * @return the directory of the new checkpoint
     * @throws IOException if writing fails; the checkpoints that were there are then still there
     */
    public static Path save(Path root, long step, Map<String, Weights> groups, Map<String, String> state, int keep)
            throws IOException {
        if (step < 0 || keep < 1) {
            throw new IllegalArgumentException(
                    "a checkpoint needs a step of at least 0 and must keep at least 1, but step is " + step
                            + " and keep is " + keep + "; pass the steps done and a positive number to keep");
        }
        groups.keySet().forEach(CheckpointManifest::requireGroupName);
        CheckpointDirectories directories = new CheckpointDirectories(root);
        directories.removeLeftovers();
        Path saved = directories.write(step, hidden -> CheckpointManifest.write(hidden, step, groups, state));
        directories.removeOlder(saved, keep);
        return saved;
    }

    /**
     * The checkpoint with the highest step, or nothing if there is none.
     *
     * @throws CorruptFileException if it is damaged; it is not passed over in silence
     */
    public static Optional<Checkpoint> latest(Path root) throws IOException {
        List<Path> all = new CheckpointDirectories(root).complete();
        return all.isEmpty() ? Optional.empty() : Optional.of(open(all.get(all.size() - 1)));
    }

    /**
     * The checkpoint in this very directory.
     *
     * @throws CorruptFileException if it is damaged or no checkpoint
     */
    public static Checkpoint open(Path directory) throws IOException {
        return new Checkpoint(directory, CheckpointManifest.read(directory));
    }

    /** Where it stands. */
    public Path directory() {
        return directory;
    }

    /** Training steps done when it was saved. */
    public long step() {
        return manifest.step();
    }

    /** The caller's texts. */
    public Map<String, String> state() {
        return manifest.state();
    }

    /**
     * One of the caller's texts.
     *
     * @throws CorruptFileException if there is none of this name
     */
    public String state(String name) throws CorruptFileException {
        String value = manifest.state().get(name);
        if (value == null) {
            throw new CorruptFileException(directory + " must state '" + name + "', but states only "
                    + manifest.state().keySet() + "; it was made by something else, so choose another checkpoint");
        }
        return value;
    }

    /**
     * Copies this checkpoint to another root, whole or not at all.
     *
     * @return the directory of the copy
     */
    public Path copyTo(Path root) throws IOException {
        CheckpointDirectories directories = new CheckpointDirectories(root);
        directories.removeLeftovers();
        return directories.write(step(), hidden -> {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    AtomicFile.writeForced(hidden.resolve(file.getFileName()), AtomicFile.of(file));
                }
            }
        });
    }

    /** The names of its groups of weights. */
    public Set<String> groups() {
        return manifest.groups().keySet();
    }

    /** Whether it has such a group. */
    public boolean has(String group) {
        return manifest.groups().containsKey(group);
    }

    /**
     * Overwrites weights by those of a group, one tensor after the other: neither the group nor its file is in memory besides them, but only
     * the tensor that is being read.
     *
     * @param weights of the names and shapes of the group
     * @throws CorruptFileException if there is no such group or its bytes are not those that were saved
     * @throws IllegalArgumentException if names or shapes differ, before anything is overwritten
     */
    public void readInto(String group, Weights weights) throws IOException {
        manifest.requireIntact(directory, group);
        Safetensors file = Safetensors.open(directory.resolve(CheckpointManifest.fileName(group)));
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (String name : file.names()) {
            shapes.put(name, file.entry(name).shape());
        }
        weights.requireShapes("weights", shapes);
        for (String name : shapes.keySet()) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor read = file.read(name);
                Tensors.runWithoutGradient(() -> {
                    var unused = weights.get(name).copy_(read);
                });
            }
        }
    }

    /**
     * Reads a group into weights that the caller owns.
     *
     * @throws CorruptFileException if there is no such group or its bytes are not those that were saved
     */
    public Weights weights(String group) throws IOException {
        manifest.requireIntact(directory, group);
        return Safetensors.weights(directory.resolve(CheckpointManifest.fileName(group)));
    }
}
