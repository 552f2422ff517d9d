package dev.oar.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The names of numbered classes, which Hugging Face's {@code datasets} writes into the metadata of a parquet file. */
final class ClassLabels {
    private static final Logger LOG = LoggerFactory.getLogger(ClassLabels.class);
    private static final String KEY = "huggingface";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ClassLabels() {}

    /** The names of a column's classes in the order of their numbers; empty if the file gives none. */
    static List<String> of(Map<String, String> metadata, String column) {
        String text = metadata.get(KEY);
        if (text == null) {
            return List.of();
        }
        try {
            List<String> names = new ArrayList<>();
            for (JsonNode name : JSON.readTree(text)
                    .path("info")
                    .path("features")
                    .path(column)
                    .path("names")) {
                names.add(name.asString());
            }
            return names;
        } catch (JacksonException e) {
            LOG.debug("{} is no JSON", KEY, e);
            return List.of();
        }
    }
}
