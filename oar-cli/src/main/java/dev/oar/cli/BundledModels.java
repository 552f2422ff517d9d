package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds models by the names users give: a bundled model, a model folder, or a run directory that holds one. */
final class BundledModels {
    private static final String IN_RUN = "model";

    private final Path directory;

    /** The models in {@code home/models}. */
    BundledModels(Path home) {
        this.directory = home.resolve("models");
    }

    /** Where bundled models lie. */
    Path directory() {
        return directory;
    }

    /**
     * Opens a model.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    ModelFolder find(String name) throws IOException {
        for (Path candidate : List.of(directory.resolve(name), Path.of(name), Path.of(name, IN_RUN))) {
            if (isModel(candidate)) {
                return ModelFolder.open(candidate);
            }
        }
        List<String> bundled = foldersIn(directory).stream()
                .map(path -> path.getFileName().toString())
                .toList();
        throw new IllegalArgumentException("a model is a bundled one ("
                + (bundled.isEmpty() ? "none here" : String.join(", ", bundled)) + ") or a folder with a "
                + ModelFolder.MANIFEST + ", but '" + name + "' is neither; see 'oar models'");
    }

    /** The folders in a directory that are models, by name; none if there is no such directory. */
    static List<Path> foldersIn(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(BundledModels::isModel).sorted().toList();
        }
    }

    /** Whether a folder is a model. */
    static boolean isModel(Path folder) {
        return Files.isRegularFile(folder.resolve(ModelFolder.MANIFEST));
    }
}
