package dev.oar.text;

import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code tokenizer.json} (https://huggingface.co/docs/tokenizers) whose contents have been checked as far as the native library would
 * end the process over them: {@link TokenizerRules}. What else is wrong with it, the library says itself.
 *
 * @param path where it lies
 * @param text all of it
 * @param vocabularySize one more than the largest id that it can give
 * @param paddingId the id that fills up rows, if the file or one beside it names it
 */
record TokenizerFile(Path path, String text, int vocabularySize, OptionalInt paddingId) {
    private static final int LARGEST = 64 << 20;
    private static final int LARGEST_VOCABULARY = 1 << 24;
    private static final String PAD_TOKEN = "pad_token";

    /** The files that may name the padding token, in the order in which they are asked. */
    private static final List<String> BESIDE = List.of("tokenizer_config.json", "special_tokens_map.json");

    /** A key that stands twice would be read by one value here and by another there. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads and checks a file.
     *
     * @throws CorruptFileException if it is damaged, or of a kind that is not known
     */
    static TokenizerFile read(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new CorruptFileException("a text tokenizer is a file tokenizer.json, but there is no file " + path
                    + "; name that file or its folder");
        }
        String text = BoundedFile.text(path, LARGEST, "name the tokenizer.json of a text encoder");
        JsonNode root = parse(path, text);
        TokenizerRules.check(path, root);
        Map<String, Integer> ids = ids(path, root);
        int largest = ids.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        return new TokenizerFile(path, text, largest + 1, paddingId(path, root, ids));
    }

    static JsonNode parse(Path path, String text) throws CorruptFileException {
        try {
            JsonNode root = JSON.readTree(text);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (JacksonException e) {
            throw new CorruptFileException(
                    path + " must be JSON, but cannot be read (" + e.getOriginalMessage() + "); fetch it again", e);
        }
        throw new CorruptFileException(path + " must be a JSON object, but is something else; fetch it again");
    }

    /** All tokens by what they say. */
    private static Map<String, Integer> ids(Path path, JsonNode root) throws CorruptFileException {
        Map<String, Integer> ids = new HashMap<>();
        JsonNode vocabulary = root.path("model").path("vocab");
        if (vocabulary.isObject()) {
            for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
                ids.put(entry.getKey(), id(path, entry.getKey(), entry.getValue()));
            }
        } else {
            for (int i = 0; i < vocabulary.size(); i++) {
                ids.put(vocabulary.get(i).path(0).asString(""), i);
            }
        }
        List<JsonNode> added = new ArrayList<>();
        root.path("added_tokens").forEach(added::add);
        for (JsonNode token : added) {
            String content = token.path("content").asString("");
            ids.put(content, id(path, content, token.path("id")));
        }
        if (ids.isEmpty()) {
            throw new CorruptFileException(path + " must have tokens, but its vocabulary is empty; fetch it again");
        }
        return ids;
    }

    private static int id(Path path, String token, JsonNode id) throws CorruptFileException {
        if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0 || id.asInt() >= LARGEST_VOCABULARY) {
            throw new CorruptFileException(path + " must have ids in 0 .. " + (LARGEST_VOCABULARY - 1)
                    + ", but the token '" + TokenizerRules.shown(token) + "' has " + TokenizerRules.shown(id.toString())
                    + "; fetch it again");
        }
        return id.asInt();
    }

    private static OptionalInt paddingId(Path path, JsonNode root, Map<String, Integer> ids) throws IOException {
        for (String name : BESIDE) {
            Path file = path.resolveSibling(name);
            if (Files.isRegularFile(file)) {
                JsonNode token = parse(file, BoundedFile.text(file, LARGEST, "fetch it again"))
                        .path(PAD_TOKEN);
                JsonNode content = token.isObject() ? token.path("content") : token;
                if (content.isString()) {
                    return OptionalInt.of(padding(file, content.asString(), ids));
                }
            }
        }
        JsonNode id = root.path("padding").path("pad_id");
        return id.isMissingNode() || id.isNull() ? OptionalInt.empty() : OptionalInt.of(id(path, "padding", id));
    }

    private static int padding(Path file, String token, Map<String, Integer> ids) throws CorruptFileException {
        Integer id = ids.get(token);
        if (id == null) {
            throw new CorruptFileException(file + " must name a padding token of the vocabulary, but names '"
                    + TokenizerRules.shown(token) + "'; fetch it and tokenizer.json from one place");
        }
        return id;
    }
}
