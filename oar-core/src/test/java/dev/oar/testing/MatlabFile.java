package dev.oar.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;

/** Writes MATLAB files of version 5 such as that of ImageNet's development kit, by the published description of the format. */
public final class MatlabFile {
    private static final int FIELD = 16;

    private MatlabFile() {}

    /** A file whose variable {@code synsets} has the number, the WordNet id and the words of each class, behind another variable. */
    public static byte[] ofSynsets(Map<Integer, String> ids, boolean compressed) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] header = new byte[128];
        byte[] text = "MATLAB 5.0 MAT-file".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, 0, text.length);
        header[125] = 1;
        header[126] = 'I';
        header[127] = 'M';
        file.write(header);
        for (byte[] variable : List.of(number("other", 7), synsets(ids))) {
            file.write(compressed ? compressed(variable) : variable);
        }
        return file.toByteArray();
    }

    private static byte[] synsets(Map<Integer, String> ids) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(head(2, "synsets", ids.size(), 1));
        content.write(element(5, ints(FIELD)));
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        for (String field : List.of("ILSVRC2012_ID", "WNID", "words")) {
            byte[] name = new byte[FIELD];
            byte[] letters = field.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(letters, 0, name, 0, letters.length);
            names.write(name);
        }
        content.write(element(1, names.toByteArray()));
        for (Map.Entry<Integer, String> id : ids.entrySet()) {
            content.write(number("", id.getKey()));
            content.write(text(id.getValue()));
            content.write(text("some, words"));
        }
        return element(14, content.toByteArray());
    }

    private static byte[] number(String name, int value) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(head(6, name, 1, 1));
        // MATLAB stores whole numbers in the smallest type that holds them.
        content.write(
                value < 256
                        ? element(2, new byte[] {(byte) value})
                        : element(4, new byte[] {(byte) value, (byte) (value >> 8)}));
        return element(14, content.toByteArray());
    }

    private static byte[] text(String value) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(head(4, "", 1, value.length()));
        content.write(element(4, value.getBytes(StandardCharsets.UTF_16LE)));
        return element(14, content.toByteArray());
    }

    private static byte[] head(int arrayClass, String name, int... dimensions) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(element(6, ints(arrayClass, 0)));
        head.write(element(5, ints(dimensions)));
        head.write(element(1, name.getBytes(StandardCharsets.US_ASCII)));
        return head.toByteArray();
    }

    private static byte[] compressed(byte[] element) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(element);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(ints(15, packed.size()));
        whole.write(packed.toByteArray());
        return whole.toByteArray();
    }

    /** An element; up to four bytes of data lie within the tag. */
    private static byte[] element(int type, byte[] data) {
        if (data.length > 0 && data.length <= 4) {
            return ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(data.length << 16 | type)
                    .put(data)
                    .array();
        }
        return ByteBuffer.allocate(8 + (data.length + 7) / 8 * 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }
}
