package dev.oar.message;

import dev.oar.config.Flat;
import dev.oar.config.Key;
import java.util.Optional;

/**
 * What OpenAI's images API takes for drawing images, and this project's own fields for how they are drawn.
 *
 * @param prompt a caption, or the name of a class of a model that draws from classes
 * @param model name of the model
 * @param n how many images
 * @param size {@code auto}, or width and height of the model's images, such as {@code 256x256}
 * @param responseFormat {@code b64_json}
 * @param outputFormat {@code png}
 * @param outputCompression 100: a PNG loses nothing
 * @param quality {@code auto}
 * @param background {@code auto} or {@code opaque}
 * @param moderation {@code auto}
 * @param user tells clients of one address apart
 * @param stream whether the answer is a stream of events
 * @param partialImages how many partial images a stream shows, 0 .. 3
 * @param own how they are drawn
 */
public record ImageGeneration(
        String prompt,
        Optional<String> model,
        Optional<Integer> n,
        Optional<String> size,
        @Key("response_format") Optional<String> responseFormat,
        @Key("output_format") Optional<String> outputFormat,
        @Key("output_compression") Optional<Integer> outputCompression,
        Optional<String> quality,
        Optional<String> background,
        Optional<String> moderation,
        Optional<String> user,
        Optional<Boolean> stream,
        @Key("partial_images") Optional<Integer> partialImages,
        @Flat OwnFields own) {}
