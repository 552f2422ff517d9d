package dev.oar.server;

import dev.oar.order.CounterRandom;
import dev.oar.preference.PreferenceProtocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Kills servers of a study by SIGKILL while several raters vote over HTTP: the next server knows every vote that was acknowledged, and of each
 * rater at most the one that was on its way besides.
 */
final class KilledStudyServer {
    private static final int RATERS = 4;
    private static final int PAIRS = 400;
    private static final int MOST_VOTES = 60;
    private static final int LATEST_MICROSECONDS = 3000;

    private final Path study;
    private final List<String> raters = PreferenceProtocol.codes(RATERS, 5);
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /** The choices that were acknowledged, by rater and place. */
    private final Map<String, Map<Integer, String>> acknowledged = new LinkedHashMap<>();

    KilledStudyServer(Path folder) throws IOException {
        this.study = TinyStudy.make(folder, PAIRS, raters);
        raters.forEach(rater -> acknowledged.put(rater, new ConcurrentHashMap<>()));
    }

    /**
     * Kills one server.
     *
     * @param number decides when
     * @return how many votes were acknowledged so far
     */
    int kill(long number) throws IOException, InterruptedException {
        CounterRandom random = CounterRandom.of(number, "killed servers");
        int most = 1 + random.integer(MOST_VOTES, 0);
        try (StudyServerProcess server = StudyServerProcess.start(study)) {
            AtomicInteger votes = new AtomicInteger();
            List<Thread> voting = raters.stream()
                    .map(rater -> new Thread(() -> vote(server.address(), rater, votes)))
                    .toList();
            voting.forEach(Thread::start);
            while (votes.get() < most && voting.stream().anyMatch(Thread::isAlive)) {
                Thread.sleep(0, 100_000);
            }
            Thread.sleep(0, 1 + 1000 * random.integer(LATEST_MICROSECONDS, 1) % 999_999);
            server.kill();
            for (Thread thread : voting) {
                thread.join();
            }
        }
        check();
        return acknowledged.values().stream().mapToInt(Map::size).sum();
    }

    /** Votes until the server is gone or all is done. */
    private void vote(URI server, String rater, AtomicInteger votes) {
        Map<Integer, String> own = Objects.requireNonNull(acknowledged.get(rater));
        try {
            JsonNode status = status(server, rater);
            while (status.has("next")) {
                int place = status.get("next").get("place").asInt();
                String choice = List.of("left", "right", "tie").get(place % 3);
                HttpResponse<byte[]> answer = client.send(
                        HttpRequest.newBuilder(server.resolve("/v1/study/raters/" + rater + "/votes"))
                                .header("Content-Type", "application/json")
                                .timeout(Duration.ofSeconds(20))
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"place\": " + place + ", \"choice\": \"" + choice + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() != 200) {
                    return;
                }
                own.put(place, choice);
                votes.incrementAndGet();
                status = LiveServer.JSON.readTree(answer.body());
            }
        } catch (IOException e) {
            // The server is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode status(URI server, String rater) throws IOException, InterruptedException {
        return LiveServer.JSON.readTree(client.send(
                        HttpRequest.newBuilder(server.resolve("/v1/study/raters/" + rater))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body());
    }

    /** Asks a new server what it knows. */
    private void check() throws IOException, InterruptedException {
        try (StudyServerProcess server = StudyServerProcess.start(study)) {
            for (String rater : raters) {
                Map<Integer, String> own = Objects.requireNonNull(acknowledged.get(rater));
                int done = status(server.address(), rater).get("done").asInt();
                if (done < own.size() || done > own.size() + 1) {
                    throw new AssertionError(
                            "of " + rater + " " + own.size() + " votes were acknowledged and at most one"
                                    + " was on its way, but the next server knows " + done);
                }
                // What was on its way counts from now on, as the rater sees it.
                for (int place = own.size() + 1; place <= done; place++) {
                    own.put(place, List.of("left", "right", "tie").get(place % 3));
                }
            }
            server.kill();
        }
    }

    /** Kills servers; the arguments are a folder that is made, and how many. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        KilledStudyServer killed = new KilledStudyServer(Files.createDirectories(Path.of(arguments[0])));
        for (int number = 1; number <= Integer.parseInt(arguments[1]); number++) {
            System.out.println("server " + number + ": killed, " + killed.kill(number) + " votes acknowledged so far");
        }
        System.exit(0);
    }
}
