package dev.oar.message;

import dev.oar.config.Flat;
import dev.oar.config.Key;
import java.util.Optional;

/**
 * The fields of a form by which OpenAI's images API paints part of an image anew, beside its files, and this project's own for how it is
 * drawn.
 *
 * @param prompt a caption, or the name of a class of a model that draws from classes
 * @param model name of the model
 * @param n how many images
 * @param size {@code auto}: results are as large as the image
 * @param responseFormat {@code b64_json}
 * @param outputFormat {@code png}
 * @param outputCompression 100: a PNG loses nothing
 * @param quality {@code auto}
 * @param background {@code auto} or {@code opaque}
 * @param inputFidelity {@code high}: what the mask leaves out stays as it is
 * @param user tells clients of one address apart
 * @param stream whether the answer is a stream of events
 * @param partialImages how many partial images a stream shows, 0 .. 3
 * @param own how it is drawn
 */
public record ImageEditing(
        String prompt,
        Optional<String> model,
        Optional<Integer> n,
        Optional<String> size,
        @Key("response_format") Optional<String> responseFormat,
        @Key("output_format") Optional<String> outputFormat,
        @Key("output_compression") Optional<Integer> outputCompression,
        Optional<String> quality,
        Optional<String> background,
        @Key("input_fidelity") Optional<String> inputFidelity,
        Optional<String> user,
        Optional<Boolean> stream,
        @Key("partial_images") Optional<Integer> partialImages,
        @Flat OwnFields own) {
    /** What it has in common with drawing whole images. */
    public ImageGeneration generation() {
        return new ImageGeneration(
                prompt,
                model,
                n,
                size,
                responseFormat,
                outputFormat,
                outputCompression,
                quality,
                background,
                Optional.empty(),
                user,
                stream,
                partialImages,
                own);
    }
}
