package dev.oar.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the event files of a folder as TensorBoard does: what follows a start at a step replaces that step and later ones. */
public final class EventFileReader {
    private final List<Event> records = new ArrayList<>();

    private EventFileReader() {}

    /**
     * An event.
     *
     * @param step 0 where none is said
     * @param isStart whether a training begins or goes on at this step
     * @param scalars by tag
     * @param tags of all values, whatever their kind
     */
    public record Event(long step, boolean isStart, Map<String, Float> scalars, List<String> tags) {}

    private record Field(int number, long integer, byte[] bytes) {
        private List<Field> fields() {
            return EventFileReader.fields(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        }

        private String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** All events of a folder; checks the sums of all records but one cut short at the end of a file. */
    public static EventFileReader of(Path folder) throws IOException {
        EventFileReader reader = new EventFileReader();
        for (Path file : EventFile.in(folder)) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.remaining() >= 16 && bytes.remaining() >= 16 + bytes.getLong(bytes.position())) {
                byte[] length = new byte[8];
                bytes.get(bytes.position(), length);
                byte[] data = new byte[(int) bytes.getLong()];
                assertThat(bytes.getInt()).isEqualTo(RecordFrame.maskedCrc(length, length.length));
                bytes.get(data);
                assertThat(bytes.getInt()).isEqualTo(RecordFrame.maskedCrc(data, data.length));
                reader.records.add(record(new Field(0, 0, data)));
            }
        }
        return reader;
    }

    /** All events, in the order in which they were written. */
    public List<Event> records() {
        return records;
    }

    /** The values of a scalar that are shown, by step. */
    public Map<Long, Float> shown(String tag) {
        TreeMap<Long, Float> shown = new TreeMap<>();
        for (Event record : records) {
            if (record.isStart()) {
                shown.tailMap(record.step(), true).clear();
            }
            Float value = record.scalars().get(tag);
            if (value != null) {
                assertThat(shown.put(record.step(), value))
                        .as("%s of step %d stands there once", tag, record.step())
                        .isNull();
            }
        }
        return shown;
    }

    private static Event record(Field event) {
        long step = 0;
        boolean isStart = false;
        Map<String, Float> scalars = new TreeMap<>();
        List<String> tags = new ArrayList<>();
        for (Field field : event.fields()) {
            if (field.number() == 2) {
                step = field.integer();
            } else if (field.number() == 7) {
                isStart = field.fields().get(0).integer() == 1;
            } else if (field.number() == 5) {
                field.fields().forEach(value -> add(value, scalars, tags));
            }
        }
        return new Event(step, isStart, scalars, tags);
    }

    private static void add(Field value, Map<String, Float> scalars, List<String> tags) {
        List<Field> fields = value.fields();
        String tag = fields.get(0).text();
        tags.add(tag);
        for (Field field : fields) {
            if (field.number() == 2) {
                scalars.put(tag, Float.intBitsToFloat((int) field.integer()));
            }
        }
    }

    private static List<Field> fields(ByteBuffer from) {
        List<Field> fields = new ArrayList<>();
        while (from.hasRemaining()) {
            int key = (int) varint(from);
            int number = key >>> 3;
            switch (key & 7) {
                case 0 -> fields.add(new Field(number, varint(from), new byte[0]));
                case 1 -> fields.add(new Field(number, from.getLong(), new byte[0]));
                case 5 -> fields.add(new Field(number, from.getInt(), new byte[0]));
                case 2 -> {
                    byte[] bytes = new byte[(int) varint(from)];
                    from.get(bytes);
                    fields.add(new Field(number, 0, bytes));
                }
                default -> throw new AssertionError("wire type of key " + key);
            }
        }
        return fields;
    }

    private static long varint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = from.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
