package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights that are spread over several safetensors files, with an index beside them ({@code *.safetensors.index.json}):
 *
 * <pre>
 * {"metadata":   {"total_size": BYTES, ...},     optional; the bytes of all tensors together
 *  "weight_map": {NAME: FILE, ...}}              which file, in the folder of the index, holds which tensor
 * </pre>
 *
 * <p>Opening checks the header of every file: each must hold the tensors that the index says, no others, and all together as many
 * bytes as it says. A file is given by its name alone, so an index cannot reach out of its folder.
 */
public final class ShardedSafetensors implements WeightFile {
    private static final String TOTAL_SIZE = "total_size";
    private static final Pattern PLAIN_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]{1,255}");

    private final Path path;
    private final Map<String, String> metadata;
    private final Map<String, Safetensors> fileOfTensor = new LinkedHashMap<>();

    private ShardedSafetensors(Path path, Map<String, String> metadata) {
        this.path = path;
        this.metadata = metadata;
    }

    /**
     * Reads and checks the index and the headers of all its files.
     *
     * @throws CorruptFileException if the index or one of the files breaks a rule, or a file is missing
     * @throws java.nio.file.NoSuchFileException if there is no index
     */
    public static ShardedSafetensors open(Path index) throws IOException {
        if (Files.exists(index) && !Files.isRegularFile(index)) {
            throw new CorruptFileException(
                    index + " must be an index of safetensors files, but is no regular file; name the file itself");
        }
        Damage damage = new Damage(index, "index of safetensors files");
        try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
            ShardIndex read = ShardIndex.read(damage, channel::read, channel.size());
            ShardedSafetensors sharded = new ShardedSafetensors(index, read.metadata());
            sharded.openFiles(damage, read.fileOfTensor());
            return sharded;
        }
    }

    /** All tensors as weights that look into the files, see {@link Safetensors#mapped(Path)}. */
    public static Weights mapped(Path index) throws IOException {
        return open(index).mapped();
    }

    @Override
    public Path path() {
        return path;
    }

    /** The files in the order in which the index first names them. */
    public Set<Path> files() {
        Set<Path> files = new LinkedHashSet<>();
        fileOfTensor.values().forEach(file -> files.add(file.path()));
        return files;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(fileOfTensor.keySet());
    }

    @Override
    public Safetensors.Entry entry(String name) throws CorruptFileException {
        return file(name).entry(name);
    }

    @Override
    public Tensor read(String name) throws IOException {
        return file(name).read(name);
    }

    /** The metadata of the index as far as they are texts, numbers or truth values. */
    @Override
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    @Override
    public Weights mapped() throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> viewed = new HashMap<>();
            for (Safetensors file : new LinkedHashSet<>(fileOfTensor.values())) {
                viewed.putAll(file.viewed());
            }
            Map<String, Tensor> inOrder = new LinkedHashMap<>();
            names().forEach(name -> inOrder.put(name, viewed.get(name)));
            return Weights.owning(inOrder);
        }
    }

    private Safetensors file(String name) throws CorruptFileException {
        Safetensors file = fileOfTensor.get(name);
        if (file == null) {
            throw new CorruptFileException(path + " must list a tensor named '" + name + "', but lists "
                    + fileOfTensor.size() + " others; check that it is the file you mean");
        }
        return file;
    }

    private void openFiles(Damage damage, Map<String, String> fileNames) throws IOException {
        Map<String, Safetensors> files = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : fileNames.entrySet()) {
            Safetensors file = files.get(entry.getValue());
            if (file == null) {
                file = openFile(damage, entry.getValue());
                files.put(entry.getValue(), file);
            }
            if (!file.names().contains(entry.getKey())) {
                throw damage.found("'" + entry.getKey() + "' must stand in " + entry.getValue() + ", but does not");
            }
            fileOfTensor.put(entry.getKey(), file);
        }
        requireListed(damage, fileNames, files);
        requireTotalSize(damage, files);
    }

    private Safetensors openFile(Damage damage, String name) throws IOException {
        if (!PLAIN_NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw damage.found("it must name files in its own folder without any path, but names '" + name + "'");
        }
        try {
            Path file = path.resolveSibling(name);
            if (!Files.exists(file)) {
                throw damage.found("it names '" + name + "', which must stand beside it, but does not");
            }
            return Safetensors.open(file);
        } catch (InvalidPathException e) {
            throw damage.found("it must name files that can exist here, but names '" + name + "'", e);
        }
    }

    private static void requireListed(Damage damage, Map<String, String> fileNames, Map<String, Safetensors> files)
            throws CorruptFileException {
        for (Map.Entry<String, Safetensors> file : files.entrySet()) {
            for (String name : file.getValue().names()) {
                if (!file.getKey().equals(fileNames.get(name))) {
                    throw damage.found("it must list all tensors of " + file.getKey() + " as standing there, but not '"
                            + name + "'");
                }
            }
        }
    }

    private void requireTotalSize(Damage damage, Map<String, Safetensors> files) throws CorruptFileException {
        String claimed = metadata.get(TOTAL_SIZE);
        if (claimed == null) {
            return;
        }
        long total = 0;
        for (Safetensors file : files.values()) {
            for (String name : file.names()) {
                Safetensors.Entry entry = file.entry(name);
                total += entry.end() - entry.begin();
            }
        }
        if (!claimed.matches("\\d{1,19}(?:\\.0)?")
                || new BigDecimal(claimed).compareTo(BigDecimal.valueOf(total)) != 0) {
            throw damage.found("its files must hold " + claimed + " bytes of tensors together, but hold " + total);
        }
    }
}
