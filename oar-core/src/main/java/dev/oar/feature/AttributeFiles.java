package dev.oar.feature;

import dev.oar.checkpoint.NetworkFiles;
import dev.oar.image.Attribute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/**
 * The attribute classifier of a model folder: {@code attributes.yaml} for the attributes with their values and its sizes, and
 * {@code attributes.safetensors}.
 */
public final class AttributeFiles {
    /** File name of attributes and sizes. */
    public static final String SIZES = "attributes.yaml";

    /** File name of the weights. */
    public static final String WEIGHTS = "attributes.safetensors";

    private static final NetworkFiles FILES = new NetworkFiles("telling attributes", SIZES, WEIGHTS);

    /**
     * What {@code attributes.yaml} says.
     *
     * @param imageSize side of the images in pixels
     * @param attributes what the classifier tells
     * @param classifier its sizes
     */
    public record Sizes(int imageSize, List<Attribute> attributes, AttributeClassifierConfig classifier) {}

    private AttributeFiles() {}

    /** Whether a folder holds an attribute classifier. */
    public static boolean presentIn(Path folder) {
        return FILES.presentIn(folder);
    }

    /**
     * Writes a classifier, its sizes last.
     *
     * @param type type of the stored weights, such as float32 or half; what is told from the files is told by what was stored
     */
    public static void write(Path folder, AttributeClassifier classifier, torch.ScalarType type) throws IOException {
        FILES.write(
                folder,
                new Sizes(classifier.imageSize(), classifier.attributes(), classifier.config()),
                classifier.weights(),
                type);
    }

    /** Reads a classifier; close it after use. */
    public static AttributeClassifier read(Path folder) throws IOException {
        return FILES.read(
                folder,
                Sizes.class,
                (sizes, weights) ->
                        new AttributeClassifier(sizes.classifier(), sizes.imageSize(), sizes.attributes(), weights));
    }
}
