package dev.oar.layout;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fashion Product Images, full or small, as unpacked: {@code styles.csv} and {@code images/ID.jpg} beside it. Of the two copies that some
 * archives hold, the one that lies less deep is read. Rows without an image, and images without a row, are counted and left out.
 *
 * <p>The last column, {@code productDisplayName}, may hold commas without quotes, as it does in the published table: a row is cut at as many
 * commas as there are columns before it.
 *
 * @param className the column whose values are the classes; rows that have none there are left out and counted
 * @param caption what an image is drawn from: text in which {@code {column}} stands for a row's value; what is blank there leaves no gap
 */
@Kind("fashion-products")
public record FashionProductsLayout(
        @Default("articleType") String className,

        @Default("'{productDisplayName}, {baseColour} {articleType} for {gender}'")
        String caption)
        implements DataLayout {
    private static final String TABLE = "styles.csv";
    private static final String IMAGES = "images/";
    private static final String ID = "id";
    private static final String LAST = "productDisplayName";
    private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z]+)}");

    /** Checks that there are words. */
    public FashionProductsLayout {
        Require.that(
                !className.isBlank() && !caption.isBlank(),
                "class-name and caption of fashion products must not be empty, but are '%s' and '%s'; leave them out for the"
                        + " usual ones",
                className,
                caption);
    }

    /** What is read of the table. */
    private record Styles(List<String> columns, List<List<String>> rows) {
        String value(List<String> row, String column) {
            return row.get(columns.indexOf(column));
        }
    }

    @Override
    public Listing list(ImageArchive source, TableColumns columns, Problems problems) throws IOException {
        LayoutFiles files = new LayoutFiles(source);
        List<String> tables = files.named(TABLE);
        LayoutFiles.require(
                !tables.isEmpty(),
                "Fashion Product Images has a %s beside its folder images, but %s has none; give the folder that it was"
                        + " unpacked to",
                TABLE,
                source.path());
        String table = tables.get(0);
        String root = LayoutFiles.folder(table);
        Styles styles = styles(source.place(table), files.lines(table), columns.attributes(), problems);
        List<FoundImage> found = new ArrayList<>();
        List<String> withoutImage = new ArrayList<>();
        List<String> withoutClass = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Map<String, String> names = new HashMap<>();
        files.images(root + IMAGES).keySet().forEach(name -> names.put(LayoutFiles.stem(name), name));
        for (List<String> row : styles.rows()) {
            String id = styles.value(row, ID);
            Optional<String> name = Optional.ofNullable(names.get(id));
            if (!seen.add(id)) {
                problems.found(
                        ListingProblem.NAMED_TWICE,
                        id,
                        new CorruptFileException("every id of " + table + " stands once, but " + id
                                + " stands twice; keep one of the two"));
            } else if (name.isEmpty()) {
                withoutImage.add(id);
            } else if (styles.value(row, className).isEmpty()) {
                withoutClass.add(name.get());
            } else {
                found.add(image(source, styles, row, name.get(), columns.attributes()));
            }
        }
        found.sort((one, other) -> one.fileName().compareTo(other.fileName()));
        List<String> notes = new ArrayList<>();
        files.note("rows of " + table + " without an image, which are left out", withoutImage)
                .ifPresent(notes::add);
        files.note("images whose row has no " + className + ", which are left out", withoutClass)
                .ifPresent(notes::add);
        List<String> withoutRow = names.entrySet().stream()
                .filter(name -> !seen.contains(name.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
        files.note("images without a row in " + table + ", which are left out", withoutRow)
                .ifPresent(notes::add);
        if (tables.size() > 1) {
            notes.add(source.path() + " holds a second copy of the data set, " + LayoutFiles.folder(tables.get(1))
                    + ", which is left out");
        }
        return new Listing(found, files.leftOut(found, Set.of(table)), notes);
    }

    /** The table beside its folder of images, if there is one. */
    static Optional<String> sign(ImageArchive source) {
        return new LayoutFiles(source)
                .named(TABLE).stream()
                        .filter(table -> !new LayoutFiles(source)
                                .images(LayoutFiles.folder(table) + IMAGES)
                                .isEmpty())
                        .map(table -> table + " beside " + LayoutFiles.folder(table) + IMAGES)
                        .findFirst();
    }

    private FoundImage image(
            ImageArchive source, Styles styles, List<String> row, String name, List<String> attributeColumns) {
        return new FoundImage(
                source.file(name).orElseThrow(),
                name,
                styles.value(row, className),
                caption(styles, row),
                name,
                attributeColumns.stream()
                        .map(column -> styles.value(row, column))
                        .toList());
    }

    /** Fills the template; what is blank leaves neither spaces nor a comma of its own. */
    private String caption(Styles styles, List<String> row) {
        Matcher place = PLACE.matcher(caption);
        StringBuilder text = new StringBuilder();
        while (place.find()) {
            place.appendReplacement(text, Matcher.quoteReplacement(styles.value(row, place.group(1))));
        }
        place.appendTail(text);
        return text.toString().replaceAll("\\s+", " ").replaceAll("( ?,)+", ",").replaceAll("^[ ,]+|[ ,]+$", "");
    }

    private Styles styles(String place, List<String> lines, List<String> attributeColumns, Problems problems)
            throws IOException {
        LayoutFiles.require(
                !lines.isEmpty(), "%s must have a row of column names, but is empty; unpack it anew", place);
        // Some copies of the table have empty columns behind the last.
        String header = lines.get(0).replaceAll(",+$", "");
        int trailing = lines.get(0).length() - header.length();
        List<String> columns = List.of(header.split(","));
        List<String> needed = new ArrayList<>(List.of(ID, className, LAST));
        needed.addAll(attributeColumns);
        PLACE.matcher(caption).results().forEach(result -> needed.add(result.group(1)));
        for (String column : needed) {
            LayoutFiles.require(
                    columns.contains(column),
                    "the layout fashion-products needs the column %s of %s, which has only %s; name one of these in the"
                            + " recipe, or unpack the table anew",
                    column,
                    place,
                    columns);
        }
        LayoutFiles.require(
                columns.get(columns.size() - 1).equals(LAST),
                "the last column of %s must be %s, which alone may hold commas, but is %s; unpack it anew",
                place,
                LAST,
                columns.get(columns.size() - 1));
        List<List<String>> rows = new ArrayList<>();
        for (int line = 1; line < lines.size(); line++) {
            String text = lines.get(line);
            if (trailing > 0 && text.endsWith(",".repeat(trailing))) {
                text = text.substring(0, text.length() - trailing);
            }
            String[] values = text.split(",", columns.size());
            if (values.length == columns.size()) {
                rows.add(Arrays.stream(values)
                        .map(FashionProductsLayout::unquoted)
                        .toList());
            } else {
                problems.found(
                        ListingProblem.BROKEN_ROW,
                        "row " + (line + 1),
                        new CorruptFileException("row " + (line + 1) + " of " + place + " has " + values.length
                                + " fields, but the table has " + columns.size() + " columns; correct it"));
            }
        }
        return new Styles(columns, rows);
    }

    private static String unquoted(String value) {
        String text = value.strip();
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text;
    }
}
