package dev.oar.feature;

import dev.oar.checkpoint.NetworkFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch;

/** The feature classifier of a model folder: {@code features.yaml} for its sizes and {@code features.safetensors}. */
public final class FeatureFiles {
    /** File name of the sizes. */
    public static final String SIZES = "features.yaml";

    /** File name of the weights. */
    public static final String WEIGHTS = "features.safetensors";

    private static final NetworkFiles FILES = new NetworkFiles("measuring", SIZES, WEIGHTS);

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
        return FILES.presentIn(folder);
    }

    /**
     * Writes a classifier, its sizes last.
     *
     * @param type type of the stored weights, such as float32 or half; features computed from the files are those of what was stored
     */
    public static void write(Path folder, FeatureClassifier classifier, torch.ScalarType type) throws IOException {
        FILES.write(folder, new Sizes(classifier.classCount(), classifier.config()), classifier.weights(), type);
    }

    /** Reads a classifier; close it after use. */
    public static FeatureClassifier read(Path folder) throws IOException {
        return FILES.read(
                folder,
                Sizes.class,
                (sizes, weights) -> new FeatureClassifier(sizes.classifier(), sizes.classCount(), weights));
    }
}
