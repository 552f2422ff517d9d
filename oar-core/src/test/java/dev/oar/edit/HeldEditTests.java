package dev.oar.edit;

import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.HeldDrawings;
import dev.oar.generate.Subject;
import dev.oar.generate.TinyGenerator;
import dev.oar.image.PngFile;
import dev.oar.image.RgbaImage;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.testing.HeldText;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What edited images tell, and in which orders they are painted, stays what it was to the byte. */
@ExtendWith(NativeMemory.class)
@Tag("processor")
class HeldEditTests {
    private static final long SEED = 5;

    @TempDir
    private Path folder;

    @Test
    void theTextAndTheOrdersOfEditsStayWhatTheyWere() throws IOException {
        StringBuilder told = new StringBuilder();
        RgbaImage image = RandomPictures.image(2, 12, 12);
        PixelMask mask = RandomPictures.mask(3, 12, 12);
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageEditor editor = new ImageEditor(
                    new DrawingModel(tiny.model(), tiny.tokenizer(), Optional.of(TinyGenerator.meanRanks(folder))));
            ImageVariations variations = new ImageVariations(
                    new DrawingModel(tiny.model(), tiny.tokenizer(), Optional.of(TinyGenerator.meanRanks(folder))));
            for (Map.Entry<String, Drawing> drawing : drawings().entrySet()) {
                EditRequest edit =
                        new EditRequest(image, mask, 1, 3, 1, SEED, 2, drawing.getValue(), 1, OptionalInt.of(8));
                EditFolder edits = folder(
                        "edit " + drawing.getKey(), "inpaint", drawing.getValue(), image, EditParameters.ofMask(edit));
                tell(told, drawing.getKey() + " edit", editor.edit(edit).get(0), edits);
                VariationRequest vary =
                        new VariationRequest(image, 0.4, KeptCells.UNCERTAIN, 1, 3, 1, SEED, 2, drawing.getValue());
                EditFolder varied = folder(
                        "vary " + drawing.getKey(),
                        "vary",
                        drawing.getValue(),
                        image,
                        EditParameters.ofVariation(vary));
                List<EditedImage> results = new ArrayList<>();
                variations.draw(vary, EditListener.NONE, results::add);
                tell(told, drawing.getKey() + " variation", results.get(0), varied);
            }
        }
        HeldText.assertHeld("edited-text.txt", told.toString());
    }

    private EditFolder folder(String name, String command, Drawing drawing, RgbaImage image, Map<String, String> own) {
        GenerationParameters parameters =
                new GenerationParameters("tiny", "any-order", Map.of("weights", "abc"), drawing, 2);
        return new EditFolder(
                folder.resolve(name),
                SEED,
                new EditParameters(command, new Subject.OfClass("dogs"), parameters, own),
                image);
    }

    private static void tell(StringBuilder told, String name, EditedImage image, EditFolder images) throws IOException {
        String orders = image.orders().stream()
                .map(order -> IntStream.of(order.toArray())
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(" | "));
        told.append(name).append(" orders: ").append(orders).append('\n');
        for (Path png : new Path[] {images.add(image), images.finish()}) {
            Map<String, String> text = PngFile.text(png);
            told.append(name).append(' ').append(png.getFileName()).append(": ");
            told.append(text.get(PngFile.PARAMETERS))
                    .append(' ')
                    .append(text.get(PngFile.OAR))
                    .append('\n');
        }
    }

    private Map<String, Drawing> drawings() throws IOException {
        Path file = Files.writeString(
                folder.resolve("order.txt"),
                IntStream.range(0, 16).mapToObj(i -> Integer.toString(15 - i)).collect(Collectors.joining("\n")));
        return HeldDrawings.of(file, TinyGenerator.orderFolder(folder));
    }
}
