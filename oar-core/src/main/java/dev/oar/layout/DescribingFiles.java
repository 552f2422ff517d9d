package dev.oar.layout;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Files that plainly describe the images beside them: a table that is read, or one that must not be passed over without a word. */
public final class DescribingFiles {
    /** The tables that are read; at most one of them may be there. */
    public static final List<String> TABLES = List.of(MetadataTable.CSV, MetadataTable.JSON_LINES);

    private static final String STEM = "metadata";
    private static final Set<String> STEMS = Set.of(
            STEM,
            "train",
            "test",
            "val",
            "valid",
            "validation",
            "label",
            "labels",
            "class",
            "classes",
            "annotations",
            "caption",
            "captions",
            "dataset");
    private static final Set<String> ENDINGS =
            Set.of("csv", "tsv", "json", "jsonl", "ndjson", "parquet", "arrow", "feather", "xls", "xlsx");

    private DescribingFiles() {}

    /**
     * The name of the table at the top of a set.
     *
     * @throws IOException in one sentence, if there are two, or one that is named in another way or lies deeper
     */
    public static Optional<String> table(ImageArchive source) throws IOException {
        List<String> tables =
                TABLES.stream().filter(source.files()::containsKey).toList();
        if (tables.size() > 1) {
            throw new IOException(
                    source.path() + " may have one table, but holds " + String.join(" and ", tables) + "; keep one");
        }
        if (!tables.isEmpty()) {
            return Optional.of(tables.get(0));
        }
        for (String name : source.files().keySet()) {
            String file = name.substring(name.lastIndexOf('/') + 1);
            if (name.contains("/") && TABLES.contains(file)) {
                String folder = name.substring(0, name.length() - file.length() - 1);
                throw new IOException("a table must lie at the top of the images, but " + source.path() + " holds "
                        + name + "; give " + source.alone(folder) + ", or move the table up");
            }
            if (!name.contains("/") && stem(file).equals(STEM) && isTable(file)) {
                throw unread(source, name);
            }
        }
        return Optional.empty();
    }

    /**
     * Refuses a set of images that would be one class although a file beside them plainly says more.
     *
     * @throws IOException in one sentence
     */
    static void requireNone(ImageArchive source) throws IOException {
        for (String name : source.files().keySet()) {
            if (!name.contains("/") && isTable(name)) {
                throw unread(source, name);
            }
        }
    }

    private static IOException unread(ImageArchive source, String name) {
        return new IOException("images are described by a " + String.join(" or ", TABLES) + ", but " + source.path()
                + " holds " + name + ", which is not read; rename or rewrite it, or take it out");
    }

    private static boolean isTable(String name) {
        return STEMS.contains(stem(name))
                && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return (dot < 0 ? name : name.substring(0, dot)).toLowerCase(Locale.ROOT);
    }
}
