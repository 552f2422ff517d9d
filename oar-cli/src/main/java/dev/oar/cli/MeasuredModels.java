package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.Spelling;
import dev.oar.data.ImageFolder;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.measure.MeasuredModel;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.TrainedOrders;
import dev.oar.pipeline.Recipe;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.WeightFormat;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/** Models of one tokenizer, opened to be measured side by side, with what they are measured on and in. */
final class MeasuredModels implements AutoCloseable {
    private final List<ModelFolder> folders;
    private final String measurement;
    private final Deque<Closing> owned = new ArrayDeque<>();
    private final List<MeasuredModel> models = new ArrayList<>();
    private final ImageFolder images;
    private final ImageTokenizer tokenizer;
    private final FeatureClassifier network;

    private MeasuredModels(List<ModelFolder> folders, Device device, Recipe recipe, Path base, String measurement)
            throws IOException {
        this.folders = folders;
        this.measurement = measurement;
        ModelFolder first = folders.get(0);
        try {
            this.images = ImageFolder.open(recipe.data(), base, first.manifest().classes());
            owned.push(images::close);
            requireImages(recipe, first);
            this.tokenizer = first.tokenizer(device);
            owned.push(tokenizer::close);
            this.network = FeatureFiles.read(first.path());
            owned.push(network::close);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private interface Closing {
        void close() throws IOException;
    }

    /**
     * Opens models.
     *
     * @param folders at least one
     * @param arms the arms to measure; if there are none, all of one model and the usual one of several
     * @param formats how weights are kept
     * @param device where models are
     * @param base what paths of the recipe are relative to
     * @param measurement what is measured, as a refusal begins
     */
    static MeasuredModels open(
            List<ModelFolder> folders,
            List<Arm> arms,
            List<WeightFormat> formats,
            Device device,
            Recipe recipe,
            Path base,
            String measurement)
            throws IOException {
        for (ModelFolder folder : folders) {
            requireAnyOrder(folder, measurement);
            requireSameTokenizer(folders.get(0), folder);
        }
        LibTorch.load();
        MeasuredModels opened = new MeasuredModels(folders, device, recipe, base, measurement);
        try {
            for (ModelFolder folder : folders) {
                List<Arm> usual = folders.size() == 1 ? folder.arms() : List.of(folder.defaultArm());
                for (Arm arm : arms.isEmpty() ? usual : arms) {
                    opened.add(folder, arm, device, formats);
                }
            }
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    private void add(ModelFolder folder, Arm arm, Device device, List<WeightFormat> formats) throws IOException {
        AnyOrderModel model = (AnyOrderModel) folder.transformer(arm, device);
        owned.push(model::close);
        String label = folders.size() == 1 ? arm.label() : folder.manifest().name() + ", " + arm.label();
        for (WeightFormat format : formats) {
            AnyOrderModel packed = model.packed(format);
            owned.push(packed::close);
            models.add(new MeasuredModel(
                    format == WeightFormat.FLOAT32 ? label : label + ", weights in " + Spelling.word(format),
                    folder.fingerprint(ModelFolder.fileName(arm)),
                    packed,
                    folder.meanRanks()));
        }
    }

    /** The models, those that others are compared with first. */
    List<MeasuredModel> models() {
        return models;
    }

    /** The images of the recipe, in the classes of the models. */
    ImageFolder images() {
        return images;
    }

    /** The tokenizer that all models share. */
    ImageTokenizer tokenizer() {
        return tokenizer;
    }

    /** The feature network of the first model's data set. */
    FeatureClassifier network() {
        return network;
    }

    /** The names of all models. */
    String names() {
        return folders.stream()
                .map(folder -> folder.manifest().name())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void requireAnyOrder(ModelFolder folder, String measurement) {
        if (folder.manifest().transformer().trainedOrders() != TrainedOrders.ANY) {
            throw new IllegalArgumentException(measurement + " is measured of any-order models, but "
                    + folder.manifest().name() + " was trained for raster order only; choose another model");
        }
    }

    private static void requireSameTokenizer(ModelFolder first, ModelFolder other) {
        if (!first.fingerprint(ModelFolder.TOKENIZER).equals(other.fingerprint(ModelFolder.TOKENIZER))
                || !first.manifest().classes().equals(other.manifest().classes())) {
            throw new IllegalArgumentException(
                    "only models of one tokenizer and one list of classes can be compared, but "
                            + first.manifest().name() + " and "
                            + other.manifest().name()
                            + " differ in that; measure them apart");
        }
    }

    private void requireImages(Recipe recipe, ModelFolder model) {
        int side = model.manifest().tokenizer().imageSize();
        if (recipe.data().imageSize() != side || images.testIndices().length == 0) {
            throw new IllegalArgumentException(measurement + " needs test images of " + side + " pixels, but recipe "
                    + recipe.name() + " has " + images.testIndices().length + " of "
                    + recipe.data().imageSize() + "; name the recipe that the model was made by");
        }
    }
}
