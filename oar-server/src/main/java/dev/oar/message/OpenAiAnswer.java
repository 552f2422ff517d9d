package dev.oar.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What OpenAI's images API answers.
 *
 * @param created seconds since 1970
 * @param data the images
 * @param outputFormat {@code png}
 * @param background {@code opaque}
 * @param usage tokens
 */
public record OpenAiAnswer(
        long created,
        List<Image> data,
        @JsonProperty("output_format") String outputFormat,
        String background,
        Usage usage) {
    /** An image in base64. */
    public record Image(@JsonProperty("b64_json") String base64) {}

    /** How many tokens were read and drawn; the words of a prompt are not counted. */
    public record Usage(
            @JsonProperty("input_tokens") int inputTokens,
            @JsonProperty("input_tokens_details") Details details,
            @JsonProperty("output_tokens") int outputTokens,
            @JsonProperty("total_tokens") int totalTokens) {
        /** The same of this many drawn cells. */
        public static Usage of(int cells) {
            return new Usage(0, new Details(0, 0), cells, cells);
        }
    }

    /** The kinds of tokens that were read. */
    public record Details(
            @JsonProperty("image_tokens") int imageTokens,
            @JsonProperty("text_tokens") int textTokens) {}

    /** A partial image in a stream. */
    public record Partial(
            String type,
            @JsonProperty("b64_json") String base64,
            @JsonProperty("created_at") long created,
            String size,
            String quality,
            String background,
            @JsonProperty("output_format") String outputFormat,
            @JsonProperty("partial_image_index") int index) {}

    /** The image at the end of a stream. */
    public record Completed(
            String type,
            @JsonProperty("b64_json") String base64,
            @JsonProperty("created_at") long created,
            String size,
            String quality,
            String background,
            @JsonProperty("output_format") String outputFormat,
            Usage usage) {}
}
