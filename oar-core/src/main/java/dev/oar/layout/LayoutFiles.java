package dev.oar.layout;

import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import dev.oar.file.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The files of a set of a public layout, of which the images are told by their names, and of which a part lies anywhere below the top. */
final class LayoutFiles {
    private static final int MAX_BYTES = 256 << 20;
    private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

    private final ImageArchive source;

    LayoutFiles(ImageArchive source) {
        this.source = source;
    }

    /**
     * Refuses a set that breaks a rule of its layout.
     *
     * @param format one sentence for {@link String#format}: the rule, the values, the remedy
     * @throws CorruptFileException if the rule is not kept
     */
    static void require(boolean holds, String format, @Nullable Object... arguments) throws CorruptFileException {
        if (!holds) {
            throw new CorruptFileException(String.format(Locale.ROOT, format, arguments));
        }
    }

    /** Whether a name ends as those of images do. */
    static boolean isImage(String name) {
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** The last part of a name. */
    static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The folder of a name, with the slash behind it; nothing at the top. */
    static String folder(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    /** The last part of a name without its ending. */
    static String stem(String name) {
        String file = last(name);
        int dot = file.lastIndexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }

    /** All names of a last part, those that lie least deep first. */
    List<String> named(String last) {
        List<String> names = new ArrayList<>();
        for (String name : source.files().keySet()) {
            if (last(name).equals(last)) {
                names.add(name);
            }
        }
        names.sort((one, other) -> Long.compare(depth(one), depth(other)));
        return names;
    }

    private static long depth(String name) {
        return name.chars().filter(letter -> letter == '/').count();
    }

    /** The images below a folder. */
    SortedMap<String, Path> images(String folder) {
        SortedMap<String, Path> images = new TreeMap<>();
        source.files().tailMap(folder).entrySet().stream()
                .takeWhile(file -> file.getKey().startsWith(folder))
                .filter(file -> isImage(file.getKey()))
                .forEach(file -> images.put(file.getKey(), file.getValue()));
        return images;
    }

    /** The lines of a text, without the empty ones at its end. */
    List<String> lines(String name) throws IOException {
        List<String> lines = new ArrayList<>(
                Utf8Text.decode(source.place(name), bytes(name)).lines().toList());
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }

    /** The content of a file. */
    byte[] bytes(String name) throws IOException {
        return BoundedFile.read(source.file(name).orElseThrow(), MAX_BYTES, "it cannot be what the layout has there");
    }

    /** What is there besides the images that were taken and the files that were read. */
    LeftOut leftOut(List<FoundImage> images, Set<String> read) {
        Set<String> others = new TreeSet<>(source.files().keySet());
        images.forEach(image -> others.remove(image.fileName()));
        others.removeAll(read);
        return new LeftOut(List.copyOf(others));
    }

    /** A note of a count and the first names; none of none. */
    Optional<String> note(String what, List<String> names) {
        return Listing.note(source.path(), what, names).stream().findFirst();
    }
}
