package dev.oar.parquet;

import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CloseableIterator;
import dev.oar.data.WebDatasetWriter;
import dev.oar.file.CorruptFileException;
import dev.oar.image.ImageReader;
import dev.oar.layout.NamedSides;
import dev.oar.layout.TableColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * A set of images in parquet files, as the Hugging Face hub has them: a row an image, its file's bytes in a column. Parquet gives rows one after
 * the other, not any of them at once, so that a set is written as WebDataset shards before it is trained on.
 *
 * <p>Files that have {@code train} in their names, beside others with {@code test} or {@code validation}, are the split of the set. Columns that
 * hold numbers, words or truth values become what the json of a sample says.
 */
public final class ParquetImages {
    /** The field of an image's bytes in its structure. */
    static final String BYTES = "bytes";

    private static final String PATH = "path";
    private static final String ENDING = ".parquet";

    private final SortedMap<String, Path> files;
    private final Set<String> tested;
    private final ParquetColumns columns;
    private final List<String> labels;
    private final long rows;
    private int written;
    private int withoutClass;

    private ParquetImages(
            SortedMap<String, Path> files, Set<String> tested, ParquetColumns columns, List<String> labels, long rows) {
        this.files = files;
        this.tested = tested;
        this.columns = columns;
        this.labels = List.copyOf(labels);
        this.rows = rows;
    }

    /** Whether a path is a parquet file, or a folder that holds some. */
    public static boolean isParquet(Path path) throws IOException {
        return isFile(path) || Files.isDirectory(path) && !files(path).isEmpty();
    }

