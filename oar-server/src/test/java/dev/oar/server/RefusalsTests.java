package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.job.JobLimits;
import dev.oar.testing.NativeMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
@Timeout(120)
class RefusalsTests {
    private static final String CATS = "{\"kind\": \"generate\", \"class\": \"cats\"}";

    @TempDir
    private Path folder;

    private record Case(String json, int status, String... words) {}

    private static Stream<Case> wrong() {
        String image = base64(PngFile.encode(new RgbImage(8, 8, new byte[3 * 64])));
        String small = base64(PngFile.encode(new RgbImage(4, 8, new byte[3 * 32])));
        return Stream.of(
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"sed\": 1}",
                        400,
                        "'sed'",
                        "did you mean 'seed'"),
                new Case("{\"kind\": \"draw\"}", 400, "'kind'", "generate, inpaint"),
                new Case("{\"kind\": \"generate\", \"class\": \"cat\"}", 400, "no class 'cat'", "cats"),
                new Case("{\"kind\": \"generate\"}", 400, "class must name one"),
                new Case("{\"kind\": \"generate\", \"class\": \"cats\", \"model\": \"tinny\"}", 400, "'tinny'", "tiny"),
                new Case("{\"kind\": \"generate\", \"class\": \"cats\", \"count\": 65}", 400, "1 .. 64", "65"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"count\": \"2\"}",
                        400,
                        "'count'",
                        "whole number"),
                new Case("{\"kind\": \"generate\", \"class\": \"cats\", \"batch-size\": 17}", 400, "1 .. 16"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"steps\": 17}",
                        400,
                        "steps must lie in 1 .. 16"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"order\": \"/etc/passwd\"}",
                        400,
                        "order must be one of"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"order\": \"file\"}",
                        400,
                        "order must be one of"),
                new Case("{\"kind\": \"generate\", \"class\": \"cats\", \"path\": \"/etc/passwd\"}", 400, "path"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"calibration\": \"/etc/passwd\"}",
                        400,
                        "calibration"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"order\": \"raster\", \"order-noise\": 1}",
                        400,
                        "order-noise"),
                new Case("{\"kind\": \"generate\", \"class\": \"cats\", \"order-cells\": [1, 0]}", 400, "4 x 4 cells"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"arm\": \"control\"}",
                        400,
                        "arm must be one of any-order"),
                new Case("{\"kind\": \"generate\", \"caption\": \"a cat\"}", 400, "draws from classes"),
                new Case("{\"kind\": \"generate\", \"class\": \"cats\"", 400, "JSON"),
                new Case("[]", 400, "JSON object"),
                new Case("{\"kind\": \"generate\", \"class\": \"cats\", \"class\": \"dogs\"}", 400, "'class'", "twice"),
                new Case(
                        "{\"kind\": \"inpaint\", \"image\": \"!!\", \"rect\": [\"0,0,4,4\"]}",
                        400,
                        "image must be a file in base64"),
                new Case("{\"kind\": \"inpaint\", \"image\": \"AAAA\", \"rect\": [\"0,0,4,4\"]}", 400, "image"),
                new Case("{\"kind\": \"inpaint\", \"image\": \"" + image + "\"}", 400, "mask or rect"),
                new Case(
                        "{\"kind\": \"inpaint\", \"image\": \"" + image + "\", \"mask\": \"" + small + "\"}",
                        400,
                        "as large as its image",
                        "4 x 8"),
                new Case("{\"kind\": \"inpaint\", \"image\": \"" + image + "\", \"rect\": [\"0,0,9,9\"]}", 400, "9,9"),
                new Case(
                        "{\"kind\": \"edit\", \"image\": \"" + image + "\", \"rect\": [\"0,0,4,4\"]}",
                        400,
                        "class must name"),
                new Case("{\"kind\": \"outpaint\", \"image\": \"" + image + "\"}", 400, "at least one side"),
                new Case("{\"kind\": \"outpaint\", \"image\": \"" + image + "\", \"left\": 2147483647}", 400, "pixels"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"grid\": \"5x8\"}",
                        400,
                        "grid must be a whole number of times",
                        "4x4"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"grid\": \"20x20\"}",
                        400,
                        "up to 4 times as high"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"grid\": \"8x8\", \"order\": \"dynamic\"}",
                        400,
                        "on a larger grid"),
                new Case(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"spatial-guidance-scale\": 2}",
                        400,
                        "belongs to grid"),
                new Case("{\"kind\": \"generate\", \"captions\": [\"a cat\"]}", 400, "draws from classes"),
                new Case(
                        "{\"kind\": \"vary\", \"image\": \"" + image + "\", \"captions\": [\"a cat\"]}",
                        400,
                        "the kind is vary"),
                new Case("{\"kind\": \"vary\", \"image\": \"" + image + "\", \"keep\": 2}", 400, "0 .. 1"),
                new Case(
                        "{\"kind\": \"inpaint\", \"image\": \"" + base64(bomb()) + "\", \"rect\": [\"0,0,4,4\"]}",
                        400,
                        "pixels",
                        "60000 x 60000"));
    }

    @Test
    void whatCannotBeServedIsRefusedInOneSentenceAndTheServerGoesOn() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            for (Case wrong : wrong().toList()) {
                LiveServer.Answer answer = server.post("/v1/jobs", wrong.json());
                assertThat(answer.status()).as(wrong.json()).isEqualTo(wrong.status());
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                String detail = answer.json().get("detail").asString();
                assertThat(detail).as(wrong.json()).contains(wrong.words()).doesNotContain("\n");
                assertThat(answer.json().get("status").asInt()).isEqualTo(wrong.status());
            }
            assertThat(server.end(server.job(CATS))).isEqualTo("done");
        }
    }

    @Test
    void otherTypesOfContentUnknownPathsAndOtherMethodsAreRefused() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            LiveServer.Answer text = server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                    .header("Content-Type", "text/plain")
                    .POST(HttpRequest.BodyPublishers.ofString(CATS)));
            assertThat(text.status()).isEqualTo(415);
            assertThat(text.text()).contains("application/json", "text/plain");
            assertThat(server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                                    .POST(HttpRequest.BodyPublishers.ofString(CATS)))
                            .status())
                    .isEqualTo(415);
            assertThat(server.get("/v1/nothing").status()).isEqualTo(404);
            assertThat(server.get("/v1/nothing").text()).contains("openapi");
            assertThat(server.get("/v1/jobs").status()).isEqualTo(405);
            assertThat(server.get("/v1/jobs/0/images/0").status()).isEqualTo(404);
            assertThat(server.get("/v1/jobs/..%2f..%2fetc%2fpasswd").status()).isIn(400, 404);
            String job = server.job(CATS);
            server.end(job);
            assertThat(server.get("/v1/jobs/" + job + "/images/1").status()).isEqualTo(404);
            assertThat(server.get("/v1/jobs/" + job + "/images/-1").status()).isEqualTo(404);
            assertThat(server.get("/health").header("Content-Security-Policy")).contains("default-src 'none'");
        }
    }

    @Test
    void aBodyLargerThanAllowedIsRefused() throws Exception {
        JobLimits small = new JobLimits(4, 4, 1000, 2000, 60, 4, 1 << 20, 4, 1 << 20);
        try (LiveServer server = LiveServer.start(folder.resolve("model"), ServerSettings.loopback(0), small)) {
            LiveServer.Answer answer = server.post("/v1/jobs", CATS + " ".repeat(2000));
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).contains("2000 bytes");
            // Without a length, too.
            LiveServer.Answer chunked = server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArrays(
                            List.of(CATS.getBytes(StandardCharsets.UTF_8), new byte[3000]))));
            assertThat(chunked.status()).isEqualTo(413);
            assertThat(server.end(server.job(CATS))).isEqualTo("done");
        }
    }

    @Test
    void bodiesOfRequestsThatAreBeingAnsweredTakeNoMoreMemoryThanAllowed() throws Exception {
        JobLimits small = new JobLimits(4, 4, 1000, 2000, 60, 4, 2000, 4, 1 << 20);
        String large = CATS + " ".repeat(1000);
        try (LiveServer server = LiveServer.start(folder.resolve("model"), ServerSettings.loopback(0), small)) {
            try (Socket slow = new Socket("127.0.0.1", server.server().port())) {
                slow.getOutputStream()
                        .write(("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: 1500\r\nExpect: 100-continue\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                // What the server says once it begins to read the body.
                assertThat(new String(slow.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 100");
                LiveServer.Answer answer = server.post("/v1/jobs", large);
                assertThat(answer.status()).isEqualTo(429);
                assertThat(answer.json().get("detail").asString()).contains("2000 bytes together");
                assertThat(server.end(server.job(CATS))).isEqualTo("done");
            }
            while (server.post("/v1/jobs", large).status() != 202) {
                Thread.sleep(1);
            }
        }
    }

    @Test
    void onlyThoseWhoShowTheTokenAreServed() throws Exception {
        String token = "a-token-of-24-characters";
        ServerSettings settings = ServerSettings.loopback(0).withToken(token);
        try (LiveServer server = LiveServer.start(folder.resolve("model"), settings, JobLimits.DEFAULT)) {
            for (String header : List.of("", "Bearer ", "Bearer a-token-of-24-characterz", "Basic " + token)) {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(server.uri("/v1/models")).GET();
                LiveServer.Answer answer =
                        server.send(header.isEmpty() ? request : request.header("Authorization", header));
                assertThat(answer.status()).as(header).isEqualTo(401);
                assertThat(answer.text())
                        .contains("Authorization: Bearer TOKEN")
                        .doesNotContain(token);
            }
            assertThat(server.send(HttpRequest.newBuilder(server.uri("/v1/models"))
                                    .header("Authorization", "Bearer " + token))
                            .status())
                    .isEqualTo(200);
            assertThat(server.get("/health").status()).isEqualTo(200);
        }
    }

    @Test
    void aServerThatOthersReachNeedsAToken() {
        assertThatThrownBy(() -> new ServerSettings("0.0.0.0", 0, java.util.Optional.empty(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--token-file");
    }

    @Test
    void pagesOfOtherOriginsAreRefused() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            LiveServer.Answer foreign = server.post("/v1/jobs", CATS, "Origin", "https://example.org");
            assertThat(foreign.status()).isEqualTo(403);
            assertThat(foreign.text()).contains("https://example.org");
            LiveServer.Answer own = server.post(
                    "/v1/jobs",
                    CATS,
                    "Origin",
                    "http://127.0.0.1:" + server.server().port());
            assertThat(own.status()).isEqualTo(202);
        }
    }

    @Test
    void aSecondServerOnThePortSaysSoAndTheFirstGoesOn() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            ServerSettings same = ServerSettings.loopback(server.server().port());
            assertThatThrownBy(() ->
                            OarServer.start(same, List.of(LiveServer.load(folder.resolve("model"))), JobLimits.DEFAULT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port of its own")
                    .hasMessageContaining(Integer.toString(same.port()));
            assertThat(server.end(server.job(CATS))).isEqualTo("done");
        }
    }

    @Test
    void aModelFolderThatChangesUnderTheServerIsToldAndWhatWasLoadedIsDrawn() throws Exception {
        Path model = folder.resolve("model");
        try (LiveServer server = LiveServer.start(model)) {
            byte[] before = image(server);
            Path ranks = model.resolve("mean-ranks.json");
            Files.writeString(ranks, Files.readString(ranks).replace("15", "16"));
            Files.delete(model.resolve("any-order.safetensors"));
            LiveServer.Answer changed = server.post(
                    "/v1/jobs", "{\"kind\": \"generate\", \"class\": \"cats\", \"order\": \"recorded-mean\"}");
            assertThat(changed.status()).isEqualTo(503);
            assertThat(changed.text()).contains("mean-ranks.json", "start the server anew");
            assertThat(image(server)).isEqualTo(before);
        }
    }

    private static byte[] image(LiveServer server) throws IOException, InterruptedException {
        String job = server.job("{\"kind\": \"generate\", \"class\": \"cats\", \"seed\": 4}");
        server.end(job);
        return server.get("/v1/jobs/" + job + "/images/0").bytes();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A small file that claims to be a picture of 60,000 x 60,000 pixels. */
    private static byte[] bomb() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(
                bytes,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(60_000)
                        .putInt(60_000)
                        .put(new byte[] {8, 2, 0, 0, 0})
                        .array());
        chunk(bytes, "IDAT", new byte[16]);
        chunk(bytes, "IEND", new byte[0]);
        return bytes.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream bytes, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        bytes.writeBytes(ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(name)
                .put(data)
                .putInt((int) checksum.getValue())
                .array());
    }
}
