package dev.oar.checkpoint;

import dev.oar.checkpoint.TorchStateDicts.Found;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights in a file of PyTorch's ({@code .pt}, {@code .pth}, {@code .bin}), in either of its containers.
 *
 * <p>Such a file is a Python pickle, a program that makes objects, and reading one as Python does runs whatever it names. Here
 * nothing is ever run: a pickle may hold plain values, ordered dictionaries, tensors and parameters; objects of a few data classes,
 * such as {@code argparse.Namespace}, are skipped; any other name in it refuses the whole file, and the error says which.
 *
 * <p>Weights are one dictionary of tensors by name. It may be the whole value or stand in another dictionary, under
 * {@code model}, {@code state_dict}, {@code ema} or the like. Unless the caller names it, it is the one with most tensors; among
 * equals {@code model} comes before {@code module}, {@code state_dict}, {@code model_state_dict}, {@code ema},
 * {@code ema_model}, {@code model_ema} and others. Names are left as they are, with a prefix such as {@code module.} if they have
 * one. Values in the dictionary that are no tensors are left out.
 *
 * <p>Tensors may be strided views, share storages and repeat elements; they are read as contiguous copies. Together the copies
 * must not be larger than {@value #MOST_COPIES} times the file: weights that are tied twice or thrice pass, and a few bytes that
 * pretend to be terabytes do not.
 */
public final class PyTorchFile implements WeightFile {
    private static final int MOST_COPIES = 4;

    /** The same for what is read to make the copies: one may pick few elements from a wide region. */
    private static final int MOST_READING = 64;

    /** In small files, repeated elements may be more. */
    private static final long SMALL = 1 << 20;

    private static final int LONGEST_NOTE = 1000;

    /** One tensor of the file. */
    public record Entry(String type, long[] shape) implements TensorEntry {}

    private final Path path;
    private final StoredElements elements;
    private final Map<String, Long> positions;
    private final List<Found> candidates;
    private final Found chosen;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata;

    private PyTorchFile(Path path, long fileSize, PyTorchContents contents, List<Found> candidates, Found chosen) {
        this.path = path;
        this.elements = new StoredElements(path, fileSize);
        this.positions = contents.positions();
        this.candidates = candidates;
        this.chosen = chosen;
        this.metadata = notes(contents.root());
        chosen.dictionary().entries().forEach((name, value) -> {
            if (value instanceof TorchTensor tensor) {
                tensors.put(name, tensor);
            }
        });
    }

    /**
     * Reads and checks everything but the tensors' elements, and takes the largest dictionary of tensors.
     *
     * @throws CorruptFileException if the file breaks a rule of its format, names anything that is not known to be harmless, or
     *     holds no dictionary of tensors
     */
    public static PyTorchFile open(Path path) throws IOException {
        return open(path, null);
    }

    /**
     * As {@link #open(Path)}, but takes the dictionary under this key.
     *
     * @param stateDict the key, such as {@code ema}; keys that lead further down are joined by {@code /}; nothing for the largest
     */
    public static PyTorchFile open(Path path, @Nullable String stateDict) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new CorruptFileException(
                    path + " must be a PyTorch file, but is no regular file; name the file itself");
        }
        Damage damage = new Damage(path, "PyTorch file");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            PyTorchContents contents = FileMagic.of(channel) == FileMagic.ZIP
                    ? PyTorchZip.read(damage, channel::read, size)
                    : PyTorchLegacy.read(damage, channel::read, size);
            List<Found> candidates = TorchStateDicts.find(damage, contents.root());
            Found chosen = stateDict == null
                    ? candidates.get(0)
                    : TorchStateDicts.named(damage, contents.root(), candidates, stateDict);
            PyTorchFile file = new PyTorchFile(path, size, contents, candidates, chosen);
            file.requireModestSize(damage, size);
            return file;
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** The key that the tensors were found under; empty if they are the whole value of the file. */
    public String stateDict() {
        return chosen.name();
    }

    /** How many tensors stand under each key that {@link #open(Path, String)} takes, best first. */
    public Map<String, Integer> stateDicts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        candidates.forEach(found -> counts.put(found.name(), found.tensors()));
        return counts;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public Entry entry(String name) throws CorruptFileException {
        TorchTensor tensor = tensor(name);
        return new Entry(tensor.type().name(), tensor.shape().clone());
    }

    @Override
    public Tensor read(String name) throws IOException {
        TorchTensor tensor = tensor(name);
        long position = positions.getOrDefault(tensor.storage().key(), 0L);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return tensor.read(elements, channel, position, name);
        }
    }

    /** The texts, numbers and truth values that stand beside the weights at the top of the file, such as a count of steps. */
    @Override
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    private TorchTensor tensor(String name) throws CorruptFileException {
        TorchTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CorruptFileException(path + " must hold a tensor named '" + name + "', but holds "
                    + tensors.size()
                    + " others, such as "
                    + Damage.line(tensors.keySet().stream().limit(3).toList().toString())
                    + "; check that it is the file you mean");
        }
        return tensor;
    }

    private void requireModestSize(Damage damage, long fileSize) throws CorruptFileException {
        long mostCopied = SMALL + fileSize * MOST_COPIES;
        long mostRead = SMALL + fileSize * MOST_READING;
        for (TorchTensor tensor : tensors.values()) {
            // Neither product can overflow: see TorchTensor.requirePlace.
            mostCopied -= tensor.elements() * tensor.type().bytes();
            mostRead -= tensor.extent() * tensor.type().bytes();
            if (mostCopied < 0 || mostRead < 0) {
                throw damage.found("its tensors must take at most " + MOST_COPIES + " times the " + fileSize
                        + " bytes of the file, but repeat elements to take more");
            }
        }
    }

    private static Map<String, String> notes(PickleValue root) {
        Map<String, String> notes = new LinkedHashMap<>();
        if (root instanceof PickleValue.Dictionary dictionary) {
            dictionary.entries().forEach((key, value) -> {
                String note = note(value);
                if (!note.isEmpty() && note.length() <= LONGEST_NOTE) {
                    notes.put(key, note);
                }
            });
        }
        return notes;
    }

    private static String note(PickleValue value) {
        if (value instanceof PickleValue.Text text) {
            return text.value();
        }
        if (value instanceof PickleValue.Whole whole) {
            return Long.toString(whole.value());
        }
        if (value instanceof PickleValue.Real real) {
            return Double.toString(real.value());
        }
        return value instanceof PickleValue.Truth truth ? Boolean.toString(truth == PickleValue.Truth.TRUE) : "";
    }
}
