package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbaImage;
import dev.oar.job.JobLimits;
import dev.oar.testing.NativeMemory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The client that OpenAI publishes for Java, against a live server. */
@ExtendWith(NativeMemory.class)
@Timeout(120)
class OpenAiClientTests {
    private static final String TOKEN = "a-token-of-24-characters";
    private static final int TRIES = 50;

    @TempDir
    private Path folder;

    private LiveServer start() throws IOException {
        return LiveServer.start(
                folder.resolve("model"), ServerSettings.loopback(0).withToken(TOKEN), JobLimits.DEFAULT.withWaiting(1));
    }

    private static OpenAIClient client(LiveServer server, String token) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server.uri("/v1").toString())
                .apiKey(token)
                .maxRetries(0)
                .build();
    }

    private static ImageGenerateParams.Builder cats() {
        return ImageGenerateParams.builder()
                .model("tiny")
                .prompt("cats")
                .putAdditionalBodyProperty("seed", JsonValue.from(7));
    }

    @Test
    void itDrawsImagesThatTellTheirSettings() throws Exception {
        try (LiveServer server = start()) {
            ImagesResponse response = client(server, TOKEN)
                    .images()
                    .generate(cats().n(3)
                            .putAdditionalBodyProperty("order", JsonValue.from("spiral-out"))
                            .build());
            assertThat(response.data().orElseThrow()).hasSize(3);
            byte[] second =
                    decoded(response.data().orElseThrow().get(1).b64Json().orElseThrow());
            assertThat(PngFile.text("it", second).get("parameters"))
                    .contains("class: cats", "seed: 7", "index: 1", "order: spiral-out");
            response.validate();
        }
    }

    @Test
    void itStreamsPartialImagesAndThenTheSameImage() throws Exception {
        try (LiveServer server = start()) {
            OpenAIClient client = client(server, TOKEN);
            String expected = client.images()
                    .generate(cats().build())
                    .data()
                    .orElseThrow()
                    .get(0)
                    .b64Json()
                    .orElseThrow();
            List<ImageGenStreamEvent> events;
            try (StreamResponse<ImageGenStreamEvent> stream =
                    client.images().generateStreaming(cats().partialImages(2).build())) {
                events = stream.stream().collect(Collectors.toList());
            }
            assertThat(events).hasSize(3);
            assertThat(events.subList(0, events.size() - 1)).allMatch(ImageGenStreamEvent::isGenerationPartialImage);
            assertThat(events.get(events.size() - 1).asGenerationCompleted().b64Json())
                    .isEqualTo(expected);
        }
    }

    @Test
    void itPaintsAnewWhatIsTransparentAndLeavesTheRestToTheByte() throws Exception {
        byte[] rgba = new byte[4 * 16 * 12];
        for (int at = 0; at < rgba.length; at++) {
            rgba[at] = (byte) (at % 4 == 3 ? 255 : 7 * at);
        }
        byte[] marked = new byte[rgba.length];
        for (int at = 3; at < marked.length; at += 4) {
            marked[at] = (byte) (at / 4 % 16 < 8 ? 0 : 255);
        }
        try (LiveServer server = start()) {
            ImagesResponse response = client(server, TOKEN)
                    .images()
                    .edit(ImageEditParams.builder()
                            .model("tiny")
                            .prompt("dogs")
                            .image(file("image.png", rgba))
                            .mask(MultipartField.<InputStream>builder()
                                    .value(new ByteArrayInputStream(
                                            PngFile.encode(new RgbaImage(16, 12, marked), Map.of())))
                                    .filename("mask.png")
                                    .contentType("image/png")
                                    .build())
                            .build());
            RgbaImage result = ImageReader.readWithAlpha(
                    "it", decoded(response.data().orElseThrow().get(0).b64Json().orElseThrow()), ImageLimits.DEFAULT);
            boolean changed = false;
            for (int pixel = 0; pixel < 16 * 12; pixel++) {
                boolean equal = Arrays.equals(result.rgba(), 4 * pixel, 4 * pixel + 4, rgba, 4 * pixel, 4 * pixel + 4);
                if (pixel % 16 >= 8) {
                    assertThat(equal).as("pixel %s outside of the mask", pixel).isTrue();
                }
                changed |= !equal;
            }
            assertThat(changed).isTrue();
        }
    }

    private static MultipartField<ImageEditParams.Image> file(String name, byte[] rgba) {
        return MultipartField.<ImageEditParams.Image>builder()
                .value(ImageEditParams.Image.ofInputStream(
                        new ByteArrayInputStream(PngFile.encode(new RgbaImage(16, 12, rgba), Map.of()))))
                .filename(name)
                .contentType("image/png")
                .build();
    }

    @Test
    void itUnderstandsRefusals() throws Exception {
        try (LiveServer server = start()) {
            OpenAIClient client = client(server, TOKEN);
            assertThatThrownBy(
                            () -> client.images().generate(cats().prompt("cat").build()))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("no class 'cat'");
            assertThatThrownBy(() -> client.images()
                            .generate(cats().putAdditionalBodyProperty("stpes", JsonValue.from(3))
                                    .build()))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("'steps'");
            assertThatThrownBy(() -> client.images()
                            .generate(cats().size(ImageGenerateParams.Size._1024X1024)
                                    .build()))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("8x8");
            assertThatThrownBy(() ->
                            client(server, "another-token-of-24-chars").images().generate(cats().build()))
                    .isInstanceOf(UnauthorizedException.class);
            assertThat(refusedBehindOthers(server, client))
                    .isInstanceOf(RateLimitException.class)
                    .hasMessageContaining("place 2");
        }
    }

    @Test
    void aClientThatGoesHalfWayHasItsWorkCancelled() throws Exception {
        try (LiveServer server = start()) {
            try (Socket socket = asking(server, 64)) {
                while (!figures(server).contains("oar_images_total")) {
                    assertThat(socket.isConnected()).isTrue();
                    Thread.sleep(1);
                }
            }
            while (!figures(server).contains("oar_jobs_total{model=\"tiny\",state=\"cancelled\"}")) {
                assertThat(figures(server)).doesNotContain("state=\"done\"");
                Thread.sleep(1);
            }
        }
    }

    /** What a client is told while one job is drawn and the other place is taken; tried again where those were not there first. */
    private static @Nullable Throwable refusedBehindOthers(LiveServer server, OpenAIClient client) throws IOException {
        for (int tries = 0; tries < TRIES; tries++) {
            try (Socket drawn = asking(server, 64);
                    Socket waiting = asking(server, 64)) {
                assertThat(drawn.isConnected() && waiting.isConnected()).isTrue();
                Throwable refusal = catchThrowable(() -> client.images().generate(cats().build()));
                if (refusal != null) {
                    return refusal;
                }
            }
        }
        return null;
    }

    /** Asks for many images in a connection of its own. */
    private static Socket asking(LiveServer server, int count) throws IOException {
        String body = "{\"prompt\": \"cats\", \"order\": \"dynamic\", \"n\": " + count + "}";
        Socket socket = new Socket("127.0.0.1", server.server().port());
        socket.getOutputStream()
                .write(("POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Authorization: Bearer " + TOKEN + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String figures(LiveServer server) throws IOException, InterruptedException {
        return server.send(java.net.http.HttpRequest.newBuilder(server.uri("/metrics"))
                        .header("Authorization", "Bearer " + TOKEN))
                .text();
    }

    private static byte[] decoded(String base64) {
        return Base64.getDecoder().decode(base64);
    }
}
