package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.CaptionFeatures;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelManifest;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.model.TrainedOrders;
import dev.oar.tensor.Device;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The model folder that a run starts from: its tokenizer, and its any-order model unless the run trains one. */
final class BaseModel {
    private final ModelFolder folder;
    private final Device device;

    private BaseModel(ModelFolder folder, Device device) {
        this.folder = folder;
        this.device = device;
    }

    /**
     * Opens the folder.
     *
     * @param imageSize side in pixels of the images of the run
     * @param device where tokenizer and model will be
     * @throws IllegalArgumentException if it is for images of another size
     */
    static BaseModel open(Path path, int imageSize, Device device) throws IOException {
        ModelFolder folder = ModelFolder.open(path);
        int trained = folder.manifest().tokenizer().imageSize();
        if (trained != imageSize) {
            throw new IllegalArgumentException("data and base must have one image-size, but data has " + imageSize
                    + " and the tokenizer of " + path + " has " + trained + "; set data.image-size: " + trained);
        }
        return new BaseModel(folder, device);
    }

    /**
     * Checks that orders can be extracted from its model.
     *
     * @throws IllegalArgumentException if it has no any-order model
     */
    BaseModel requireAnyOrder() {
        boolean anyOrder = folder.manifest().transformer().trainedOrders() == TrainedOrders.ANY;
        if (!anyOrder || !folder.arms().contains(Arm.ANY_ORDER)) {
            throw new IllegalArgumentException("a base must hold an any-order model, but " + folder.path() + " holds "
                    + folder.arms().stream().map(Arm::label).toList()
                    + "; orders can only be extracted from a model that was trained on random ones");
        }
        return this;
    }

    ModelManifest manifest() {
        return folder.manifest();
    }

    /** The folder. */
    Path path() {
        return folder.path();
    }

    /** What frozen text encoder it was trained with, if that is known. */
    Optional<CaptionFeatures.Source> trainedSource() throws IOException {
        return folder.trainedSource();
    }

    Path file(String fileName) {
        return folder.path().resolve(fileName);
    }

    /** Of a weight file, as recorded where it is, and of the sizes of everything. */
    String fingerprint(String fileName) throws IOException {
        ModelManifest manifest = folder.manifest();
        String recorded = folder.fingerprint(fileName);
        return (recorded.isEmpty() ? Fingerprint.ofFile(file(fileName)) : recorded)
                + manifest.space()
                + RecipeWriter.write(manifest.tokenizer())
                + RecipeWriter.write(manifest.transformer());
    }

    /** Compares a weight file with its recorded fingerprint. */
    void verify(String fileName) throws IOException {
        folder.verify(fileName);
    }

    /** The tokenizer; close it after use. */
    ImageTokenizer tokenizer() throws IOException {
        return folder.tokenizer(device);
    }

    /** The weights of the any-order model; close them after use. They may be mapped from the file and must not be written to. */
    Weights weights() throws IOException {
        return folder.weights(Arm.ANY_ORDER, device);
    }
}
