package dev.oar.layout;

import dev.oar.file.CorruptFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.InflaterInputStream;

/**
 * Reads {@code meta.mat} of ImageNet's development kit: a MATLAB file of version 5 whose variable {@code synsets}, an array of structures, has
 * the fields {@code ILSVRC2012_ID} and {@code WNID} (MathWorks, "MAT-File Format", level 5).
 */
final class DevelopmentKit {
    private static final int HEADER = 128;
    private static final int MOST_BYTES = 64 << 20;
    private static final String VARIABLE = "synsets";
    private static final String NUMBER = "ILSVRC2012_ID";
    private static final String WORDNET_ID = "WNID";

    /** Types of elements. */
    private static final int INT8 = 1;

    private static final int UINT8 = 2;
    private static final int INT16 = 3;
    private static final int UINT16 = 4;
    private static final int INT32 = 5;
    private static final int UINT32 = 6;
    private static final int SINGLE = 7;
    private static final int DOUBLE = 9;
    private static final int MATRIX = 14;
    private static final int COMPRESSED = 15;
    private static final int UTF8 = 16;

    private static final int STRUCTURE_CLASS = 2;

    private DevelopmentKit() {}

    /** An element: what kind of data, and the data. */
    private record Element(int type, ByteBuffer data) {}

    /**
     * The WordNet id of each class, by its number in the kit.
     *
     * @param name the file, for errors
     * @throws CorruptFileException if it is no such file
     */
    static Map<Integer, String> wordNetIds(byte[] bytes, String name) throws CorruptFileException {
        try {
            Optional<Map<Integer, String>> ids = read(bytes);
            if (ids.isPresent()) {
                return ids.get();
            }
        } catch (IOException | BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CorruptFileException(sentence(name), e);
        }
        throw new CorruptFileException(sentence(name));
    }

    private static String sentence(String name) {
        return name + " must be the development kit's MATLAB file (version 5) with the structures " + VARIABLE + " of "
                + NUMBER + " and " + WORDNET_ID + ", but is not; unpack the kit anew";
    }

    private static Optional<Map<Integer, String>> read(byte[] bytes) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(order(bytes));
        file.position(HEADER);
        while (file.remaining() >= 8) {
            Element element = next(file);
            if (element.type() == COMPRESSED) {
                element = next(inflated(element.data()));
            }
            if (element.type() == MATRIX) {
                Optional<Map<Integer, String>> ids = synsets(element.data());
                if (ids.isPresent()) {
                    return ids;
                }
            }
        }
        return Optional.empty();
    }

    /** The letters at the end of the header are MI, or IM where the machine that wrote it has its bytes the other way. */
    private static ByteOrder order(byte[] bytes) {
        if (bytes.length < HEADER) {
            throw new IllegalArgumentException("no header");
        }
        return bytes[HEADER - 2] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    private static ByteBuffer inflated(ByteBuffer data) throws IOException {
        byte[] packed = new byte[data.remaining()];
        data.get(packed);
        try (InflaterInputStream stream = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            return ByteBuffer.wrap(stream.readNBytes(MOST_BYTES)).order(data.order());
        }
    }

    /** The next element, whose data begins on a multiple of 8 bytes; small ones have their data within the tag. */
    private static Element next(ByteBuffer from) {
        int start = from.position();
        int tag = from.getInt();
        if (tag >>> 16 != 0) {
            Element small = new Element(tag & 0xFFFF, part(from, tag >>> 16));
            from.position(start + 8);
            return small;
        }
        int size = from.getInt();
        Element element = new Element(tag, part(from, size));
        int padded = tag == COMPRESSED ? size : (size + 7) / 8 * 8;
        from.position(Math.min(from.limit(), start + 8 + padded));
        return element;
    }

    private static ByteBuffer part(ByteBuffer from, int size) {
        return from.slice(from.position(), size).order(from.order());
    }

    private static Optional<Map<Integer, String>> synsets(ByteBuffer matrix) {
        boolean structure = (next(matrix).data().getInt() & 0xFF) == STRUCTURE_CLASS;
        Element dimensions = next(matrix);
        String name = text(next(matrix));
        if (!structure || !name.equals(VARIABLE)) {
            return Optional.empty();
        }
        int count = 1;
        while (dimensions.data().hasRemaining()) {
            count = Math.multiplyExact(count, dimensions.data().getInt());
        }
        int longest = next(matrix).data().getInt();
        List<String> fields = fields(next(matrix).data(), longest);
        int number = fields.indexOf(NUMBER);
        int wordNetId = fields.indexOf(WORDNET_ID);
        if (number < 0 || wordNetId < 0) {
            return Optional.empty();
        }
        Map<Integer, String> ids = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Element[] values = new Element[fields.size()];
            Arrays.setAll(values, field -> next(matrix));
            ids.put((int) number(content(values[number])), text(content(values[wordNetId])));
        }
        return Optional.of(ids);
    }

    private static List<String> fields(ByteBuffer names, int longest) {
        List<String> fields = new ArrayList<>();
        while (names.remaining() >= longest) {
            byte[] name = new byte[longest];
            names.get(name);
            fields.add(new String(name, StandardCharsets.US_ASCII).replace("\0", ""));
        }
        return fields;
    }

    /** What an array holds, behind its flags, dimensions and name. */
    private static Element content(Element array) {
        ByteBuffer data = array.data();
        for (int header = 0; header < 3; header++) {
            next(data);
        }
        return next(data);
    }

    private static double number(Element element) {
        ByteBuffer data = element.data();
        return switch (element.type()) {
            case INT8, UINT8 -> data.get() & 0xFF;
            case INT16, UINT16 -> data.getShort() & 0xFFFF;
            case INT32, UINT32 -> data.getInt();
            case SINGLE -> data.getFloat();
            case DOUBLE -> data.getDouble();
            default -> throw new IllegalArgumentException("no number");
        };
    }

    private static String text(Element element) {
        ByteBuffer data = element.data();
        StringBuilder text = new StringBuilder();
        while (data.hasRemaining()) {
            text.append(
                    switch (element.type()) {
                        case INT8, UINT8, UTF8 -> (char) (data.get() & 0xFF);
                        case UINT16 -> (char) data.getShort();
                        default -> throw new IllegalArgumentException("no text");
                    });
        }
        return text.toString();
    }
}