    /**
     * Looks at the schemas of a file, or of all files below a folder.
     *
     * @throws IllegalArgumentException if columns that are named or needed are not there
     * @throws CorruptFileException if a file is damaged, or has other columns than the first
     */
    public static ParquetImages open(Path path, ParquetColumns.Named named) throws IOException {
        SortedMap<String, Path> files = files(path);
        @Nullable MessageType schema = null;
        @Nullable ParquetColumns columns = null;
        List<String> labels = List.of();
        long rows = 0;
        for (Path file : files.values()) {
            try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
                MessageType found = reader.getFooter().getFileMetaData().getSchema();
                if (columns == null || schema == null) {
                    schema = found;
                    columns = ParquetColumns.of(found, named, file.toString());
                    Map<String, String> metadata =
                            reader.getFooter().getFileMetaData().getKeyValueMetaData();
                    labels = columns.className()
                            .map(column -> ClassLabels.of(metadata, column))
                            .orElse(List.of());
                } else if (!found.equals(schema)) {
                    throw new CorruptFileException("the files of a set have the same columns, but " + file + " has "
                            + names(found) + " and the first has " + names(schema) + "; export them apart");
                }
                rows += reader.getRecordCount();
            } catch (CorruptFileException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                if (e instanceof IllegalArgumentException) {
                    throw e;
                }
                throw damaged(file, e);
            }
        }
        if (columns == null) {
            throw new CorruptFileException(
                    "there must be .parquet files in " + path + ", but there are none; name another folder");
        }
        return new ParquetImages(files, NamedSides.tested(files.keySet(), path), columns, labels, rows);
    }

    /** Which columns hold what. */
    public ParquetColumns columns() {
        return columns;
    }

    /** How many rows there are. */
    public long rows() {
        return rows;
    }

    /** How many rows the last export left out because they have no class while there is a column of classes. */
    public int withoutClass() {
        return withoutClass;
    }

    /**
     * Writes the set as WebDataset shards, rows in their order.
     *
     * @param out a folder that is not there yet, or is empty
     * @param shardImages how many images a shard holds at most, at least 1
     * @param listener is told after each image how many are done; what it throws ends the work
     * @throws IOException in one sentence, if a row has no image, a file is damaged or writing fails
     */
    public WebDatasetWriter.Written export(Path out, int shardImages, IntConsumer listener) throws IOException {
        written = 0;
        withoutClass = 0;
        try (Rows training = new Rows(false);
                Rows test = new Rows(true)) {
            SortedMap<String, WebDatasetWriter.Samples> sides = new TreeMap<>(Comparator.reverseOrder());
            sides.put("train", training);
            sides.put("test", test);
            return WebDatasetWriter.write(sides, out, shardImages, listener);
        }
    }

    /** The samples of one side, file after file. */
    private final class Rows implements WebDatasetWriter.Samples, AutoCloseable {
        private final Deque<Map.Entry<String, Path>> left = new ArrayDeque<>();
        private @Nullable CloseableIterator<?> open;
        private String name = "";
        private long row;

        Rows(boolean test) {
            files.entrySet().stream()
                    .filter(file -> tested.contains(file.getKey()) == test)
                    .forEach(left::add);
        }

        @Override
        public Optional<WebDatasetWriter.Sample> next() throws IOException {
            while (true) {
                Optional<Map<?, ?>> values = nextRow();
                if (values.isEmpty()) {
                    return Optional.empty();
                }
                Optional<WebDatasetWriter.Sample> sample = sample(values.get());
                if (sample.isPresent()) {
                    return sample;
                }
                withoutClass++;
            }
        }

        private Optional<Map<?, ?>> nextRow() throws IOException {
            while (open != null || !left.isEmpty()) {
                try {
                    if (open == null) {
                        Map.Entry<String, Path> file = left.remove();
                        name = file.getKey();
                        row = 0;
                        open = new CarpetReader<>(file.getValue().toFile(), Map.class).iterator();
                    }
                    if (open.hasNext()) {
                        row++;
                        return Optional.of((Map<?, ?>) open.next());
                    }
                    close();
                } catch (RuntimeException e) {
                    throw damaged(Path.of(name), e);
                }
            }
            return Optional.empty();
        }

        private Optional<WebDatasetWriter.Sample> sample(Map<?, ?> values) throws IOException {
            OptionalInt classIndex = OptionalInt.empty();
            String className = "";
            if (columns.className().isPresent()) {
                @Nullable Object value = values.get(columns.className().get());
                if (value == null || value instanceof Number number && number.longValue() < 0) {
                    return Optional.empty();
                }
                className = value.toString();
                if (value instanceof Number number && !labels.isEmpty()) {
                    classIndex = OptionalInt.of(label(number.longValue()));
                    className = labels.get(classIndex.getAsInt());
                }
            }
            @Nullable Object image = values.get(columns.image());
            byte[] content = content(image);
            String caption =
                    columns.caption().map(values::get).map(Object::toString).orElse("");
            String fileName = fileName(image);
            String key = String.format(Locale.ROOT, "%08d", written++);
            return Optional.of(new WebDatasetWriter.Sample(
                    key, content, classIndex, caption.strip(), described(values, fileName, className)));
        }

        private int label(long number) throws IOException {
            if (number >= labels.size()) {
                throw new CorruptFileException("the classes of " + name + " are numbered below " + labels.size()
                        + ", but row " + row + " has " + number + "; name another --class-column");
            }
            return (int) number;
        }

        private byte[] content(@Nullable Object image) throws IOException {
            @Nullable Object bytes = image instanceof Map<?, ?> structure ? structure.get(BYTES) : image;
            if (!(bytes instanceof Binary binary)) {
                throw new CorruptFileException(
                        "every row has the bytes of its image in '" + columns.image() + "', but row "
                                + row + " of " + name
                                + " has none; files that it names elsewhere are not read, so put the images"
                                + " into the parquet files");
            }
            byte[] content = binary.getBytes();
            try {
                ImageReader.ending(content);
            } catch (IOException e) {
                throw new CorruptFileException("row " + row + " of " + name + ": " + e.getMessage(), e);
            }
            return content;
        }

        private String fileName(@Nullable Object image) {
            return image instanceof Map<?, ?> structure && structure.get(PATH) instanceof String path && !path.isBlank()
                    ? path
                    : name + " row " + row;
        }

        private Map<String, String> described(Map<?, ?> values, String fileName, String className) {
            Map<String, String> described = new LinkedHashMap<>();
            described.put(TableColumns.DEFAULT_FILE_NAME, fileName);
            if (!className.isEmpty()) {
                described.put(TableColumns.DEFAULT_CLASS, className);
            }
            values.forEach((column, value) -> {
                boolean scalar = value instanceof String || value instanceof Number || value instanceof Boolean;
                boolean told = columns.className().filter(column::equals).isPresent()
                        || columns.caption().filter(column::equals).isPresent();
                if (scalar && !told) {
                    described.putIfAbsent(String.valueOf(column), value.toString());
                }
            });
            return described;
        }

        @Override
        public void close() {
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    open = null;
                }
            }
        }
    }

    private static CorruptFileException damaged(Path file, Exception e) {
        return new CorruptFileException(
                file + " must be a whole parquet file, but cannot be read (" + e.getMessage() + "); fetch it anew", e);
    }

    private static List<String> names(MessageType schema) {
        return schema.getFields().stream().map(field -> field.getName()).toList();
    }

    private static boolean isFile(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(ENDING) && Files.isRegularFile(path);
    }

    /** The parquet files at or below a path, by their names in it. */
    private static SortedMap<String, Path> files(Path path) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        if (isFile(path)) {
            files.put(String.valueOf(path.getFileName()), path);
            return files;
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(path)) {
            all.filter(ParquetImages::isFile).forEach(found::add);
        }
        for (Path file : found) {
            files.put(path.relativize(file).toString().replace('\\', '/'), file);
        }
        return files;
    }
}
