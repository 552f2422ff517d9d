package dev.oar.server;

import dev.oar.config.Require;
import dev.oar.message.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fields of the web UI's requests that say how diffusion models draw, or what else the web UI does, and have no meaning here. Its clients send
 * them all the same; they are taken where they ask for nothing.
 */
final class WebUiDefaults {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Says nothing as long as what it belongs to is off. */
    private static final List<String> ANY = List.of();

    private static final List<String> ZERO = List.of("0");
    private static final List<String> OFF = List.of("false");
    private static final List<String> NONE = List.of("[]", "{}", "", "None");

    /** What the web UI itself begins with, so that no user has chosen it. */
    private static final List<String> SAMPLERS = List.of("", "Euler", "Euler a", "DPM++ 2M", "Automatic");

    /** The values by which each field asks for nothing, as words. */
    private final Map<String, List<String>> fields;

    private WebUiDefaults(Map<String, List<String>> fields) {
        this.fields = fields;
    }

    private static Map<String, List<String>> both() {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        List.of("styles", "override_settings", "script_name", "script_args", "alwayson_scripts", "comments")
                .forEach(field -> fields.put(field, NONE));
        List.of("subseed_strength", "eta", "s_min_uncond", "s_churn", "s_tmin", "s_tmax")
                .forEach(field -> fields.put(field, ZERO));
        List.of("restore_faces", "tiling").forEach(field -> fields.put(field, OFF));
        List.of("sampler_name", "sampler_index").forEach(field -> fields.put(field, SAMPLERS));
        List.of("seed_resize_from_h", "seed_resize_from_w").forEach(field -> fields.put(field, List.of("-1", "0")));
        fields.put("scheduler", List.of("", "Automatic", "automatic"));
        fields.put("s_noise", List.of("1"));
        fields.put("refiner_checkpoint", NONE);
        List.of(
                        "subseed",
                        "refiner_switch_at",
                        "do_not_save_samples",
                        "do_not_save_grid",
                        "override_settings_restore_afterwards",
                        "disable_extra_networks")
                .forEach(field -> fields.put(field, ANY));
        return fields;
    }

    private static Map<String, List<String>> textToImage() {
        Map<String, List<String>> fields = both();
        fields.put("enable_hr", OFF);
        List.of(
                        "denoising_strength",
                        "firstphase_width",
                        "firstphase_height",
                        "hr_scale",
                        "hr_upscaler",
                        "hr_second_pass_steps",
                        "hr_resize_x",
                        "hr_resize_y",
                        "hr_checkpoint_name",
                        "hr_sampler_name",
                        "hr_scheduler",
                        "hr_prompt",
                        "hr_negative_prompt")
                .forEach(field -> fields.put(field, ANY));
        return fields;
    }

    private static Map<String, List<String>> imageToImage() {
        Map<String, List<String>> fields = both();
        fields.put("include_init_images", OFF);
        fields.put("inpainting_fill", List.of("0", "1"));
        fields.put("initial_noise_multiplier", List.of("0", "1"));
        fields.put("image_cfg_scale", List.of("0", "1.5"));
        List.of("mask_blur_x", "mask_blur_y").forEach(field -> fields.put(field, List.of("0", "4")));
        List.of("resize_mode", "inpaint_full_res", "inpaint_full_res_padding", "mask_round")
                .forEach(field -> fields.put(field, ANY));
        return fields;
    }

    /** Those of a request to draw. */
    static WebUiDefaults ofTextToImage() {
        return new WebUiDefaults(textToImage());
    }

    /** Those of a request to paint. */
    static WebUiDefaults ofImageToImage() {
        return new WebUiDefaults(imageToImage());
    }

    /** JSON schemas of the fields, for the OpenAPI document. */
    Map<String, Object> schemas() {
        Map<String, Object> schemas = new LinkedHashMap<>();
        fields.forEach((field, harmless) -> schemas.put(field, schema(harmless)));
        return schemas;
    }

    private static Map<String, Object> schema(List<String> harmless) {
        if (harmless.isEmpty()) {
            return Map.of("description", "Has no counterpart here; anything is taken, and means nothing.");
        }
        List<JsonNode> values = new ArrayList<>();
        harmless.forEach(word -> values.add(value(word)));
        values.add(MAPPER.nullNode());
        return Map.of("description", "Has no counterpart here; taken where it asks for nothing.", "enum", values);
    }

    /** The value that a word stands for: a number, a truth value, a list or an object if it is one in JSON, else the word. */
    private static JsonNode value(String word) {
        try {
            JsonNode value = MAPPER.readTree(word);
            return value.isMissingNode() ? MAPPER.getNodeFactory().stringNode(word) : value;
        } catch (JacksonException e) {
            return MAPPER.getNodeFactory().stringNode(word);
        }
    }

    /** A request without the fields. */
    byte[] without(byte[] json) {
        JsonNode read;
        try {
            read = MAPPER.readTree(json);
        } catch (JacksonException e) {
            // Whoever reads it next says what is wrong with it.
            return json;
        }
        if (!(read instanceof ObjectNode request)) {
            return json;
        }
        fields.forEach((field, harmless) -> {
            JsonNode value = request.remove(field);
            Require.that(
                    value == null || value.isNull() || harmless.isEmpty() || harmless.contains(word(value)),
                    "%s has no counterpart here and is taken as %s alone, but is %s; change it, or leave it out",
                    field,
                    String.join(
                            " or ",
                            harmless.stream()
                                    .map(word -> word.isEmpty() ? "an empty text" : word)
                                    .toList()),
                    shortened(value));
        });
        return Json.bytes(request);
    }

    private static String word(JsonNode value) {
        if (value.isNumber()) {
            double number = value.asDouble();
            return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
        }
        return value.isString() ? value.asString() : value.toString();
    }

    private static String shortened(JsonNode value) {
        String text = String.valueOf(value);
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
