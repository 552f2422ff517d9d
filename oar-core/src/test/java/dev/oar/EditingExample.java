package dev.oar;

import dev.oar.artifact.ModelFolder;
import dev.oar.edit.EditRequest;
import dev.oar.edit.EditedImage;
import dev.oar.edit.ImageEditor;
import dev.oar.edit.PixelMask;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.Rgb;
import dev.oar.image.RgbaImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The example of docs/editing.md. */
public final class EditingExample {
    private EditingExample() {}

    public static void inpaint(ModelFolder model, Path imageFile, Path maskFile, Path out) throws IOException {
        RgbaImage image = ImageReader.readWithAlpha(imageFile, ImageLimits.DEFAULT);
        PixelMask mask = PixelMask.ofWhite(ImageReader.read(maskFile, ImageLimits.DEFAULT, Rgb.WHITE));
        EditRequest request = EditRequest.of(image, mask, 0, 1, Drawing.of(new DrawingOrder.Rim(0)));
        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel transformer = model.transformer(model.defaultArm())) {
            ImageEditor editor = new ImageEditor(new DrawingModel(transformer, tokenizer, model.meanRanks()));
            for (EditedImage edited : editor.edit(request)) {
                Files.write(out.resolve(edited.index() + ".png"), PngFile.encode(edited.image(), Map.of()));
            }
        }
    }
}
