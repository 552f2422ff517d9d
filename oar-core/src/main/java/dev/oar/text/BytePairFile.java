package dev.oar.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a {@link BytePairTokenizer} stands in a {@code tokenizer.json} of Hugging Face's format. */
final class BytePairFile {
    /** What is one word: letters, digits or other signs, with the space before them. */
    static final String WORD = " ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private BytePairFile() {}

    /** The file of a vocabulary and its merges. */
    static String text(Map<String, Integer> ids, List<BytePair> merges) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        model.put("fuse_unk", false);
        model.put("byte_fallback", false);
        model.put("ignore_merges", false);
        model.put("vocab", ids);
        model.put(
                "merges",
                merges.stream()
                        .map(pair -> List.of(pair.first(), pair.second()))
                        .toList());
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("version", "1.0");
        file.put("added_tokens", List.of());
        file.put("normalizer", sequence("normalizers", normalizers()));
        file.put("pre_tokenizer", sequence("pretokenizers", preTokenizers()));
        file.put("decoder", byteLevel());
        file.put("model", model);
        return JSON.writeValueAsString(file);
    }

    private static List<Map<String, Object>> normalizers() {
        return List.of(
                ordered("type", "NFC"),
                ordered("type", "Replace", "pattern", Map.of("Regex", "\\s+"), "content", " "),
                ordered("type", "Strip", "strip_left", true, "strip_right", true),
                ordered("type", "Lowercase"),
                ordered("type", "Prepend", "prepend", " "));
    }

    private static List<Map<String, Object>> preTokenizers() {
        return List.of(
                ordered("type", "Split", "pattern", Map.of("Regex", WORD), "behavior", "Isolated", "invert", false),
                byteLevel());
    }

    private static Map<String, Object> byteLevel() {
        return ordered("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", false);
    }

    private static Map<String, Object> sequence(String key, List<Map<String, Object>> parts) {
        return ordered("type", "Sequence", key, parts);
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /**
     * The merges of a file.
     *
     * @throws IllegalArgumentException if there are none, or not of two parts each
     */
    static List<BytePair> merges(String text) {
        try {
            JsonNode merges = JSON.readTree(text).path("model").path("merges");
            if (!merges.isArray()) {
                throw new IllegalArgumentException("it holds no model.merges");
            }
            List<BytePair> pairs = new ArrayList<>();
            for (JsonNode merge : merges) {
                if (merge.size() != 2
                        || !merge.path(0).isString()
                        || !merge.path(1).isString()) {
                    throw new IllegalArgumentException("merge " + pairs.size() + " is no pair of texts");
                }
                pairs.add(new BytePair(merge.path(0).asString(), merge.path(1).asString()));
            }
            return pairs;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is no JSON", e);
        }
    }
}
