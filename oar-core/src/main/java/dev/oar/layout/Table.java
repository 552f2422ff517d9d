package dev.oar.layout;

import dev.oar.file.CorruptFileException;
import java.util.List;

/**
 * A table of texts.
 *
 * @param name what to call it in errors
 * @param rowName what to call a row in errors
 * @param columns names of the columns, each once
 * @param rows what stands below
 */
public record Table(String name, String rowName, List<String> columns, List<Row> rows) {
    /**
     * A row.
     *
     * @param number as its format counts, from 1
     * @param values one text for each column; empty where there is none
     */
    public record Row(long number, List<String> values) {}

    /** A text; empty if there is no such column. */
    public String value(Row row, String column) {
        int place = columns.indexOf(column);
        return place < 0 ? "" : row.values().get(place);
    }

    /**
     * An image's value of an attribute.
     *
     * @throws CorruptFileException if the row has none
     */
    public String required(Row row, String column, String image) throws CorruptFileException {
        String value = value(row, column);
        if (value.isEmpty()) {
            throw new CorruptFileException(place(row) + " gives " + image + " no value of the attribute '" + column
                    + "'; write one, such as 'no' where there is nothing");
        }
        return value;
    }

    /** Where a row stands, as an error begins. */
    public String place(Row row) {
        return rowName + " " + row.number() + " of " + name;
    }
}
