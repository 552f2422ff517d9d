package dev.oar.tensorboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * An event file of TensorBoard: TFRecord frames, each around one {@code Event} message of TensorFlow's {@code event.proto}. TensorBoard takes all
 * event files of a folder for one run and reads them in the order of their names.
 *
 * <p>Every start of a training begins a file of its own, {@code events.out.tfevents.NUMBER.oar}. NUMBER is the time in seconds, or one more than that of the latest
 * file where that is greater, so that names are in the order of the starts whatever the clock says. The file begins with a {@code SessionLog} of status
 * {@code START} at the first step that follows; TensorBoard then forgets what earlier files say of that step and later ones, so that no step is shown twice when a training goes on from a
 * checkpoint.
 *
 * <p>An event reaches the file by one call: a kill leaves at most the last one cut short, which TensorBoard passes over.
 */
public final class EventFile {
    private static final String PREFIX = "events.out.tfevents.";
    private static final String SUFFIX = ".oar";
    private static final String VERSION = "brain.Event:2";
    private static final int DIGITS = 10;

    /** Fields of {@code Event}. */
    private static final int WALL_TIME = 1;

    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;

    /** The field {@code status} of {@code SessionLog}, and its value. */
    private static final int STATUS = 1;

    private static final int START = 1;

    /** The field {@code value} of {@code Summary}. */
    private static final int VALUE = 1;

    /** Fields of {@code Summary.Value}. */
    private static final int TAG = 1;

    private static final int SIMPLE_VALUE = 2;
    private static final int IMAGE = 4;
    private static final int TENSOR = 8;
    private static final int METADATA = 9;

    /** Fields of {@code SummaryMetadata} and of its {@code PluginData}, and a value of {@code DataClass}. */
    private static final int PLUGIN_DATA = 1;

    private static final int DATA_CLASS = 4;
    private static final int PLUGIN_NAME = 1;
    private static final int DATA_CLASS_TENSOR = 2;

    /** Fields of {@code TensorProto}, and a value of {@code DataType}. */
    private static final int DATA_TYPE = 1;

    private static final int TENSOR_SHAPE = 2;
    private static final int STRING_VALUE = 8;
    private static final int DATA_TYPE_STRING = 7;

    /** Fields of {@code Summary.Image}, and the number of colours that stands for RGB. */
    private static final int HEIGHT = 1;

    private static final int WIDTH = 2;
    private static final int COLOUR_SPACE = 3;
    private static final int ENCODED_IMAGE = 4;
    private static final int RGB = 3;

    private final Path path;
    private final LongSupplier milliseconds;
    private final boolean first;

    private EventFile(Path path, LongSupplier milliseconds, boolean first) {
        this.path = path;
        this.milliseconds = milliseconds;
        this.first = first;
    }

    /**
     * Begins a file.
     *
     * @param folder where it goes; made if missing
     * @param nextStep the first step whose figures follow
     * @throws IOException in one sentence, if it cannot be written
     */
    public static EventFile start(Path folder, long nextStep) throws IOException {
        return start(folder, nextStep, System::currentTimeMillis);
    }

    /** As the shorter form, by a clock that gives milliseconds since 1970. */
    static EventFile start(Path folder, long nextStep, LongSupplier milliseconds) throws IOException {
        EventFile file;
        try {
            Files.createDirectories(folder);
            List<Path> earlier = in(folder);
            long number = milliseconds.getAsLong() / 1000;
            if (!earlier.isEmpty()) {
                number = Math.max(number, number(earlier.get(earlier.size() - 1)) + 1);
            }
            Path path = folder.resolve(PREFIX + String.format(Locale.ROOT, "%0" + DIGITS + "d", number) + SUFFIX);
            file = new EventFile(path, milliseconds, earlier.isEmpty());
            Files.createFile(path);
        } catch (IOException e) {
            throw failure(folder, e);
        }
        file.append(
                file.event(0).text(FILE_VERSION, VERSION),
                file.event(nextStep).message(SESSION_LOG, new ProtocolMessage().integer(STATUS, START)));
        return file;
    }

    /** The event files of a folder that were written by this class, in the order in which they were begun. */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name(file).matches("events\\.out\\.tfevents\\.\\d{" + DIGITS + "}\\.oar"))
                    .sorted()
                    .toList();
        }
    }

    /** Whether no earlier file lay in the folder when this one was begun. */
    public boolean isFirst() {
        return first;
    }

    /**
     * Adds figures of a step, as float32.
     *
     * @param values by tag; what stands before the first slash of a tag is its group
     */
    public void scalars(long step, Map<String, Double> values) throws IOException {
        ProtocolMessage summary = new ProtocolMessage();
        values.forEach((tag, value) ->
                summary.message(VALUE, new ProtocolMessage().text(TAG, tag).float32(SIMPLE_VALUE, value.floatValue())));
        append(event(step).message(SUMMARY, summary));
    }

    /** Adds a text, which TensorBoard shows as Markdown. */
    public void text(long step, String tag, String markdown) throws IOException {
        ProtocolMessage metadata = new ProtocolMessage()
                .message(PLUGIN_DATA, new ProtocolMessage().text(PLUGIN_NAME, "text"))
                .integer(DATA_CLASS, DATA_CLASS_TENSOR);
        // A shape without dimensions is that of a single value.
        ProtocolMessage tensor = new ProtocolMessage()
                .integer(DATA_TYPE, DATA_TYPE_STRING)
                .message(TENSOR_SHAPE, new ProtocolMessage())
                .text(STRING_VALUE, markdown);
        value(step, new ProtocolMessage().text(TAG, tag).message(TENSOR, tensor).message(METADATA, metadata));
    }

    /**
     * Adds a picture.
     *
     * @param width in pixels
     * @param height in pixels
     * @param png the picture as a PNG file
     */
    public void image(long step, String tag, int width, int height, byte[] png) throws IOException {
        ProtocolMessage image = new ProtocolMessage()
                .integer(HEIGHT, height)
                .integer(WIDTH, width)
                .integer(COLOUR_SPACE, RGB)
                .bytes(ENCODED_IMAGE, png);
        value(step, new ProtocolMessage().text(TAG, tag).message(IMAGE, image));
    }

    private void value(long step, ProtocolMessage value) throws IOException {
        append(event(step).message(SUMMARY, new ProtocolMessage().message(VALUE, value)));
    }

    private ProtocolMessage event(long step) {
        ProtocolMessage event = new ProtocolMessage().float64(WALL_TIME, milliseconds.getAsLong() / 1e3);
        // A field that is not there is 0.
        return step == 0 ? event : event.integer(STEP, step);
    }

    private void append(ProtocolMessage... events) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (ProtocolMessage event : events) {
            records.writeBytes(RecordFrame.of(event.toBytes()));
        }
        try {
            Files.write(path, records.toByteArray(), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    private static IOException failure(Path path, IOException cause) {
        return new IOException(
                "event files for TensorBoard are written as training goes on, but " + path + " cannot be written ("
                        + cause + "); make room or the folder writable, or run again without --tensorboard",
                cause);
    }

    private static long number(Path file) {
        String name = name(file);
        return Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
