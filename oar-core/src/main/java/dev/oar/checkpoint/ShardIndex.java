package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What the index of a sharded safetensors file says: which file holds which tensor, and plain facts beside. */
record ShardIndex(Map<String, String> fileOfTensor, Map<String, String> metadata) {
    private static final long LONGEST = 1L << 24;
    private static final String WEIGHT_MAP = "weight_map";
    private static final String METADATA = "metadata";
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads an index.
     *
     * @throws CorruptFileException if it is no JSON object with a map of tensors to files
     */
    static ShardIndex read(Damage damage, ByteSource source, long fileSize) throws IOException {
        if (fileSize > LONGEST) {
            throw damage.found("it must have at most " + LONGEST + " bytes, but has " + fileSize);
        }
        byte[] json = new byte[(int) fileSize];
        source.readFully(damage.path(), ByteBuffer.wrap(json), 0);
        // A reader of this kind, unlike a decoding by String, refuses bytes that are not UTF-8.
        Reader text = new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            ShardIndex index = new ShardIndex(new LinkedHashMap<>(), new LinkedHashMap<>());
            index.parse(damage, parser);
            return index;
        } catch (JacksonException e) {
            throw damage.found("it must be JSON in UTF-8, but cannot be read (" + e.getOriginalMessage() + ")", e);
        }
    }

    private void parse(Damage damage, JsonParser parser) throws CorruptFileException {
        expect(damage, parser.nextToken(), JsonToken.START_OBJECT, "one object");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String section = parser.currentName();
            JsonToken begin = parser.nextToken();
            if (section.equals(WEIGHT_MAP)) {
                expect(damage, begin, JsonToken.START_OBJECT, "an object as " + WEIGHT_MAP);
                parseFiles(damage, parser);
            } else if (section.equals(METADATA) && begin == JsonToken.START_OBJECT) {
                parseMetadata(damage, parser);
            } else {
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw damage.found("it must be one JSON object, but another value follows it");
        }
        if (fileOfTensor.isEmpty()) {
            throw damage.found("it must say under " + WEIGHT_MAP + " which file holds which tensor, but does not");
        }
    }

    private void parseFiles(Damage damage, JsonParser parser) throws CorruptFileException {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String tensor = parser.currentName();
            expect(damage, parser.nextToken(), JsonToken.VALUE_STRING, "a file for tensor '" + tensor + "'");
            if (fileOfTensor.put(tensor, parser.getString()) != null) {
                throw damage.found("it must name a tensor once, but names '" + tensor + "' twice");
            }
        }
    }

    private void parseMetadata(Damage damage, JsonParser parser) throws CorruptFileException {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value != null && value.isScalarValue()) {
                if (metadata.put(key, parser.getString()) != null) {
                    throw damage.found("it must name metadata once, but names '" + key + "' twice");
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void expect(Damage damage, JsonToken token, JsonToken wanted, String what)
            throws CorruptFileException {
        if (token != wanted) {
            throw damage.found("it must have " + what + ", but has " + token);
        }
    }
}
