package dev.oar.parity;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of reference numbers: {@code config.json}, which names the case's {@code kind}, its settings and its tolerances, and
 * files of tensors or further settings beside it.
 */
public final class GoldenFolder {
    /** File name of the settings. */
    public static final String CONFIG = "config.json";

    /** File name of the weights of the reference model. */
    static final String WEIGHTS = "weights.safetensors";

    private final Path path;
    private final Settings settings;
    private final List<Settings> all = new ArrayList<>();

    private GoldenFolder(Path path, Settings settings) {
        this.path = path;
        this.settings = settings;
        all.add(settings);
    }

    /**
     * Opens a folder.
     *
     * @throws CorruptFileException if there is no readable {@code config.json} with a kind
     */
    static GoldenFolder open(Path path) throws IOException {
        GoldenFolder folder = new GoldenFolder(path, Settings.read(path.resolve(CONFIG)));
        var unused = folder.kind();
        folder.settings.remarks("model", "seed");
        if (folder.settings.has("tolerance")) {
            folder.tolerances().fixed("integers", "exact");
        }
        return folder;
    }

    Path path() {
        return path;
    }

    /** What {@code config.json} says. */
    Settings settings() {
        return settings;
    }

    /** The kind of case. */
    String kind() throws CorruptFileException {
        return settings.text("kind");
    }

    /** The tolerances of the case. */
    Settings tolerances() throws CorruptFileException {
        return settings.part("tolerance");
    }

    /** A number among the tolerances. */
    double tolerance(String name) throws CorruptFileException {
        return tolerances().number(name);
    }

    /** The objects of the list in another file of the folder. */
    List<Settings> list(String file) throws IOException {
        List<Settings> list = Settings.readList(path.resolve(file));
        all.addAll(list);
        return list;
    }

    /**
     * Checks that every setting of every file has been asked for.
     *
     * @throws CorruptFileException with the first that was not
     */
    void requireAllKnown() throws CorruptFileException {
        for (Settings of : all) {
            of.requireAllKnown();
        }
    }

    /** A file of tensors. */
    Safetensors tensors(String file) throws IOException {
        return Safetensors.open(path.resolve(file));
    }

    /** All files of tensors, sorted by name. */
    List<String> tensorFiles() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
    }

    /** The weights of the reference model; close them after use, or hand them to a model that does. */
    Weights weights() throws IOException {
        return Safetensors.weights(path.resolve(WEIGHTS));
    }

    @Override
    public String toString() {
        return String.valueOf(path.getFileName());
    }
}
