package dev.oar.data;

import dev.oar.checkpoint.BoundedFile;
import dev.oar.checkpoint.CorruptFileException;
import dev.oar.config.ConfigException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Lists the images of a folder that has a {@code metadata.csv}: UTF-8, comma-separated, the first row naming the columns, up to
 * {@value #MAX_BYTES} bytes (about a million rows).
 */
final class MetadataTable {
    static final String FILE_NAME = "metadata.csv";

    static final int MAX_BYTES = 128 << 20;

    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreEmptyLines(true)
            .setTrim(true)
            .get();

    private final Path root;
    private final Path file;
    private final ImageFolderConfig config;
    private final Map<String, Long> rowOfFile = new HashMap<>();
    private final FamilyNames families = new FamilyNames();

    private MetadataTable(Path root, ImageFolderConfig config) {
        this.root = root;
        this.file = root.resolve(FILE_NAME);
        this.config = config;
    }

    /** All images of the table, sorted by file name. */
    static List<FoundImage> list(Path root, ImageFolderConfig config) throws IOException {
        return new MetadataTable(root, config).read();
    }

    private List<FoundImage> read() throws IOException {
        List<FoundImage> rows = new ArrayList<>();
        byte[] bytes = BoundedFile.read(file, MAX_BYTES, "split the images into several sets or shorten the captions");
        try (BufferedReader reader = afterByteOrderMark(text(bytes));
                CSVParser parser = CSVParser.parse(reader, FORMAT)) {
            requireColumns(parser.getHeaderNames());
            for (CSVRecord row : parser) {
                rows.add(image(row));
            }
        } catch (UncheckedIOException | CharacterCodingException | CSVException | IllegalArgumentException e) {
            throw new CorruptFileException(
                    file + " is not a readable UTF-8 table with distinct column names (" + e.getMessage()
                            + "); write it anew",
                    e);
        }
        List<FoundImage> images = new ArrayList<>();
        for (FoundImage row : rows) {
            images.add(new FoundImage(
                    row.path(), row.fileName(), row.className(), row.caption(), families.family(row.group())));
        }
        images.sort(Comparator.comparing(FoundImage::fileName));
        return images;
    }

    private static BufferedReader text(byte[] bytes) {
        // A decoder of its own refuses what is not UTF-8; the charset alone would put replacement characters there.
        return new BufferedReader(
                new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder()));
    }

    /** Spreadsheets put a byte order mark before UTF-8 text; it is no part of the first column's name. */
    private static BufferedReader afterByteOrderMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
        return reader;
    }

    private void requireColumns(List<String> columns) {
        requireColumn(columns, "file-name-column", config.fileNameColumn(), "");
        requireColumn(columns, "class-column", config.classColumn(), ImageFolderConfig.DEFAULT_CLASS_COLUMN);
        requireColumn(columns, "caption-column", config.captionColumn(), ImageFolderConfig.DEFAULT_CAPTION_COLUMN);
        requireColumn(columns, "group-column", config.groupColumn(), ImageFolderConfig.DEFAULT_GROUP_COLUMN);
        if (config.groupKeyColumn().isPresent()) {
            requireColumn(columns, "group-key-column", config.groupKeyColumn().get(), "");
        }
    }

    /** A column may be missing only if the recipe leaves its name at the default. */
    private void requireColumn(List<String> columns, String key, String name, String mayBeMissing) {
        if (!columns.contains(name) && !name.equals(mayBeMissing)) {
            throw new ConfigException("the recipe's " + key + " is '" + name + "', but " + file
                    + " has only the columns " + columns + "; name one of these");
        }
    }

    private FoundImage image(CSVRecord row) throws CorruptFileException {
        if (!row.isConsistent()) {
            throw new CorruptFileException(place(row) + " has " + row.size() + " fields, but the table has "
                    + row.getParser().getHeaderNames().size() + " columns; put texts with commas in quotes");
        }
        String given = row.get(config.fileNameColumn());
        Path path = path(row, given);
        String fileName = ClassFolders.name(root.relativize(path));
        Long earlier = rowOfFile.putIfAbsent(fileName, number(row));
        if (earlier != null) {
            throw new CorruptFileException(
                    place(row) + " names " + given + " again after row " + earlier + "; keep one of the rows");
        }
        if (!Files.isRegularFile(path)) {
            throw new CorruptFileException(place(row) + " names the image '" + given
                    + "', but there is no such file; add the file or take the row out");
        }
        String key = families.key(config.groupKeyColumn().map(row::get).orElse(""), fileName);
        families.tie(key, value(row, config.groupColumn()));
        return new FoundImage(path, fileName, className(row, fileName), value(row, config.captionColumn()), key);
    }

    private Path path(CSVRecord row, String given) throws CorruptFileException {
        try {
            Path path = root.resolve(given).normalize();
            if (!given.isEmpty() && path.startsWith(root) && !path.equals(root)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Said below, as for every other name that leads nowhere.
        }
        throw new CorruptFileException(
                place(row) + " must name a file below " + root + ", but names '" + given + "'; write a relative path");
    }

    private String className(CSVRecord row, String fileName) throws CorruptFileException {
        int slash = fileName.indexOf('/');
        String folder = slash < 0 ? "" : fileName.substring(0, slash);
        String name = row.isMapped(config.classColumn()) ? row.get(config.classColumn()) : folder;
        if (name.isEmpty()) {
            throw new CorruptFileException(place(row) + " gives " + fileName + " no class, neither by a column '"
                    + config.classColumn() + "' nor by a folder; add one of them");
        }
        return name;
    }

    private String place(CSVRecord row) {
        return "row " + number(row) + " of " + file;
    }

    /** As a spreadsheet counts, the column names being row 1. */
    private static long number(CSVRecord row) {
        return row.getRecordNumber() + 1;
    }

    private static String value(CSVRecord row, String column) {
        return row.isMapped(column) ? row.get(column) : "";
    }
}
