package dev.oar;

// docs/library.md: from here
import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolderConfig;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.image.PngFile;
import dev.oar.model.AutoregressiveModel;
import dev.oar.pipeline.Pipeline;
import dev.oar.pipeline.PipelineListener;
import dev.oar.pipeline.Recipe;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public final class LibraryExample {
    public static void trainAndDraw(Path recipeFile, Path images, Path run) throws IOException {
        Recipe template = RecipeReader.read(recipeFile, Recipe.class);
        int imageSize = template.data().imageSize();
        Recipe recipe = template.withData(
                "mine",
                "unspecified",
                ImageFolderConfig.of(images.toAbsolutePath().toString(), imageSize));
        ModelFolder model = new Pipeline(recipe, Path.of("."), run, new PipelineListener() {}).run();

        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel transformer = model.transformer(Arm.SPECIALISED)) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(transformer, tokenizer, model.meanRanks()));
            int[] classes = {0, 0, 0, 0};
            Drawing drawing = Drawing.of(new DrawingOrder.Raster(0));
            for (GeneratedImage image : generator.generate(new GenerationRequest(0, classes, 1, 4, drawing))) {
                Files.write(run.resolve(image.index() + ".png"), PngFile.encode(image.image()));
            }
        }
    }

    private LibraryExample() {}
}
// docs/library.md: to here
