package dev.oar.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a figure measures.
 *
 * @param name as it stands in tables, such as {@code FD (own features)}
 * @param lowerIsBetter whether a smaller value is the better one
 */
public record Metric(
        String name, @JsonProperty(required = true) boolean lowerIsBetter) {}
