import dev.oar.checkpoint.Safetensors;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageSource;
import dev.oar.evaluate.ReconstructionQuality;
import dev.oar.evaluate.Subsampling;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.pipeline.Recipe;
import dev.oar.tokenizer.VqTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures tokenizers of one recipe's sizes on its test images, in the feature network of a model folder, and shows what they give back:
 *
 * <pre>java -cp oar-cli/target/oar-cli.jar Reconstructions.java RECIPE MODEL PICTURE.png TOKENIZER.safetensors...</pre>
 *
 * One line per tokenizer; in the picture the images stand in the first row, and each tokenizer's reconstructions in one of their own.
 */
public final class Reconstructions {
    private static final int SHOWN = 12;
    private static final int SCALE = 1;
    private static final int SUBSAMPLES = 40;

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]).toAbsolutePath();
        Recipe recipe = RecipeReader.read(file, Recipe.class);
        try (ImageFolder images = ImageFolder.open(recipe.data(), file.getParent());
                FeatureClassifier features = FeatureFiles.read(Path.of(arguments[1]))) {
            ImageSource test = ImageSource.of(images, images.testIndices());
            List<RgbImage> shown = new ArrayList<>();
            for (int i = 0; i < SHOWN; i++) {
                shown.add(test.image(i * test.count() / SHOWN));
            }
            List<List<RgbImage>> rows = new ArrayList<>(List.of(shown));
            for (int i = 3; i < arguments.length; i++) {
                try (VqTokenizer tokenizer = new VqTokenizer(
                        recipe.tokenizer().orElseThrow().network(), Safetensors.weights(Path.of(arguments[i])))) {
                    ReconstructionQuality quality = ReconstructionQuality.measure(
                            tokenizer, features, test, 32, new Subsampling(SUBSAMPLES, recipe.seed()));
                    System.out.printf(
                            "%s: %d images, PSNR %s dB, %s %s, %.0f %% of the codes used, perplexity %.0f%n",
                            arguments[i],
                            quality.images(),
                            quality.signalToNoise().mean().text(2),
                            quality.metric().name(),
                            quality.frechetDistance().text(2),
                            100 * quality.codebookUse(),
                            quality.perplexity());
                    rows.add(tokenizer.images(tokenizer.tokens(shown)));
                }
            }
            Files.write(Path.of(arguments[2]), PngFile.encode(picture(rows)));
        }
    }

    private static RgbImage picture(List<List<RgbImage>> rows) {
        int side = rows.get(0).get(0).width() * SCALE;
        int width = SHOWN * side;
        byte[] rgb = new byte[3 * width * rows.size() * side];
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < SHOWN; column++) {
                byte[] image = rows.get(row).get(column).rgb();
                for (int y = 0; y < side; y++) {
                    for (int x = 0; x < side; x++) {
                        int from = 3 * (y / SCALE * (side / SCALE) + x / SCALE);
                        int to = 3 * ((row * side + y) * width + column * side + x);
                        System.arraycopy(image, from, rgb, to, 3);
                    }
                }
            }
        }
        return new RgbImage(width, rows.size() * side, rgb);
    }
}
