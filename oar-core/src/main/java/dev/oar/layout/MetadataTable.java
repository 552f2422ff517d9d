package dev.oar.layout;

import dev.oar.config.ConfigException;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import dev.oar.file.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lists the images of a set that has a {@code metadata.csv} (comma-separated, the first row naming the columns) or a
 * {@code metadata.jsonl} (an object per line) at its top: UTF-8, up to {@value #MAX_BYTES} bytes (about a million rows).
 */
public final class MetadataTable {
    static final String CSV = "metadata.csv";
    static final String JSON_LINES = "metadata.jsonl";

    static final int MAX_BYTES = 128 << 20;

    /** What other tools call the columns that are called {@code class} and {@code caption} here, in small letters. */
    private static final Set<String> CLASS_NAMES =
            Set.of("class", "classes", "label", "labels", "category", "class_name", "classname");

    private static final Set<String> CAPTION_NAMES = Set.of("caption", "captions", "text", "prompt", "description");

    private final ImageArchive source;
    private final TableColumns columns;
    private final Table table;
    private final Problems problems;
    private final Map<String, Long> rowOfFile = new HashMap<>();
    private final FamilyNames families = new FamilyNames();

    private MetadataTable(ImageArchive source, TableColumns columns, Table table, Problems problems) {
        this.source = source;
        this.columns = columns;
        this.table = table;
        this.problems = problems;
    }

    /**
     * All images of a table, sorted by file name.
     *
     * @param name the table's: {@value #CSV} or {@value #JSON_LINES}
     * @param problems hears of rows that name no image of the set
     */
    static Listing list(ImageArchive source, String name, TableColumns columns, Problems problems) throws IOException {
        Table table = read(source, name, wanted(columns), problems);
        return new MetadataTable(source, columns, table, problems).list(name);
    }

    /**
     * Reads a table.
     *
     * @param wanted the columns that will be asked for
     */
    public static Table read(ImageArchive source, String name, Set<String> wanted) throws IOException {
        return read(source, name, wanted, Problems.REFUSED);
    }

    private static Table read(ImageArchive source, String name, Set<String> wanted, Problems problems)
            throws IOException {
        byte[] bytes = BoundedFile.read(
                source.file(name).orElseThrow(),
                MAX_BYTES,
                "split the images into several sets or shorten the captions");
        String place = source.place(name);
        String text = Utf8Text.decode(place, bytes);
        return name.equals(CSV)
                ? CsvTable.parse(place, text, problems)
                : JsonLinesTable.parse(place, text, wanted, problems);
    }

    private static Set<String> wanted(TableColumns columns) {
        Set<String> wanted =
                new TreeSet<>(List.of(columns.fileName(), columns.className(), columns.caption(), columns.group()));
        columns.groupKey().ifPresent(wanted::add);
        wanted.addAll(columns.attributes());
        return wanted;
    }

    private Listing list(String name) throws IOException {
        requireColumns();
        List<FoundImage> rows = new ArrayList<>();
        for (Table.Row row : table.rows()) {
            image(row).ifPresent(rows::add);
        }
        List<FoundImage> images = new ArrayList<>();
        for (FoundImage row : rows) {
            images.add(new FoundImage(
                    row.path(),
                    row.fileName(),
                    row.className(),
                    row.caption(),
                    families.family(row.group()),
                    row.attributes()));
        }
        images.sort(Comparator.comparing(FoundImage::fileName));
        return listing(name, images);
    }

    private void requireColumns() {
        requireColumn("file-name-column", columns.fileName(), "");
        requireColumn("class-column", columns.className(), TableColumns.DEFAULT_CLASS);
        requireColumn("caption-column", columns.caption(), TableColumns.DEFAULT_CAPTION);
        requireColumn("group-column", columns.group(), TableColumns.DEFAULT_GROUP);
        if (columns.groupKey().isPresent()) {
            requireColumn("group-key-column", columns.groupKey().get(), "");
        }
        columns.attributes().forEach(column -> requireColumn("attribute-columns", column, ""));
    }

    /** A column may be missing only if the recipe leaves its name at the default. */
    private void requireColumn(String key, String name, String mayBeMissing) {
        if (!table.columns().contains(name) && !name.equals(mayBeMissing)) {
            throw new ConfigException("the recipe's " + key + " is '" + name + "', but " + table.name()
                    + " has only the columns " + table.columns() + "; name one of these");
        }
    }

    /** The image of a row; none where the row has a problem that is not refused. */
    private Optional<FoundImage> image(Table.Row row) throws CorruptFileException {
        String given = table.value(row, columns.fileName());
        Optional<String> name = fileName(row, given);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String fileName = name.get();
        Long earlier = rowOfFile.putIfAbsent(fileName, row.number());
        if (earlier != null) {
            return without(
                    ListingProblem.NAMED_TWICE,
                    fileName,
                    table.place(row) + " names " + given + " again after " + table.rowName() + " " + earlier
                            + "; keep one of the two");
        }
        Optional<Path> path = source.file(fileName);
        if (path.isEmpty()) {
            return without(
                    ListingProblem.MISSING_FILE,
                    fileName,
                    table.place(row) + " names the image '" + given
                            + "', but there is no such file; add the file or take the row out");
        }
        Optional<String> className = className(row, fileName);
        Optional<List<String>> attributes = attributes(row, fileName);
        if (className.isEmpty() || attributes.isEmpty()) {
            return Optional.empty();
        }
        String key = families.key(
                columns.groupKey().map(column -> table.value(row, column)).orElse(""), fileName);
        families.tie(key, table.value(row, columns.group()));
        return Optional.of(new FoundImage(
                path.get(), fileName, className.get(), table.value(row, columns.caption()), key, attributes.get()));
    }

    private <T> Optional<T> without(ListingProblem problem, String item, String sentence) throws CorruptFileException {
        problems.found(problem, item, new CorruptFileException(sentence));
        return Optional.empty();
    }

    private Optional<List<String>> attributes(Table.Row row, String fileName) throws CorruptFileException {
        List<String> values = new ArrayList<>();
        try {
            for (String column : columns.attributes()) {
                values.add(table.required(row, column, fileName));
            }
        } catch (CorruptFileException e) {
            problems.found(ListingProblem.NO_VALUE, fileName, e);
            return Optional.empty();
        }
        return Optional.of(List.copyOf(values));
    }

    /** The name of a file in the set; Windows writes backslashes between folders. */
    private Optional<String> fileName(Table.Row row, String given) throws CorruptFileException {
        boolean there = source.file(given).isPresent();
        String name = withoutDots(there ? given : given.replace('\\', '/'));
        if (name.isEmpty() || name.startsWith("/") || List.of(name.split("/")).contains("..")) {
            return without(
                    ListingProblem.OUTSIDE,
                    table.rowName() + " " + row.number(),
                    table.place(row) + " must name a file below " + source.path() + ", but names '" + given
                            + "'; write a path relative to it, without '..'");
        }
        return Optional.of(name);
    }

    /** A name without folders that mean the one they stand in. */
    public static String withoutDots(String name) {
        return name.replaceAll("(?<=^|/)(\\./)+", "");
    }

    private Optional<String> className(Table.Row row, String fileName) throws CorruptFileException {
        String[] parts = fileName.split("/");
        String folder = parts.length == 2 ? parts[0] : "";
        String name = hasClasses() ? table.value(row, columns.className()) : folder;
        if (name.isEmpty()) {
            return without(
                    ListingProblem.NO_CLASS,
                    fileName,
                    table.place(row) + " gives " + fileName + " no class, neither by a column '" + columns.className()
                            + "' nor by a folder that it lies in itself; add one of them"
                            + lookalike(CLASS_NAMES)
                                    .map(column -> ", or set class-column to '" + column + "' in the recipe")
                                    .orElse(""));
        }
        return Optional.of(name);
    }

    private boolean hasClasses() {
        return table.columns().contains(columns.className());
    }

    private Listing listing(String name, List<FoundImage> images) throws IOException {
        Set<String> others = new TreeSet<>(source.files().keySet());
        others.removeAll(rowOfFile.keySet());
        others.remove(name);
        List<String> all = List.copyOf(others);
        List<String> unlisted = Listing.pictures(source).keySet().stream()
                .filter(others::contains)
                .toList();
        unlisted.forEach(others::remove);
        List<String> notes = new ArrayList<>(notesOfColumns());
        notes.addAll(
                Listing.note(source.path(), "images that " + name + " does not list and that are left out", unlisted));
        notes.addAll(Listing.passedOver(source.path(), List.copyOf(others)));
        return new Listing(images, new LeftOut(all), notes);
    }

    private List<String> notesOfColumns() {
        List<String> notes = new ArrayList<>();
        if (!hasClasses()) {
            lookalike(CLASS_NAMES)
                    .ifPresent(column -> notes.add(table.name() + " has no column '" + columns.className()
                            + "', so folders are the classes; set class-column in the recipe to take its column '"
                            + column + "'"));
        }
        if (!table.columns().contains(columns.caption())) {
            lookalike(CAPTION_NAMES)
                    .ifPresent(column -> notes.add(table.name() + " has no column '" + columns.caption()
                            + "', so there are no captions; set caption-column in the recipe to take its column '"
                            + column + "'"));
        }
        return notes;
    }

    private Optional<String> lookalike(Set<String> names) {
        return table.columns().stream()
                .filter(column -> names.contains(column.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
