package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.generate.AskedDrawing;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.Enlargement;
import dev.oar.generate.FormatChoice;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationFolder;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.generate.Subject;
import dev.oar.image.PngFile;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.Device;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NativeMemory.class)
class JobRoutesTests {
    @TempDir
    private Path folder;

    @Test
    void anImageIsEqualToTheByteToThatOfTheCommandLineWhoeverSharesItsBatch() throws Exception {
        Path model = folder.resolve("model");
        try (LiveServer server = LiveServer.start(model)) {
            List<String> jobs = new ArrayList<>();
            for (int client = 0; client < 6; client++) {
                jobs.add(server.job(
                        "{\"kind\": \"generate\", \"class\": \"" + (client % 2 == 0 ? "cats" : "dogs")
                                + "\", \"seed\": " + client + ", \"first-index\": " + client
                                + ", \"count\": 3, \"order\": \"dynamic\"}",
                        "OAR-Client",
                        "client " + client));
            }
            for (int client = 0; client < jobs.size(); client++) {
                assertThat(server.end(jobs.get(client))).isEqualTo("done");
                List<byte[]> expected = drawn(model, client, client % 2, client, 3, Map.of("order", "dynamic"));
                for (int image = 0; image < 3; image++) {
                    assertThat(server.get("/v1/jobs/" + jobs.get(client) + "/images/" + image)
                                    .bytes())
                            .as("image %s of client %s", image, client)
                            .isEqualTo(expected.get(image));
                }
            }
        }
    }

