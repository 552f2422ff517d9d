package dev.oar.data;

import dev.oar.checkpoint.FullPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps what is written apart from the images that it is made of, which would grow by it. */
public final class ResultPlace {
    private ResultPlace() {}

    /**
     * Checks, before anything is written, that results go elsewhere than into the folder of images that they are made of.
     *
     * @param results the file or folder to write, which need not be there
     * @param images what is read: a folder of images, or a file, which nothing can lie in
     * @throws IllegalArgumentException in one sentence, if the results would lie in that folder
     */
    public static void requireOutside(Path results, Path images) throws IOException {
        if (Files.isDirectory(images) && real(results).startsWith(real(images))) {
            throw new IllegalArgumentException("results may not lie within the images that they are made of, but "
                    + results + " lies in " + images + "; choose another place for them");
        }
    }

    /** The path without symbolic links as far as it is there. */
    private static Path real(Path path) throws IOException {
        Path full = FullPath.of(path);
        Path there = full;
        for (Path above = there; above != null && !Files.exists(there); above = above.getParent()) {
            there = above;
        }
        return there.toRealPath().resolve(there.relativize(full));
    }
}
