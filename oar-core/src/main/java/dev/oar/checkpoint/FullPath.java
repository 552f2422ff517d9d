package dev.oar.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Absolute paths that lead where the system leads. */
public final class FullPath {
    private FullPath() {}

    /**
     * The absolute form of a path without {@code .} and {@code ..}. Behind a symbolic link, {@code ..} is the folder above the link's
     * target, not the one that the text shows; other links keep their names.
     *
     * @throws IOException if a link cannot be followed
     */
    public static Path of(Path given) throws IOException {
        Path absolute = given.toAbsolutePath();
        Path above = absolute.getParent();
        if (above == null || absolute.equals(absolute.normalize())) {
            return absolute;
        }
        String name = String.valueOf(absolute.getFileName());
        return switch (name) {
            case "." -> of(above);
            case ".." -> above(of(above));
            default -> of(above).resolve(name);
        };
    }

    private static Path above(Path folder) throws IOException {
        Path shown = folder.getParent();
        if (shown == null) {
            return folder;
        }
        Path real = Files.exists(folder) ? folder.toRealPath().getParent() : null;
        return real == null || Files.isSameFile(shown, real) ? shown : real;
    }
}
