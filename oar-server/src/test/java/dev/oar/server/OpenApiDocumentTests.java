package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(NativeMemory.class)
class OpenApiDocumentTests {
    @TempDir
    private Path folder;

    @Test
    void itDescribesEveryRouteAndEveryReferenceLeadsSomewhere() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            JsonNode document = server.get("/openapi.json").json();
            for (Route route : server.server().routes()) {
                JsonNode operation = document.get("paths")
                        .get(route.path())
                        .get(route.method().name().toLowerCase(Locale.ROOT));
                assertThat(operation
                                .get("responses")
                                .get(Integer.toString(route.gives().status())))
                        .as(route.path())
                        .isNotNull();
            }
            Set<String> references = new TreeSet<>();
            document.findValues("$ref").forEach(reference -> references.add(reference.asString()));
            assertThat(references).isNotEmpty();
            for (String reference : references) {
                assertThat(document.at(reference.substring(1)).has("oneOf")
                                || document.at(reference.substring(1)).has("properties"))
                        .as(reference)
                        .isTrue();
            }
            List<String> names = new ArrayList<>();
            document.findValues("operationId").forEach(name -> names.add(name.asString()));
            assertThat(names).doesNotHaveDuplicates();
        }
    }

    @Test
    void answersAreWhatItSays() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            JsonNode document = server.get("/openapi.json").json();
            String job = server.job("{\"kind\": \"generate\", \"class\": \"cats\", \"order\": \"dynamic\"}");
            server.end(job);
            byte[] png = server.get("/v1/jobs/" + job + "/images/0").bytes();
            Map<String, byte[]> bodies = Map.of(
                    "/v1/jobs",
                    bytes("{\"kind\": \"generate\", \"class\": \"cats\"}"),
                    "/v1/png-info",
                    png,
                    "/v1/images/generations",
                    bytes("{\"prompt\": \"cats\"}"),
                    "/sdapi/v1/txt2img",
                    bytes("{\"prompt\": \"cats\"}"),
                    "/sdapi/v1/img2img",
                    bytes("{\"init_images\": [\"" + base64(png) + "\"]}"),
                    "/sdapi/v1/interrupt",
                    bytes("{}"),
                    "/sdapi/v1/png-info",
                    bytes("{\"image\": \"" + base64(png) + "\"}"));
            for (Route route : server.server().routes()) {
                if (route.path().endsWith("/edits")) {
                    continue;
                }
                LiveServer.Answer answer = ask(server, route, job, bodies);
                assertThat(answer.status())
                        .as(route.path() + answer.text())
                        .isEqualTo(route.gives().status());
                assertThat(answer.header("Content-Type").split(";")[0])
                        .as(route.path())
                        .isEqualTo(route.gives().mediaType());
                JsonNode schema = document.at("/paths/" + route.path().replace("/", "~1") + "/"
                        + route.method().name().toLowerCase(Locale.ROOT) + "/responses/" + answer.status() + "/content/"
                        + route.gives().mediaType().replace("/", "~1") + "/schema");
                if (route.gives().mediaType().equals("application/json")) {
                    check(document, schema, answer.json(), route.path());
                } else if (route.gives().mediaType().equals("text/event-stream")) {
                    for (LiveServer.Event event : LiveServer.parse(answer.text())) {
                        String name = "JobEvent" + event.name().substring(0, 1).toUpperCase(Locale.ROOT)
                                + event.name().substring(1);
                        check(document, document.at("/components/schemas/" + name), event.data(), name);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"txt2img", "img2img"})
    void fieldsOfTheWebUiWithoutCounterpartAreTakenAsItSaysAndNotOtherwise(String route) throws Exception {
        String path = "/sdapi/v1/" + route;
        String own = "\"prompt\": \"cats\", \"steps\": 2";
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            JsonNode document = server.get("/openapi.json").json();
            JsonNode properties = document.at("/paths/" + path.replace("/", "~1")
                    + "/post/requestBody/content/application~1json/schema/properties");
            Map<String, JsonNode> harmless = new TreeMap<>();
            properties
                    .propertyStream()
                    .filter(field -> !field.getValue().has("type"))
                    .forEach(field -> {
                        assertThat(field.getValue().get("description").asString())
                                .as(field.getKey())
                                .contains("no counterpart");
                        harmless.put(field.getKey(), field.getValue().path("enum"));
                    });
            assertThat(harmless).containsKeys("sampler_name", "styles", "eta", "subseed");
            if (route.equals("img2img")) {
                byte[] png = PngFile.encode(new RgbImage(8, 8, new byte[3 * 8 * 8]));
                own += ", \"init_images\": [\"" + base64(png) + "\"]";
            }
            for (int choice = 0; choice < 6; choice++) {
                StringBuilder request = new StringBuilder("{").append(own);
                int number = choice;
                harmless.forEach((field, values) -> request.append(", \"")
                        .append(field)
                        .append("\": ")
                        .append(values.isEmpty() ? "[\"anything\", 7]" : values.get(number % values.size())));
                LiveServer.Answer answer = server.post(path, request.append('}').toString());
                assertThat(answer.status()).as(request + answer.text()).isEqualTo(200);
            }
            for (Map.Entry<String, JsonNode> field : harmless.entrySet()) {
                if (!field.getValue().isEmpty()) {
                    LiveServer.Answer answer =
                            server.post(path, "{" + own + ", \"" + field.getKey() + "\": \"something else\"}");
                    assertThat(answer.status()).as(field.getKey()).isEqualTo(400);
                    assertThat(answer.text()).contains(field.getKey() + " has no counterpart here");
                }
            }
        }
    }

    private static LiveServer.Answer ask(LiveServer server, Route route, String job, Map<String, byte[]> bodies)
            throws IOException, InterruptedException {
        String path = route.path().replace("{id}", job).replace("{number}", "0");
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
        byte[] body = bodies.get(route.path());
        boolean posts = route.method().name().equals("POST");
        if (posts) {
            request.header(
                    "Content-Type", route.takes().map(Route.Content::mediaType).orElse("application/json"));
        }
        return server.send(request.method(
                route.method().name(),
                posts ? HttpRequest.BodyPublishers.ofByteArray(body) : HttpRequest.BodyPublishers.noBody()));
    }

    /** Checks types, required keys and that no other stands beside them. */
    private static void check(JsonNode document, JsonNode schema, JsonNode value, String at) {
        if (schema.has("$ref")) {
            check(document, document.at(schema.get("$ref").asString().substring(1)), value, at);
            return;
        }
        assertThat(schema.isMissingNode()).as(at).isFalse();
        if (schema.has("enum")) {
            assertThat(schema.get("enum").valueStream().map(JsonNode::asString))
                    .as(at)
                    .contains(value.asString());
            return;
        }
        switch (schema.get("type").asString()) {
            case "object" -> {
                assertThat(value.isObject()).as(at).isTrue();
                if (schema.has("properties")) {
                    JsonNode properties = schema.get("properties");
                    value.propertyStream().forEach(entry -> {
                        assertThat(properties.has(entry.getKey()))
                                .as(at + "." + entry.getKey())
                                .isTrue();
                        check(document, properties.get(entry.getKey()), entry.getValue(), at + "." + entry.getKey());
                    });
                    if (schema.has("required")) {
                        schema.get("required")
                                .forEach(key -> assertThat(value.has(key.asString()))
                                        .as(at + "." + key)
                                        .isTrue());
                    }
                }
            }
            case "array" -> value.forEach(item -> check(document, schema.get("items"), item, at + "[]"));
            case "string" -> assertThat(value.isString()).as(at).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).as(at).isTrue();
            case "number" -> assertThat(value.isNumber()).as(at).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(at).isTrue();
            default -> throw new AssertionError(at + " has a schema of no known type: " + schema);
        }
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return java.util.Base64.getEncoder().encodeToString(bytes);
    }
}
