package dev.oar.checkpoint;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How records stand in JSON files: keys in kebab case, and nothing is read that was not written so. */
public final class StrictJson {
    private StrictJson() {}

    /** A mapper by which no key may be unknown or null, and nothing but white space may follow a record. */
    public static JsonMapper.Builder mapper() {
        return JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** As {@link #mapper()}, and no key may be missing. */
    public static JsonMapper.Builder complete() {
        return mapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);
    }
}