    @Test
    void onALargerGridImagesAreThoseOfTheCommandLineAndTellTheirCells() throws Exception {
        Path model = folder.resolve("model");
        try (LiveServer server = LiveServer.start(model)) {
            String job = server.job(
                    "{\"kind\": \"generate\", \"class\": \"dogs\", \"seed\": 4, \"first-index\": 1, \"count\": 2,"
                            + " \"grid\": \"8x8\", \"spatial-guidance-scale\": 1.5, \"preview-every\": 4}");
            List<LiveServer.Event> events = server.events(job, 0);
            assertThat(events.get(events.size() - 1).name()).isEqualTo("done");
            List<Integer> cells = new ArrayList<>();
            for (LiveServer.Event event : events) {
                if (event.name().equals("step") && event.data().get("image").asInt() == 0) {
                    event.data().get("cells").forEach(cell -> cells.add(cell.asInt()));
                    assertThat(event.data().get("total").asInt()).isEqualTo(64);
                }
            }
            assertThat(cells).hasSize(64).doesNotHaveDuplicates();
            List<byte[]> expected = enlarged(model);
            for (int image = 0; image < 2; image++) {
                byte[] png = server.get("/v1/jobs/" + job + "/images/" + image).bytes();
                assertThat(png).isEqualTo(expected.get(image));
                LiveServer.Answer info = server.send(HttpRequest.newBuilder(server.uri("/v1/png-info"))
                        .header("Content-Type", "image/png")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(png)));
                assertThat(info.json().get("command").asString())
                        .contains("--grid 8x8 --spatial-guidance-scale 1.5")
                        .doesNotContain("enlargement");
            }
        }
    }

    private List<byte[]> enlarged(Path path) throws IOException {
        ModelFolder model = ModelFolder.open(path);
        AskedDrawing.Usual usual =
                AskedDrawing.Usual.enlarged(64, model.manifest().transformer().trainedOrders());
        Drawing drawing = FormatChoice.ofImages(line -> {}, Device.CPU, LiveServer.BATCH)
                .settled(AskedDrawing.read(Map.of(), usual, key -> key), WeightFormatSetting.AUTO, 64)
                .on(new Enlargement(2, 1.5, 0.5, 2));
        return drawn(model, drawing, 1, new int[] {1, 1}, 4, "enlarged");
    }

    /** What the command line writes. */
    private List<byte[]> drawn(
            Path path, long firstIndex, int condition, long seed, int count, Map<String, String> options)
            throws IOException {
        ModelFolder model = ModelFolder.open(path);
        Drawing asked = AskedDrawing.read(
                options,
                AskedDrawing.Usual.ofImages(
                        16, Arm.ANY_ORDER, model.manifest().transformer().trainedOrders()),
                key -> key);
        Drawing drawing = FormatChoice.ofImages(line -> {}, Device.CPU, LiveServer.BATCH)
                .settled(asked, WeightFormatSetting.AUTO, 16);
        int[] conditions = new int[count];
        java.util.Arrays.fill(conditions, condition);
        return drawn(
                model,
                drawing,
                firstIndex,
                conditions,
                seed,
                "out-" + seed + "-" + firstIndex + "-" + options.hashCode());
    }

    private List<byte[]> drawn(
            ModelFolder model, Drawing drawing, long firstIndex, int[] conditions, long seed, String out)
            throws IOException {
        GenerationFolder images = new GenerationFolder(
                folder.resolve(out),
                seed,
                GenerationParameters.of(model, Arm.ANY_ORDER, drawing, LiveServer.BATCH),
                Subject.classes(model.manifest().classes()));
        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel transformer = model.transformer(Arm.ANY_ORDER)) {
            List<GeneratedImage> drawn = new ImageGenerator(new DrawingModel(transformer, tokenizer, model.meanRanks()))
                    .generate(new GenerationRequest(firstIndex, conditions, seed, LiveServer.BATCH, drawing));
            List<byte[]> files = new ArrayList<>();
            for (GeneratedImage image : drawn) {
                files.add(Files.readAllBytes(images.add(image)));
            }
            return files;
        }
    }

    @Test
    void withoutASeedTheServerChoosesOneAndTellsWhatDrawsTheSameImage() throws Exception {
        Path model = folder.resolve("model");
        try (LiveServer server = LiveServer.start(model)) {
            String job = server.job("{\"kind\": \"generate\", \"class\": \"dogs\", \"count\": 5}");
            server.end(job);
            JsonNode images = server.get("/v1/jobs/" + job).json().get("images");
            Set<Long> indices = new TreeSet<>();
            for (JsonNode image : images) {
                long index = image.get("index").asLong();
                indices.add(index);
                byte[] png = server.get(image.get("url").asString()).bytes();
                assertThat(png)
                        .isEqualTo(drawn(model, index, 1, image.get("seed").asLong(), 1, Map.of())
                                .get(0));
            }
            assertThat(indices).hasSize(5);
        }
    }

    @Test
    void eventsTellEveryCellOnceInTheOrderItIsDrawnAndResumeBehindAnEvent() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            String job = server.job(
                    "{\"kind\": \"generate\", \"class\": \"cats\", \"seed\": 3, \"order\": \"dynamic\", \"preview-every\": 4}");
            List<LiveServer.Event> events = server.events(job, 0);
            List<Integer> cells = new ArrayList<>();
            for (LiveServer.Event event : events) {
                if (event.name().equals("step")) {
                    event.data().get("cells").forEach(cell -> cells.add(cell.asInt()));
                    assertThat(event.data().get("confidences").size())
                            .isEqualTo(event.data().get("cells").size());
                }
            }
            assertThat(new LinkedHashSet<>(cells)).hasSize(16);
            assertThat(cells).hasSize(16);
            assertThat(events.get(events.size() - 1).name()).isEqualTo("done");
            assertThat(events).extracting(LiveServer.Event::name).contains("started", "image");
            long middle = events.get(events.size() / 2).id();
            assertThat(server.events(job, middle))
                    .isEqualTo(events.stream()
                            .filter(event ->
                                    event.id() > middle && !event.name().equals("preview"))
                            .toList());
        }
    }

    @Test
    void candidatesOfEveryStepAreToldWhereTheyAreAskedForAndTheOrderAsks() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            String asked = "{\"kind\": \"generate\", \"class\": \"cats\", \"seed\": 3, \"order-noise\": 0,"
                    + " \"order\": \"dynamic\"";
            List<LiveServer.Event> steps = steps(server, asked + ", \"candidate-confidences\": true}");
            Set<Integer> open = new TreeSet<>(IntStream.range(0, 16).boxed().toList());
            assertThat(steps).hasSize(16);
            for (LiveServer.Event step : steps) {
                JsonNode told = step.data().get("candidate-confidences");
                byte[] levels = Base64.getDecoder().decode(told.get("levels").asString());
                assertThat(IntStream.range(0, 16)
                                .filter(cell -> levels[cell] != 0)
                                .boxed())
                        .as("step %s", step.id())
                        .containsExactlyElementsOf(open);
                int chosen = step.data().get("cells").get(0).asInt();
                // Without noise the surest is chosen.
                assertThat(step.data().get("confidences").get(0).asDouble())
                        .isEqualTo(told.get("high").asDouble());
                assertThat(levels[chosen] & 255)
                        .isEqualTo(told.get("high").asDouble() > told.get("low").asDouble() ? 255 : 1);
                open.remove(chosen);
            }
            assertThat(steps(server, asked + "}")).noneMatch(step -> step.data().has("candidate-confidences"));
            assertThat(
                            steps(
                                    server,
                                    "{\"kind\": \"generate\", \"class\": \"cats\", \"order\": \"raster\", \"candidate-confidences\": true}"))
                    .hasSize(16)
                    .noneMatch(step -> step.data().has("candidate-confidences"));
        }
    }

    private static List<LiveServer.Event> steps(LiveServer server, String json)
            throws IOException, InterruptedException {
        return server.events(server.job(json), 0).stream()
                .filter(event -> event.name().equals("step"))
                .toList();
    }

    @Test
    void aPictureTellsTheSettingsThatItWasDrawnBy() throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            String job =
                    server.job("{\"kind\": \"generate\", \"class\": \"cats\", \"seed\": 3, \"order\": \"spiral-in\","
                            + " \"steps\": 5, \"guidance-scale\": 2.5, \"temperature\": 0.8, \"top-k\": 7}");
            server.end(job);
            byte[] png = server.get("/v1/jobs/" + job + "/images/0").bytes();
            assertThat(PngFile.text("it", png).get("parameters"))
                    .contains("order: spiral-in", "steps: 5", "guidance-scale: 2.5", "temperature: 0.8", "top-k: 7");
        }
    }
}
