package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A script of plain curl against a live server. */
@ExtendWith(NativeMemory.class)
class WebUiClientTests {
    private static final int SIDE = 8;

    @TempDir
    private Path folder;

    @Test
    void aScriptOfCurlDrawsPaintsWatchesAndInterrupts() throws Exception {
        Assumptions.assumeTrue(hasCurl(), "there is no curl here, which the script is made of");
        byte[] mask = new byte[3 * SIDE * SIDE];
        Arrays.fill(mask, 0, mask.length / 2, (byte) 255);
        Path work = Files.createDirectories(folder.resolve("work"));
        Files.writeString(
                work.resolve("mask.base64"),
                Base64.getEncoder().encodeToString(PngFile.encode(new RgbImage(SIDE, SIDE, mask))));
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            Process script = new ProcessBuilder(
                            "sh",
                            Path.of("src/test/resources/web-ui.sh")
                                    .toAbsolutePath()
                                    .toString(),
                            server.uri("").toString(),
                            work.toString())
                    .redirectErrorStream(true)
                    .start();
            String told = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(script.waitFor()).as(told).isZero();
        }
        RgbaImage drawn = read(work.resolve("drawn.png"));
        RgbaImage painted = read(work.resolve("painted.png"));
        int half = drawn.rgba().length / 2;
        assertThat(Arrays.equals(painted.rgba(), half, 2 * half, drawn.rgba(), half, 2 * half))
                .as("what the mask leaves out stays as it is")
                .isTrue();
        assertThat(painted.rgba()).isNotEqualTo(drawn.rgba());
    }

    /** What the web UI's clients send though nobody has asked for it. */
    private static final String USUAL =
            "\"prompt\": \"cats\", \"negative_prompt\": \"\", \"styles\": [], \"seed\": 5, \"subseed\": -1,"
                    + " \"subseed_strength\": 0, \"seed_resize_from_h\": -1, \"seed_resize_from_w\": -1, \"sampler_name\": \"Euler a\","
                    + " \"scheduler\": \"Automatic\", \"batch_size\": 1, \"n_iter\": 1, \"steps\": 20, \"cfg_scale\": 2.0, \"width\": 8,"
                    + " \"height\": 8, \"restore_faces\": false, \"tiling\": false, \"do_not_save_samples\": false,"
                    + " \"do_not_save_grid\": false, \"eta\": null, \"s_min_uncond\": 0.0, \"s_churn\": 0, \"s_tmax\": 0, \"s_tmin\": 0,"
                    + " \"s_noise\": 1.0, \"override_settings\": {}, \"override_settings_restore_afterwards\": true,"
                    + " \"refiner_checkpoint\": \"\", \"disable_extra_networks\": false, \"comments\": {}, \"script_name\": \"\","
                    + " \"script_args\": [], \"send_images\": true, \"save_images\": false, \"alwayson_scripts\": {},"
                    + " \"denoising_strength\": 0.75";

    @Test
    void fieldsWithoutCounterpartAreTakenWhereTheyAskForNothingAndRefusedByNameWhereNot() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            String text = "{" + USUAL
                    + ", \"enable_hr\": false, \"firstphase_width\": 0, \"hr_scale\": 2, \"hr_upscaler\": \"Latent\"}";
            LiveServer.Answer drawn = server.post("/sdapi/v1/txt2img", text);
            assertThat(drawn.status()).as(drawn.text()).isEqualTo(200);
            String image = drawn.json().get("images").get(0).asString();
            String painting =
                    "{" + USUAL + ", \"init_images\": [\"" + image + "\"], \"resize_mode\": 0, \"mask_blur_x\": 4,"
                            + " \"inpainting_fill\": 1, \"inpaint_full_res\": true, \"inpaint_full_res_padding\": 32,"
                            + " \"include_init_images\": false, \"initial_noise_multiplier\": 1}";
            LiveServer.Answer painted = server.post("/sdapi/v1/img2img", painting);
            assertThat(painted.status()).as(painted.text()).isEqualTo(200);
            Map<String, String> wrong = Map.of(
                    "\"sampler_name\": \"Euler a\"", "\"sampler_name\": \"UniPC\"",
                    "\"restore_faces\": false", "\"restore_faces\": true",
                    "\"alwayson_scripts\": {}", "\"alwayson_scripts\": {\"controlnet\": {}}",
                    "\"styles\": []", "\"styles\": [\"oil\"]",
                    "\"s_churn\": 0", "\"s_churn\": 0.5",
                    "\"enable_hr\": false", "\"enable_hr\": true");
            for (Map.Entry<String, String> each : wrong.entrySet()) {
                LiveServer.Answer refused =
                        server.post("/sdapi/v1/txt2img", text.replace(each.getKey(), each.getValue()));
                assertThat(refused.status()).as(each.getValue()).isEqualTo(400);
                assertThat(refused.json().get("detail").asString())
                        .startsWith(each.getKey().split("\"")[1] + " has no counterpart here");
            }
            LiveServer.Answer other =
                    server.post("/sdapi/v1/img2img", painting.replace("\"width\": 8", "\"width\": 16"));
            assertThat(other.status()).isEqualTo(400);
            assertThat(other.json().get("detail").asString()).contains("8 x 8", "16 and 8");
        }
    }

    private static RgbaImage read(Path file) throws IOException {
        return ImageReader.readWithAlpha(file, ImageLimits.DEFAULT);
    }

    private static boolean hasCurl() throws InterruptedException {
        try {
            return new ProcessBuilder("curl", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
