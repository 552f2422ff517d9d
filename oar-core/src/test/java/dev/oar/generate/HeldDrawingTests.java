package dev.oar.generate;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.testing.HeldText;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What drawn images tell, and what a model draws, stays what it was to the byte. */
@ExtendWith(NativeMemory.class)
@Tag("processor")
class HeldDrawingTests {
    private static final long SEED = 11;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void theTokensOfEveryKindOfOrderStayWhatTheyWere(Formulation formulation) throws IOException {
        StringBuilder drawn = new StringBuilder();
        try (TinyGenerator tiny = TinyGenerator.of(formulation)) {
            ImageGenerator generator = tiny.generator(folder);
            for (Map.Entry<String, Drawing> drawing : drawings().entrySet()) {
                for (GeneratedImage image : generator.generate(
                        new GenerationRequest(4, new int[] {0, 1, 2}, SEED, 2, drawing.getValue()))) {
                    drawn.append(drawing.getKey()).append(' ').append(image.index());
                    drawn.append(" tokens ").append(Arrays.toString(image.tokens()));
                    drawn.append(" order ").append(Arrays.toString(image.order().toArray()));
                    drawn.append('\n');
                }
            }
        }
        HeldText.assertHeld("drawn-tokens-" + formulation + ".txt", drawn.toString());
    }

    @Test
    void theTextOfImagesAndSheetsStaysWhatItWas() throws IOException {
        StringBuilder told = new StringBuilder();
        for (Map.Entry<String, Drawing> drawing : drawings().entrySet()) {
            GenerationParameters parameters = new GenerationParameters(
                    "tiny, the \"first\"",
                    "any-order",
                    Map.of("weights", "abc", "tokenizer", "def"),
                    drawing.getValue(),
                    3);
            GenerationFolder images = new GenerationFolder(
                    folder.resolve(drawing.getKey()), SEED, parameters, Subject.classes(TinyGenerator.CLASSES));
            RgbImage picture = new RgbImage(8, 8, new byte[3 * 64]);
            Path file = images.add(new GeneratedImage(7, 2, picture, new int[16], TinyGenerator.order(3)));
            tell(told, drawing.getKey(), file);
            for (Path sheet : images.finish(TinyGenerator.GRID)) {
                tell(told, drawing.getKey() + " " + sheet.getFileName(), sheet);
            }
        }
        HeldText.assertHeld("drawn-text.txt", told.toString());
    }

    private static void tell(StringBuilder told, String name, Path png) throws IOException {
        Map<String, String> text = PngFile.text(png);
        for (String chunk : new String[] {PngFile.PARAMETERS, PngFile.OAR}) {
            told.append(name)
                    .append(' ')
                    .append(chunk)
                    .append(": ")
                    .append(text.get(chunk))
                    .append('\n');
        }
    }

    private Map<String, Drawing> drawings() throws IOException {
        return HeldDrawings.of(TinyGenerator.orderFile(folder), TinyGenerator.orderFolder(folder));
    }
}
