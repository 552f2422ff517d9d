package dev.oar.layout;

import dev.oar.image.DrawnNames;
import dev.oar.image.ImageReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The images of a data set as a folder or a table lists them, before they were looked at.
 *
 * @param images sorted by name
 * @param leftOut files that are no part of the set
 * @param notes what a user who sees the folder should know of the set, each in one sentence
 * @param testFiles names of the images that the set itself has for testing; empty: it has no split of its own
 */
public record Listing(List<FoundImage> images, LeftOut leftOut, List<String> notes, Optional<Set<String>> testFiles) {
    /** A set without a split of its own. */
    Listing(List<FoundImage> images, LeftOut leftOut, List<String> notes) {
        this(images, leftOut, notes, Optional.empty());
    }

    /**
     * The files that are taken for pictures of the set. One rule for every kind of set: the name's ending or the content says so
     * ({@link ImageReader#isPicture}), but for what drawing writes beside its images; what then cannot be read is refused, not passed
     * over.
     */
    public static SortedMap<String, Path> pictures(ImageArchive source) throws IOException {
        try {
            return source.files().entrySet().parallelStream()
                    .filter(file -> !DrawnNames.isBesideImages(file.getKey()) && isPicture(file.getValue()))
                    .collect(Collectors.toMap(
                            file -> file.getKey(), file -> file.getValue(), (one, other) -> one, TreeMap::new));
        } catch (UncheckedIOException e) {
            throw new IOException(
                    "the files of " + source.path() + " cannot be read (" + e.getCause() + "); check their permissions",
                    e);
        }
    }

    private static boolean isPicture(Path file) {
        try {
            return ImageReader.isPicture(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is said of files that are no images of the set; nothing of none. */
    static List<String> passedOver(Path path, List<String> names) {
        return note(path, "files that are no images of the set and are passed over", names);
    }

    /** A note on what a folder holds; none if it holds none of it. */
    public static List<String> note(Path path, String what, List<String> names) {
        return names.isEmpty() ? List.of() : List.of(path + " holds " + what + ", " + new LeftOut(names).summary());
    }
}
