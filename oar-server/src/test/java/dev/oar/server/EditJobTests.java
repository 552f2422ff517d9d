package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.edit.EditFolder;
import dev.oar.edit.EditParameters;
import dev.oar.edit.EditRequest;
import dev.oar.edit.EditedImage;
import dev.oar.edit.ImageEditor;
import dev.oar.edit.ImageVariations;
import dev.oar.edit.KeptCells;
import dev.oar.edit.Outpainting;
import dev.oar.edit.PixelMask;
import dev.oar.edit.PixelRectangle;
import dev.oar.edit.VariationRequest;
import dev.oar.generate.AskedDrawing;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.FormatChoice;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.Subject;
import dev.oar.image.PngFile;
import dev.oar.image.RgbaImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.Device;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is painted on images that are given is equal to the byte to what the command line paints. */
@ExtendWith(NativeMemory.class)
class EditJobTests {
    private static final int COUNT = 3;
    private static final long SEED = 9;

    @TempDir
    private Path folder;

    @FunctionalInterface
    private interface Painting {
        List<EditedImage> paint(DrawingModel model, RgbaImage image, Drawing drawing) throws IOException;
    }

    @Test
    void inpainting() throws Exception {
        PixelMask mask = PixelMask.ofRectangles(20, 14, List.of(PixelRectangle.parse("3,2,9,7")));
        check("\"rect\": [\"3,2,9,7\"], \"feather\": 2, \"class\": \"dogs\"", "inpaint", 1, (model, image, drawing) -> {
            EditRequest request =
                    new EditRequest(image, mask, 1, 0, COUNT, SEED, LiveServer.BATCH, drawing, 2, OptionalInt.empty());
            own.putAll(EditParameters.ofMask(request));
            return new ImageEditor(model).edit(request);
        });
    }

    @Test
    void outpainting() throws Exception {
        check("\"left\": 5, \"bottom\": 3, \"class\": \"cats\"", "outpaint", 0, (model, image, drawing) -> {
            Outpainting canvas = Outpainting.of(image, new Outpainting.Margins(5, 0, 0, 3), 8);
            EditRequest request = new EditRequest(
                    canvas.image(), canvas.mask(), 0, 0, COUNT, SEED, LiveServer.BATCH, drawing, 0, canvas.window());
            own.put("margins", "5,0,0,3");
            own.putAll(EditParameters.ofMask(request));
            return new ImageEditor(model).edit(request);
        });
    }

    @Test
    void variations() throws Exception {
        check("\"keep\": 0.5, \"class\": \"cats\"", "vary", 0, (model, image, drawing) -> {
            VariationRequest request =
                    new VariationRequest(image, 0.5, KeptCells.UNCERTAIN, 0, 0, COUNT, SEED, LiveServer.BATCH, drawing);
            own.putAll(EditParameters.ofVariation(request));
            List<EditedImage> images = new ArrayList<>();
            new ImageVariations(model).draw(request, progress -> {}, images::add);
            return images;
        });
    }

    private final Map<String, String> own = new LinkedHashMap<>();

    private void check(String fields, String kind, int condition, Painting painting) throws Exception {
        Path path = folder.resolve("model");
        byte[] rgba = new byte[4 * 20 * 14];
        for (int at = 0; at < rgba.length; at++) {
            rgba[at] = (byte) (at % 4 == 3 ? 255 : 31 * at);
        }
        RgbaImage image = new RgbaImage(20, 14, rgba);
        byte[] file = PngFile.encode(image, Map.of());
        try (LiveServer server = LiveServer.start(path)) {
            String job = server.job("{\"kind\": \"" + kind + "\", \"image\": \""
                    + Base64.getEncoder().encodeToString(file) + "\", \"seed\": " + SEED + ", \"count\": " + COUNT
                    + ", \"preview-every\": 3, " + fields + "}");
            List<LiveServer.Event> events = server.events(job, 0);
            assertThat(events.get(events.size() - 1).name()).isEqualTo("done");
            requireCellsWithinWindows(events);
            List<byte[]> expected = expected(path, kind, condition, image, file, painting);
            for (int number = 0; number < COUNT; number++) {
                assertThat(server.get("/v1/jobs/" + job + "/images/" + number).bytes())
                        .as("image %s", number)
                        .isEqualTo(expected.get(number));
            }
        }
    }

    private static void requireCellsWithinWindows(List<LiveServer.Event> events) {
        List<String> drawn = new ArrayList<>();
        for (LiveServer.Event event : events) {
            if (event.name().equals("step")) {
                JsonNode window = event.data().get("window");
                assertThat(window.size()).isEqualTo(3);
                event.data()
                        .get("cells")
                        .forEach(cell -> drawn.add(event.data().get("image") + " " + window + " " + cell));
            }
        }
        assertThat(drawn).isNotEmpty().doesNotHaveDuplicates();
    }

    private List<byte[]> expected(
            Path path, String kind, int condition, RgbaImage image, byte[] file, Painting painting) throws IOException {
        ModelFolder model = ModelFolder.open(path);
        Drawing drawing = FormatChoice.ofImages(line -> {}, Device.CPU, LiveServer.BATCH)
                .settled(
                        AskedDrawing.read(
                                Map.of(),
                                AskedDrawing.Usual.ofHoles(
                                        16, model.manifest().transformer().trainedOrders()),
                                key -> key),
                        WeightFormatSetting.AUTO,
                        16);
        own.put("sha256 image", Fingerprint.ofFile(Files.write(folder.resolve("image.png"), file)));
        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel transformer = model.transformer(Arm.ANY_ORDER)) {
            List<EditedImage> images =
                    painting.paint(new DrawingModel(transformer, tokenizer, model.meanRanks()), image, drawing);
            EditFolder out = new EditFolder(
                    folder.resolve("out"),
                    SEED,
                    new EditParameters(
                            kind,
                            new Subject.OfClass(model.manifest().classes().get(condition)),
                            GenerationParameters.of(model, Arm.ANY_ORDER, drawing, LiveServer.BATCH),
                            own),
                    image);
            List<byte[]> files = new ArrayList<>();
            for (EditedImage painted : images) {
                files.add(Files.readAllBytes(out.add(painted)));
            }
            return files;
        }
    }
}
