package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.job.JobLimits;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NativeMemory.class)
@Timeout(120)
class QueueTests {
    /** Long enough that what is asked for next finds it being drawn. */
    private static final String LONG =
            "{\"kind\": \"generate\", \"class\": \"cats\", \"seed\": 1, \"count\": 64, \"order\": \"dynamic\"}";

    private static final String SHORT =
            "{\"kind\": \"generate\", \"class\": \"dogs\", \"seed\": 2, \"order\": \"raster\"}";

    @TempDir
    private Path folder;

    @Test
    void aClientWithOneImageDoesNotWaitForAllOfAnothersMany() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            List<String> greedy = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                greedy.add(server.job(LONG, "OAR-Client", "greedy"));
            }
            String modest = server.job(SHORT, "OAR-Client", "modest");
            assertThat(server.end(modest)).isEqualTo("done");
            assertThat(state(server, greedy.get(3))).isEqualTo("queued");
            greedy.forEach(job -> cancel(server, job));
        }
    }

    @Test
    void whoComesWhenTheQueueIsFullIsToldThePlaceItWouldHave() throws Exception {
        JobLimits two = JobLimits.DEFAULT.withWaiting(2);
        try (LiveServer server = LiveServer.start(folder.resolve("model"), ServerSettings.loopback(0), two)) {
            String first = server.job(LONG);
            String second = server.job(LONG);
            LiveServer.Answer full = server.post("/v1/jobs", SHORT);
            assertThat(full.status()).isEqualTo(429);
            assertThat(full.json().get("place").asInt()).isEqualTo(3);
            assertThat(full.header("Retry-After")).isEqualTo("5");
            assertThat(full.json().get("detail").asString()).contains("place 3", "tiny");
            assertThat(server.get("/v1/jobs/" + second).json().get("place").asInt())
                    .isEqualTo(2);
            cancel(server, first);
            cancel(server, second);
            assertThat(server.end(server.job(SHORT))).isEqualTo("done");
        }
    }

    @Test
    void picturesThatWaitTakeNoMoreMemoryThanAllowed() throws Exception {
        // 64 x 64 pixels of four bytes and a mask.
        JobLimits one = JobLimits.DEFAULT.withWaitingBytes(20_000);
        byte[] picture = PngFile.encode(new RgbImage(64, 64, new byte[3 * 64 * 64]));
        String inpaint = "{\"kind\": \"inpaint\", \"image\": \""
                + Base64.getEncoder().encodeToString(picture)
                + "\", \"rect\": [\"0,0,64,64\"], \"count\": 64, \"batch-size\": 1}";
        try (LiveServer server = LiveServer.start(folder.resolve("model"), ServerSettings.loopback(0), one)) {
            String waiting = server.job(inpaint);
            LiveServer.Answer full = server.post("/v1/jobs", inpaint, "OAR-Client", "other");
            assertThat(full.status()).isEqualTo(429);
            assertThat(full.header("Retry-After")).isEqualTo("5");
            assertThat(full.json().get("detail").asString())
                    .contains("20000 bytes", "16896 are taken", "would take 16896");
            String without = server.job(SHORT);
            cancel(server, waiting);
            assertThat(server.end(without)).isEqualTo("done");
            cancel(server, server.job(inpaint));
        }
    }

    @Test
    void aCancelledJobIsNotDrawnOn() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            String drawn = server.job(LONG);
            String waiting = server.job(LONG, "OAR-Client", "other");
            while (!state(server, drawn).equals("running")) {
                Thread.sleep(1);
            }
            cancel(server, drawn);
            cancel(server, waiting);
            assertThat(state(server, drawn)).isEqualTo("cancelled");
            List<LiveServer.Event> events = server.events(drawn, 0);
            assertThat(events.get(events.size() - 1).name()).isEqualTo("cancelled");
            // What comes next is drawn, so that nothing is being drawn any more.
            assertThat(server.end(server.job(SHORT))).isEqualTo("done");
            assertThat(server.get("/v1/jobs/" + drawn).json().get("progress").asDouble())
                    .isLessThan(1);
            assertThat(server.events(drawn, 0)).isEqualTo(events);
            assertThat(server.get("/health").json().get("waiting").get("tiny").asInt())
                    .isZero();
        }
    }

    @Test
    void aJobThatTakesTooLongIsGivenUp() throws Exception {
        JobLimits hasty = JobLimits.DEFAULT.withSeconds(1);
        try (LiveServer server = LiveServer.start(folder.resolve("model"), ServerSettings.loopback(0), hasty)) {
            List<String> jobs = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                jobs.add(server.job(LONG, "OAR-Client", "client " + i));
            }
            String last = jobs.get(0);
            assertThat(server.end(last)).isEqualTo("failed");
            JsonNode problem = server.get("/v1/jobs/" + last).json().get("problem");
            assertThat(problem.get("detail").asString()).contains("1 seconds");
            jobs.forEach(job -> cancel(server, job));
        }
    }

    @Test
    void closingEndsAllJobsAndAnswersThoseWhoWait() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            // Open once its head has come.
            try (InputStream stream = server.watch(server.job(LONG), 0)) {
                server.close();
                List<LiveServer.Event> events =
                        LiveServer.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
                LiveServer.Event last = events.get(events.size() - 1);
                assertThat(last.name()).isEqualTo("failed");
                assertThat(last.data().get("problem").get("detail").asString()).contains("stopping");
            }
        }
    }

    @Test
    void aClientThatStopsWatchingLeavesItsJobAlone() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            String job = server.job(LONG.replace("64", "8"));
            try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
                socket.getOutputStream()
                        .write(("GET /v1/jobs/" + job + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            assertThat(server.end(job)).isEqualTo("done");
        }
    }

    private static String state(LiveServer server, String job) throws IOException, InterruptedException {
        return server.get("/v1/jobs/" + job).json().get("state").asString();
    }

    private static void cancel(LiveServer server, String job) {
        try {
            assertThat(server.delete("/v1/jobs/" + job).status()).isEqualTo(200);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
