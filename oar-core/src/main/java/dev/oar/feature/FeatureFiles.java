package dev.oar.feature;

import dev.oar.checkpoint.Safetensors;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;

/** The feature classifier of a model folder: {@code features.yaml} for its sizes and {@code features.safetensors}. */
public final class FeatureFiles {
    /** File name of the sizes. */
    public static final String SIZES = "features.yaml";

    /** File name of the weights. */
    public static final String WEIGHTS = "features.safetensors";

    /**
     * What {@code features.yaml} says.
     *
     * @param classCount number of classes
     * @param classifier sizes of the classifier
     */
    public record Sizes(int classCount, FeatureClassifierConfig classifier) {}

    private FeatureFiles() {}

    /** Whether a folder holds a feature classifier. */
    public static boolean presentIn(Path folder) {
        return Files.isRegularFile(folder.resolve(SIZES)) && Files.isRegularFile(folder.resolve(WEIGHTS));
    }

    /**
     * Writes a classifier, its sizes last.
     *
     * @param type type of the stored weights, such as float32 or half; features computed from the files are those of what was stored
     */
    public static void write(Path folder, FeatureClassifier classifier, torch.ScalarType type) throws IOException {
        try (Weights stored = classifier.weights().to(type)) {
            Safetensors.write(folder.resolve(WEIGHTS), stored.asMap(), Map.of());
        }
        String sizes = RecipeWriter.write(new Sizes(classifier.classCount(), classifier.config()));
        AtomicFile.write(folder.resolve(SIZES), sizes.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a classifier; close it after use. */
    public static FeatureClassifier read(Path folder) throws IOException {
        if (!presentIn(folder)) {
            throw new CorruptFileException("measuring needs " + SIZES + " and " + WEIGHTS + ", but " + folder
                    + " does not hold both; copy the whole model folder again");
        }
        Sizes sizes = RecipeReader.read(folder.resolve(SIZES), Sizes.class);
        try (Weights stored = Safetensors.weights(folder.resolve(WEIGHTS))) {
            Weights weights = stored.to(torch.ScalarType.Float);
            try {
                return new FeatureClassifier(sizes.classifier(), sizes.classCount(), weights);
            } catch (IllegalArgumentException e) {
                weights.close();
                throw new CorruptFileException(
                        folder.resolve(WEIGHTS) + " does not fit its sizes: " + e.getMessage(), e);
            }
        }
    }
}
