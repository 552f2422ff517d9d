package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.generate.AskedDrawing;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.FormatChoice;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationFolder;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.generate.Subject;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.TrainedOrders;
import dev.oar.tensor.Device;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import dev.oar.testing.TinyTextEncoder;
import dev.oar.text.TextEncoderFiles;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images from captions, beside what the command line writes. */
@ExtendWith(NativeMemory.class)
class CaptionJobTests {
    private static final int COUNT = 3;
    private static final double SCALE = 2;
    private static final List<String> CAPTIONS =
            List.of("a red cat", "a green cat and a red dog", "a dog", "a green dog");

    @TempDir
    private Path folder;

    /** Models that read captions in different ways. */
    private enum Kind {
        TRAINED_ENCODER,
        FROZEN_ENCODER,
        LLAMAGEN
    }

    private Path model = Path.of("");
    private Optional<TextEncoderFiles> encoder = Optional.empty();

    private LiveServer serve(Kind kind) throws IOException {
        model = folder.resolve("model");
        if (kind == Kind.TRAINED_ENCODER) {
            TinyModelFolder.writeCaptioned(model);
        } else {
            TinyModelFolder.writeFrozen(model, kind == Kind.LLAMAGEN, "");
            encoder = Optional.of(new TextEncoderFiles(TinyTextEncoder.write(folder.resolve("encoder"), 1)));
        }
        return LiveServer.of(model, encoder);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void imagesOfClientsWithDifferentCaptionsAreEqualToTheByteToThoseOfTheCommandLine(Kind kind) throws Exception {
        try (LiveServer server = serve(kind)) {
            List<String> jobs = new ArrayList<>();
            for (int client = 0; client < CAPTIONS.size(); client++) {
                jobs.add(server.job(
                        "{\"kind\": \"generate\", \"caption\": \"" + CAPTIONS.get(client) + "\", \"seed\": " + client
                                + ", \"first-index\": " + client + ", \"count\": " + COUNT + ", \"guidance-scale\": "
                                + SCALE + "}",
                        "OAR-Client",
                        "client " + client));
            }
            for (int client = 0; client < jobs.size(); client++) {
                requireEqual(
                        server,
                        jobs.get(client),
                        drawn(client, client, COUNT, List.of(CAPTIONS.get(client))),
                        kind + " " + client);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void imagesOfAJobTakeItsCaptionsInTurnAsOnTheCommandLine(Kind kind) throws Exception {
        List<String> captions = List.of(CAPTIONS.get(0), CAPTIONS.get(1), CAPTIONS.get(0), CAPTIONS.get(2));
        String list = "[\"" + String.join("\", \"", captions) + "\"]";
        String asked = "{\"kind\": \"generate\", \"captions\": " + list
                + ", \"seed\": 5, \"first-index\": 1, \"guidance-scale\": " + SCALE;
        try (LiveServer server = serve(kind)) {
            String one = server.job(asked + "}");
            String several = server.job(asked + ", \"count\": 6}", "OAR-Client", "other");
            requireEqual(server, one, drawn(5, 1, 4, captions), kind + ", one each");
            requireEqual(server, several, drawn(5, 1, 6, captions), kind + ", in turn");
        }
    }

    @Test
    void whatCannotBeShownIsRefused() throws Exception {
        try (LiveServer server = serve(Kind.TRAINED_ENCODER)) {
            Map<String, String> wrong = Map.of(
                    "\"captions\": []",
                    "at least one",
                    "\"caption\": \"a cat\", \"captions\": [\"a dog\"]",
                    "leave one out",
                    "\"class\": \"cats\"",
                    "draws from captions",
                    "\"captions\": [\"a cat\", \"" + "a dog and ".repeat(9) + "\"]",
                    "12");
            for (Map.Entry<String, String> each : wrong.entrySet()) {
                LiveServer.Answer answer = server.post("/v1/jobs", "{\"kind\": \"generate\", " + each.getKey() + "}");
                assertThat(answer.status()).as(each.getKey()).isEqualTo(400);
                assertThat(answer.json().get("detail").asString())
                        .as(each.getKey())
                        .contains(each.getValue());
            }
        }
    }

    private static void requireEqual(LiveServer server, String job, List<byte[]> expected, String what)
            throws IOException, InterruptedException {
        assertThat(server.end(job)).as(what).isEqualTo("done");
        assertThat(server.get("/v1/jobs/" + job).json().get("count").asInt()).isEqualTo(expected.size());
        for (int image = 0; image < expected.size(); image++) {
            assertThat(server.get("/v1/jobs/" + job + "/images/" + image).bytes())
                    .as("image %s of %s", image, what)
                    .isEqualTo(expected.get(image));
        }
    }

    /** What the command line writes. */
    private List<byte[]> drawn(long seed, long firstIndex, int count, List<String> captions) throws IOException {
        ModelFolder opened = ModelFolder.open(model);
        List<String> different = captions.stream().distinct().toList();
        TrainedOrders trained = opened.manifest().transformer().trainedOrders();
        Arm arm = opened.defaultArm();
        Drawing drawing = FormatChoice.ofImages(line -> {}, Device.CPU, LiveServer.BATCH)
                .settled(
                        AskedDrawing.read(
                                Map.of("guidance-scale", Double.toString(SCALE)),
                                AskedDrawing.Usual.ofImages(16, arm, trained),
                                key -> key),
                        WeightFormatSetting.AUTO,
                        16);
        int[] conditions = IntStream.range(0, count)
                .map(image -> different.indexOf(captions.get(image % captions.size())))
                .toArray();
        GenerationFolder images = new GenerationFolder(
                folder.resolve("out-" + seed + "-" + count),
                seed,
                GenerationParameters.of(opened, arm, drawing, LiveServer.BATCH),
                Subject.captions(different, Optional.empty()));
        try (ImageTokenizer tokenizer = opened.tokenizer();
                AutoregressiveModel transformer =
                        opened.transformer(arm, Device.CPU, different, Optional.empty(), encoder)) {
            List<GeneratedImage> drawn = new ImageGenerator(
                            new DrawingModel(transformer, tokenizer, opened.meanRanks()))
                    .generate(new GenerationRequest(firstIndex, conditions, seed, LiveServer.BATCH, drawing));
            List<byte[]> files = new ArrayList<>();
            for (GeneratedImage image : drawn) {
                files.add(Files.readAllBytes(images.add(image)));
            }
            return files;
        }
    }
}
