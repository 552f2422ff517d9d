package dev.oar.server;

import dev.oar.artifact.ModelFolder;
import dev.oar.job.JobLimits;
import dev.oar.job.ServedModel;
import dev.oar.tensor.Device;
import dev.oar.testing.TinyModelFolder;
import dev.oar.text.TextEncoderFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server of a tiny model at a port of its own, and a client of it. */
final class LiveServer implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();
    static final int BATCH = 2;

    private final HttpClient client = HttpClient.newHttpClient();
    private final OarServer server;

    private LiveServer(OarServer server) {
        this.server = server;
    }

    /** Of a model that draws from the classes cats and dogs. */
    static LiveServer start(Path folder) throws IOException {
        return start(folder, ServerSettings.loopback(0), JobLimits.DEFAULT);
    }

    static LiveServer start(Path folder, ServerSettings settings, JobLimits limits) throws IOException {
        TinyModelFolder.write(folder);
        return new LiveServer(OarServer.start(settings, List.of(load(folder)), limits));
    }

    /** Of a model folder that is there, which may need a frozen text encoder. */
    static LiveServer of(Path folder, Optional<TextEncoderFiles> textEncoder) throws IOException {
        ServedModel model = ServedModel.load(ModelFolder.open(folder), Device.CPU, BATCH, textEncoder, line -> {});
        return new LiveServer(OarServer.start(ServerSettings.loopback(0), List.of(model), JobLimits.DEFAULT));
    }

    static ServedModel load(Path folder) throws IOException {
        return ServedModel.load(ModelFolder.open(folder), Device.CPU, BATCH, Optional.empty(), line -> {});
    }

    OarServer server() {
        return server;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /** An answer. */
    record Answer(int status, HttpResponse<byte[]> response) {
        JsonNode json() {
            return JSON.readTree(response.body());
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        byte[] bytes() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).DELETE());
    }

    Answer post(String path, String json, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                client.send(request.timeout(Duration.ofMinutes(2)).build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response);
    }

    /** Asks for a job and returns its name. */
    String job(String json, String... headers) throws IOException, InterruptedException {
        Answer answer = post("/v1/jobs", json, headers);
        if (answer.status() != 202) {
            throw new AssertionError(answer.status() + " " + answer.text());
        }
        return answer.json().get("id").asString();
    }

    /** An event of a stream. */
    record Event(long id, String name, JsonNode data) {}

    /** The open stream of a job's events. */
    InputStream watch(String job, long after) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/jobs/" + job + "/events"))
                .header("Last-Event-ID", Long.toString(after))
                .timeout(Duration.ofMinutes(2))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    }

    /** All events of a job until it ends. */
    List<Event> events(String job, long after) throws IOException, InterruptedException {
        try (InputStream body = watch(job, after)) {
            return parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static List<Event> parse(String stream) {
        List<Event> events = new ArrayList<>();
        for (String block : stream.split("\n\n")) {
            long id = 0;
            String name = "";
            String data = "";
            for (String line : block.split("\n")) {
                if (line.startsWith("id: ")) {
                    id = Long.parseLong(line.substring(4));
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                }
            }
            if (!data.isEmpty()) {
                events.add(new Event(id, name, JSON.readTree(data)));
            }
        }
        return events;
    }

    /** Waits for the end of a job and returns its state. */
    String end(String job) throws IOException, InterruptedException {
        var unused = events(job, 0);
        return get("/v1/jobs/" + job).json().get("state").asString();
    }

    @Override
    public void close() {
        server.close();
    }
}
