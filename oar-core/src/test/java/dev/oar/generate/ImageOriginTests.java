package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.file.CorruptFileException;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What files of drawn images tell of how they were drawn. */
@ExtendWith(NativeMemory.class)
class ImageOriginTests {
    private static final long SEED = 11;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aDrawnFileTellsEnoughToDrawItAgainToTheByte(Formulation formulation) throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(formulation)) {
            ImageGenerator generator = tiny.generator(folder);
            Map<String, Path> files = new LinkedHashMap<>();
            for (Map.Entry<String, Drawing> drawing :
                    TinyGenerator.drawings(folder).entrySet()) {
                GenerationParameters parameters = new GenerationParameters(
                        "tiny, the \"first\"", "any-order", Map.of("weights", "abc"), drawing.getValue(), 3);
                GenerationFolder drawn = new GenerationFolder(
                        folder.resolve(drawing.getKey()), SEED, parameters, Subject.classes(TinyGenerator.CLASSES));
                for (GeneratedImage image :
                        generator.generate(new GenerationRequest(7, new int[] {2, 0}, SEED, 3, drawing.getValue()))) {
                    files.put(drawing.getKey() + " " + image.index(), drawn.add(image));
                }
            }
            Files.delete(TinyGenerator.orderFile(folder));
            Files.delete(TinyGenerator.orderFolder(folder).resolve("manifest.json"));
            for (Map.Entry<String, Path> file : files.entrySet()) {
                ImageOrigin origin = ImageOrigin.read(file.getValue());
                int classIndex = TinyGenerator.CLASSES.indexOf(origin.subject().name());
                List<GeneratedImage> again = generator.generate(origin.request(classIndex));
                assertThat(again).as(file.getKey()).hasSize(1);
                Path copy = new GenerationFolder(
                                folder.resolve("again " + file.getKey()),
                                origin.seed(),
                                origin.parameters(),
                                Subject.classes(TinyGenerator.CLASSES))
                        .add(again.get(0));
                assertThat(copy).as(file.getKey()).hasSameBinaryContentAs(file.getValue());
            }
        }
    }

    @Test
    void anOrderThatCameFromAFileIsToldCellByCell() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageGenerator generator = tiny.generator(folder);
            for (String name :
                    List.of("learned", "learned in groups", "recorded mean", "one from a file", "recorded orders")) {
                Drawing drawing =
                        Objects.requireNonNull(TinyGenerator.drawings(folder).get(name));
                GenerationParameters parameters = new GenerationParameters("tiny", "any-order", Map.of(), drawing, 2);
                GeneratedImage image = generator
                        .generate(new GenerationRequest(6, new int[] {1}, SEED, 2, drawing))
                        .get(0);
                Path file = new GenerationFolder(
                                folder.resolve(name), SEED, parameters, Subject.classes(TinyGenerator.CLASSES))
                        .add(image);
                assertThat(ImageOrigin.read(file).cells())
                        .as(name)
                        .containsExactlyElementsOf(
                                Arrays.stream(image.order().toArray()).boxed().toList());
                assertThat(PngFile.text(file).get(PngFile.PARAMETERS))
                        .as(name)
                        .contains("order: " + kind(name))
                        .doesNotContain(folder.toString());
            }
        }
    }

    private static String kind(String name) {
        return name.equals("recorded mean") ? "recorded-mean" : name.startsWith("learned") ? "learned" : "given";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "{\"order\": \"given\", \"order-cells\": \"0 1 1\", \"steps\": \"0\"}",
                "{\"order\": \"spiral\"}",
                "{\"order\": \"raster\", \"steps\": \"many\"}"
            })
    void aFileThatDoesNotTellAllIsRefused(String json) throws IOException {
        Path file = Files.write(
                folder.resolve("image.png"),
                PngFile.encode(new RgbImage(1, 1, new byte[3]), Map.of(PngFile.OAR, json)));
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ImageOrigin.read(file))
                .withMessageContaining("must tell how the image was drawn");
        Files.write(file, PngFile.encode(new RgbImage(1, 1, new byte[3])));
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ImageOrigin.read(file))
                .withMessageContaining("has none");
    }
}
