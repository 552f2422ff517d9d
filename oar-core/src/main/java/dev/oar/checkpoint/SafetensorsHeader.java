package dev.oar.checkpoint;

import dev.oar.checkpoint.Safetensors.Entry;
import dev.oar.file.CorruptFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the header of a safetensors file and checks all it says before anything is allocated by it. The only memory that
 * depends on the file is that of the header itself, which must be there in full and of at most {@link #LONGEST} bytes.
 */
final class SafetensorsHeader {
    /** The limit of the reference implementation, in bytes. */
    static final long LONGEST = 100_000_000;

    private static final int MOST_DIMENSIONS = 64;
    private static final JsonFactory JSON = new JsonFactory();

    private final Damage damage;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final long dataStart;
    private final long fileSize;

    private SafetensorsHeader(Damage damage, long dataStart, long fileSize) {
        this.damage = damage;
        this.dataStart = dataStart;
        this.fileSize = fileSize;
    }

    /**
     * Reads and checks a header.
     *
     * @param fileSize bytes of the whole file
     * @throws CorruptFileException if anything in it is not as the format wants it
     */
    static SafetensorsHeader read(Path path, ByteSource source, long fileSize) throws IOException {
        Damage damage = new Damage(path, "safetensors file");
        if (fileSize < Long.BYTES + 2) {
            throw damage.found(
                    "it must begin with 8 bytes of header length and a header, but has only " + fileSize + " bytes");
        }
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        source.readFully(path, length, 0);
        long headerLength = length.getLong(0);
        long most = Math.min(LONGEST, fileSize - Long.BYTES);
        if (headerLength < 2 || headerLength > most) {
            throw damage.found("its header must have from 2 to " + most + " bytes, but claims " + headerLength);
        }
        byte[] json = new byte[(int) headerLength];
        source.readFully(path, ByteBuffer.wrap(json), Long.BYTES);
        SafetensorsHeader header = new SafetensorsHeader(damage, Long.BYTES + headerLength, fileSize);
        header.parse(json);
        header.checkPlaces();
        return header;
    }

    /** Where the first tensor may begin, counted from the beginning of the file. */
    long dataStart() {
        return dataStart;
    }

    /** Bytes of the whole file when its header was read. */
    long fileSize() {
        return fileSize;
    }

    Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    private void parse(byte[] json) throws CorruptFileException {
        if (json[0] != '{') {
            throw corrupt("its header must begin with '{', but begins with byte " + (json[0] & 0xff));
        }
        // A reader of this kind, unlike a decoding by String, refuses bytes that are not UTF-8.
        Reader text = new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(Safetensors.METADATA_KEY)) {
                    parseMetadata(parser);
                } else if (entries.put(name, parseEntry(parser, name)) != null) {
                    throw corrupt("its header must name a tensor once, but names '" + name + "' twice");
                }
            }
            if (parser.nextToken() != null) {
                throw corrupt("its header must be one JSON object, but another value follows it");
            }
        } catch (JacksonException e) {
            boolean encoding = e.getCause() instanceof CharacterCodingException;
            throw damage.found(
                    "its header must be JSON in UTF-8, but "
                            + (encoding ? "is not UTF-8" : "cannot be read (" + e.getOriginalMessage() + ")"),
                    e);
        }
    }

    private void parseMetadata(JsonParser parser) throws CorruptFileException {
        expect(parser, JsonToken.START_OBJECT, "an object as " + Safetensors.METADATA_KEY);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            expect(parser, JsonToken.VALUE_STRING, "text as metadata '" + key + "'");
            if (metadata.put(key, parser.getString()) != null) {
                throw corrupt("its header must name metadata once, but names '" + key + "' twice");
            }
        }
    }

    private Entry parseEntry(JsonParser parser, String name) throws CorruptFileException {
        expect(parser, JsonToken.START_OBJECT, "an object for tensor '" + name + "'");
        @Nullable String type = null;
        long @Nullable [] shape = null;
        long @Nullable [] offsets = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("dtype") && type == null) {
                expect(parser, JsonToken.VALUE_STRING, "text as dtype of '" + name + "'");
                type = parser.getString();
            } else if (field.equals("shape") && shape == null) {
                shape = parseSizes(parser, "shape of '" + name + "'", MOST_DIMENSIONS);
            } else if (field.equals("data_offsets") && offsets == null) {
                offsets = parseSizes(parser, "data_offsets of '" + name + "'", 2);
            } else {
                throw corrupt("its header must give dtype, shape and data_offsets of '" + name
                        + "' and each once, but gives '" + field + "' beside or again");
            }
        }
        if (type == null || shape == null || offsets == null || offsets.length != 2) {
            throw corrupt("its header must give a dtype, a shape and two data_offsets of '" + name + "', but does not");
        }
        Entry entry = new Entry(type, shape, offsets[0], offsets[1]);
        checkSize(name, entry);
        return entry;
    }

    private long[] parseSizes(JsonParser parser, String what, int most) throws CorruptFileException {
        expect(parser, JsonToken.START_ARRAY, "a list as " + what);
        long[] sizes = new long[most];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser, JsonToken.VALUE_NUMBER_INT, "whole numbers in " + what);
            if (count == most) {
                throw corrupt("its header must have at most " + most + " numbers as " + what + ", but has more");
            }
            sizes[count] = parser.getLongValue();
            if (sizes[count] < 0) {
                throw corrupt("its header must have no negative " + what + ", but has " + sizes[count]);
            }
            count++;
        }
        return Arrays.copyOf(sizes, count);
    }

    /** The type must be known, and type and shape must need as many bytes as the offsets span. */
    private void checkSize(String name, Entry entry) throws CorruptFileException {
        ElementType type = ElementType.named(entry.type())
                .orElseThrow(() -> corrupt("tensors must be of a type among " + ElementType.names() + ", but '" + name
                        + "' is of type '" + entry.type() + "'"));
        long bytes = type.bytes();
        try {
            // Even where one size is 0, the product of the others must not overflow: LibTorch computes strides by it.
            for (long size : entry.shape()) {
                bytes = Math.multiplyExact(bytes, Math.max(1, size));
            }
        } catch (ArithmeticException e) {
            throw corrupt("tensor '" + name + "' must have less than 2^63 bytes, but has shape "
                    + Arrays.toString(entry.shape()));
        }
        if (Arrays.stream(entry.shape()).anyMatch(size -> size == 0)) {
            bytes = 0;
        }
        if (entry.end() < entry.begin() || entry.end() - entry.begin() != bytes) {
            throw corrupt("tensor '" + name + "' of type " + type + " and shape " + Arrays.toString(entry.shape())
                    + " must span " + bytes + " bytes, but stands from byte " + entry.begin() + " to " + entry.end());
        }
    }

    /** The tensors must fill the rest of the file without hole or overlap. */
    private void checkPlaces() throws CorruptFileException {
        long dataLength = fileSize - dataStart;
        List<Map.Entry<String, Entry>> places = new ArrayList<>(entries.entrySet());
        places.sort(Comparator.comparingLong(
                        (Map.Entry<String, Entry> place) -> place.getValue().begin())
                .thenComparingLong(place -> place.getValue().end()));
        long end = 0;
        for (Map.Entry<String, Entry> place : places) {
            if (place.getValue().begin() != end) {
                throw corrupt("its tensors must follow one another without hole or overlap, but '" + place.getKey()
                        + "' begins at byte " + place.getValue().begin() + " and the one before it ends at " + end);
            }
            end = place.getValue().end();
        }
        if (end != dataLength) {
            throw corrupt("its tensors must fill the " + dataLength + " bytes behind the header, but span " + end);
        }
    }

    private void expect(JsonParser parser, JsonToken wanted, String what) throws CorruptFileException {
        if (parser.currentToken() != wanted) {
            throw corrupt("its header must have " + what + ", but has " + parser.currentToken());
        }
    }

    private CorruptFileException corrupt(String finding) {
        return damage.found(finding);
    }
}
