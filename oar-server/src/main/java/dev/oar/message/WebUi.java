package dev.oar.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.oar.config.Flat;
import dev.oar.config.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the API of the Stable Diffusion web UI takes and answers, as far as it has a meaning here. */
public final class WebUi {
    private WebUi() {}

    /**
     * What both ways of drawing have in common.
     *
     * @param prompt a caption, or the name of a class of a model that draws from classes
     * @param negativePrompt what images shall not show, of a model that draws from captions
     * @param seed -1: the server chooses one
     * @param steps steps to draw an image in; more than there are cells are one cell a step
     * @param guidance classifier-free guidance
     * @param batchSize images drawn together
     * @param batches how many times that many
     * @param width of images, in pixels
     * @param height of images, in pixels
     * @param sendImages true: the answer holds the images
     * @param saveImages false: the server keeps no files
     */
    public record Settings(
            Optional<String> prompt,
            @Key("negative_prompt") Optional<String> negativePrompt,
            Optional<Long> seed,
            Optional<Integer> steps,
            @Key("cfg_scale") Optional<Double> guidance,
            @Key("batch_size") Optional<Integer> batchSize,
            @Key("n_iter") Optional<Integer> batches,
            Optional<Integer> width,
            Optional<Integer> height,
            @Key("send_images") Optional<Boolean> sendImages,
            @Key("save_images") Optional<Boolean> saveImages) {}

    /** Draws images. */
    public record TextToImage(@Flat Settings settings) {}

    /**
     * Paints part of an image anew, or, without a mask, draws others like it.
     *
     * @param images one image in base64
     * @param mask as large as the image, in base64; what is white in it is painted anew
     * @param inverted 1: what is black in it is painted anew
     * @param blur width of the rim on which new pixels fade in
     * @param strength without a mask: the fraction of cells that are drawn anew
     */
    public record ImageToImage(
            @Key("init_images") List<String> images,
            Optional<String> mask,
            @Key("inpainting_mask_invert") Optional<Integer> inverted,
            @Key("mask_blur") Optional<Integer> blur,
            @Key("denoising_strength") Optional<Double> strength,
            @Flat Settings settings) {}

    /** Asks for the settings of an image in base64. */
    public record PngInfoRequest(String image) {}

    /**
     * The images.
     *
     * @param images in base64
     * @param parameters what was asked for
     * @param info what was drawn, as JSON in a text
     */
    public record Images(List<String> images, Map<String, Object> parameters, String info) {}

    /** What was drawn. */
    public record Info(
            long seed,
            @JsonProperty("all_seeds") List<Long> seeds,
            @JsonProperty("infotexts") List<String> texts) {}

    /** The settings of an image. */
    public record PngInfoAnswer(String info, Map<String, String> items, Map<String, String> parameters) {}

    /**
     * How far the latest work is.
     *
     * @param progress 0 to 1; 0 if nothing is being drawn
     * @param eta seconds until the end, as far as they can be guessed
     * @param state the same in steps
     * @param image the image as it stands, in base64; absent if there is none
     */
    public record Progress(
            double progress,
            @JsonProperty("eta_relative") double eta,
            State state,
            @JsonProperty("current_image") Optional<String> image,
            Optional<String> textinfo) {}

    /** How far the latest work is, in steps. */
    public record State(
            boolean skipped,
            boolean interrupted,
            String job,
            @JsonProperty("job_count") int count,
            @JsonProperty("job_no") int number,
            @JsonProperty("sampling_step") int step,
            @JsonProperty("sampling_steps") int steps) {}
}
