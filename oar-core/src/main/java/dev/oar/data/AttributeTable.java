package dev.oar.data;

import dev.oar.file.CorruptFileException;
import dev.oar.image.Attribute;
import dev.oar.layout.DescribingFiles;
import dev.oar.layout.ImageArchive;
import dev.oar.layout.MetadataTable;
import dev.oar.layout.Table;
import dev.oar.layout.TableColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the table beside a set of images to be measured says of their attributes: a {@code metadata.csv} or {@code metadata.jsonl} at the top
 * of the folder or zip, whose column {@code file_name} names the images and whose other columns are named like the attributes.
 */
public final class AttributeTable {
    private AttributeTable() {}

    /**
     * Whether there is a table that has all of the attributes.
     *
     * @param path a folder, a zip or a batch of images, which has none
     * @throws IOException in one sentence, if a table cannot be read
     */
    public static boolean presentBeside(Path path, List<Attribute> attributes) throws IOException {
        Optional<Table> table = read(path, attributes);
        return table.isPresent() && missing(table.get(), attributes).isEmpty();
    }

    /**
     * The values that every image of a set has.
     *
     * @param attributes what is asked for, and the values that they may have
     * @throws CorruptFileException if there is no table or column, an image is not in the table or named twice, or has a value that the
     *     attribute does not take
     * @throws IOException in one sentence, if the table cannot be read
     */
    public static ImageAttributes of(ImageSet images, List<Attribute> attributes) throws IOException {
        Table table = read(images.path(), attributes)
                .orElseThrow(() -> new CorruptFileException("what images are asked for stands in a "
                        + String.join(" or ", DescribingFiles.TABLES) + " beside them, but " + images.path()
                        + " has none; add one with the columns " + columns(attributes)));
        Set<String> missing = missing(table, attributes);
        if (!missing.isEmpty()) {
            throw new CorruptFileException(table.name() + " must have the columns " + columns(attributes)
                    + ", but lacks " + missing + "; add them");
        }
        Map<String, Table.Row> rows = rows(table);
        int[][] values = new int[images.count()][attributes.size()];
        for (int image = 0; image < values.length; image++) {
            String name = images.name(image);
            Table.Row row = rows.get(name);
            if (row == null) {
                throw new CorruptFileException(
                        table.name() + " must name every image beside it, but not " + name + "; add a row for it");
            }
            for (int i = 0; i < attributes.size(); i++) {
                values[image][i] = place(table, row, attributes.get(i), name);
            }
        }
        return new ImageAttributes(attributes, values, List.of());
    }

    private static int place(Table table, Table.Row row, Attribute attribute, String image)
            throws CorruptFileException {
        String value = table.required(row, attribute.name(), image);
        int place = attribute.values().indexOf(value);
        if (place < 0) {
            throw new CorruptFileException(table.place(row) + " gives " + image + " the value '" + value
                    + "' of the attribute '" + attribute.name() + "', which takes only " + attribute.values()
                    + "; correct it");
        }
        return place;
    }

    private static Optional<Table> read(Path path, List<Attribute> attributes) throws IOException {
        boolean zip = path.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
        if (!Files.isDirectory(path) && !zip) {
            return Optional.empty();
        }
        try (ImageArchive source = ImageArchive.open(path)) {
            Optional<String> name = DescribingFiles.table(source);
            return name.isPresent()
                    ? Optional.of(MetadataTable.read(source, name.get(), new TreeSet<>(columns(attributes))))
                    : Optional.empty();
        }
    }

    private static List<String> columns(List<Attribute> attributes) {
        List<String> columns = new ArrayList<>(List.of(TableColumns.DEFAULT_FILE_NAME));
        attributes.forEach(attribute -> columns.add(attribute.name()));
        return columns;
    }

    private static Set<String> missing(Table table, List<Attribute> attributes) {
        Set<String> missing = new TreeSet<>(columns(attributes));
        table.columns().forEach(missing::remove);
        return missing;
    }

    /** The name of a file in the set; Windows writes backslashes between folders. */
    private static String name(String given) {
        return MetadataTable.withoutDots(given.replace('\\', '/'));
    }

    private static Map<String, Table.Row> rows(Table table) throws CorruptFileException {
        Map<String, Table.Row> rows = new HashMap<>();
        for (Table.Row row : table.rows()) {
            String name = name(table.value(row, TableColumns.DEFAULT_FILE_NAME));
            Table.Row earlier = rows.putIfAbsent(name, row);
            if (earlier != null) {
                throw new CorruptFileException(table.place(row) + " names " + name + " again after " + table.rowName()
                        + " " + earlier.number() + "; keep one of the two");
            }
        }
        return rows;
    }
}
