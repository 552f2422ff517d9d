package dev.oar.layout;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads comma-separated tables (RFC 4180) whose first row names the columns. */
final class CsvTable {
    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).setTrim(true).get();

    private CsvTable() {}

    /**
     * Reads a table; rows are numbered as a spreadsheet counts, the column names being row 1.
     *
     * @param name what to call it in errors
     * @param problems hears of rows with more or fewer values than there are columns
     * @throws CorruptFileException in one sentence, if columns are named twice, a row has more or fewer values than there are columns,
     *     or a quote is not closed
     */
    static Table parse(String name, String text, Problems problems) throws IOException {
        List<Table.Row> rows = new ArrayList<>();
        List<String> columns = List.of();
        try (CSVParser parser = CSVParser.parse(new StringReader(text), FORMAT)) {
            for (CSVRecord record : parser) {
                if (record.getRecordNumber() == 1) {
                    columns = columns(name, record);
                } else if (record.size() == columns.size()) {
                    rows.add(new Table.Row(record.getRecordNumber(), record.toList()));
                } else {
                    problems.found(
                            ListingProblem.BROKEN_ROW,
                            "row " + record.getRecordNumber(),
                            fields(name, record, columns.size()));
                }
            }
        } catch (UncheckedIOException | IllegalStateException e) {
            throw unreadable(name, e.getCause() == null ? e : e.getCause());
        } catch (CSVException e) {
            throw unreadable(name, e);
        }
        return new Table(name, "row", columns, rows);
    }

    private static CorruptFileException unreadable(String name, Throwable cause) {
        return new CorruptFileException(
                name + " cannot be read as comma-separated values (" + cause.getMessage()
                        + "); close every quote, and write a quote within a text twice",
                cause);
    }

    private static List<String> columns(String name, CSVRecord record) throws CorruptFileException {
        Set<String> seen = new HashSet<>();
        for (String column : record) {
            // Spreadsheets leave empty columns behind; nobody can ask for them.
            if (!column.isEmpty() && !seen.add(column)) {
                throw new CorruptFileException("a column may be named once, but the first row of " + name + " names '"
                        + column + "' twice; rename or remove one of the two");
            }
        }
        if (record.size() == 1 && record.get(0).matches(".*[;\t].*")) {
            throw new CorruptFileException("columns must be separated by commas, but the first row of " + name + " is '"
                    + record.get(0) + "'; save the table with commas");
        }
        return record.toList();
    }

    private static CorruptFileException fields(String name, CSVRecord record, int columns) {
        return new CorruptFileException("row " + record.getRecordNumber() + " of " + name + " has "
                + LeftOut.count(record.size(), "field") + ", but the table has "
                + LeftOut.count(columns, "column") + "; "
                + (record.size() > columns
                        ? "put texts with commas in quotes"
                        : "end the row with a comma for each value that it lacks"));
    }
}
