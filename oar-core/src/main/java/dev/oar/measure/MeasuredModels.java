package dev.oar.measure;

import dev.oar.artifact.Arm;
import dev.oar.artifact.FolderOrders;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.data.ImageCaptions;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.TrainedOrders;
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
import java.util.Optional;
import java.util.stream.Collectors;

/** Models of one tokenizer, opened to be measured side by side, with what they are measured on and in. */
public final class MeasuredModels implements AutoCloseable {
    private final List<ModelFolder> folders;
    private final String measurement;
    private final Deque<Closing> owned = new ArrayDeque<>();
    private final List<MeasuredModel> models = new ArrayList<>();
    private final ImageFolder images;
    private final ImageTokenizer tokenizer;
    private final FeatureClassifier network;

    private MeasuredModels(Choice choice, ImageFolderConfig data, Path base, String measurement) throws IOException {
        this.folders = choice.folders();
        this.measurement = measurement;
        ModelFolder first = folders.get(0);
        try {
            this.images = ImageFolder.open(data, base, first.manifest().classes());
            owned.push(images::close);
            requireImages(data, first);
            this.tokenizer = first.tokenizer(choice.device());
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
     * Which models are measured, and how they are kept.
     *
     * @param folders at least one; the first is what others are compared with
     * @param arms the arms to measure; if there are none, all of one model and the usual one of several
     * @param formats how weights are kept; each model is opened once for each
     * @param device where models are
     */
    public record Choice(List<ModelFolder> folders, List<Arm> arms, List<WeightFormat> formats, Device device) {
        /** Copies the lists. */
        public Choice {
            folders = List.copyOf(folders);
            arms = List.copyOf(arms);
            formats = List.copyOf(formats);
            Require.that(
                    !folders.isEmpty() && !formats.isEmpty(),
                    "at least one model is measured in at least one weight format, but %s and %s were given; name some",
                    folders.size(),
                    formats.size());
        }
    }

    /**
     * Opens models; close them after use.
     *
     * @param data the images, some of which are held out; in the classes of the models
     * @param base what paths of the images are relative to
     * @param measurement what is measured, as a refusal begins
     * @throws IllegalArgumentException if models cannot be measured side by side, or not on these images
     * @throws IOException if a file is missing or damaged
     */
    public static MeasuredModels open(Choice choice, ImageFolderConfig data, Path base, String measurement)
            throws IOException {
        List<ModelFolder> folders = choice.folders();
        for (ModelFolder folder : folders) {
            requireAnyOrder(folder, measurement);
            requireSameTokenizer(folders.get(0), folder);
            requireSameConditions(folders.get(0), folder);
        }
        LibTorch.load();
        MeasuredModels opened = new MeasuredModels(choice, data, base, measurement);
        try {
            for (ModelFolder folder : folders) {
                List<Arm> usual = folders.size() == 1 ? folder.arms() : List.of(folder.defaultArm());
                for (Arm arm : choice.arms().isEmpty() ? usual : choice.arms()) {
                    opened.add(folder, arm, choice);
                }
            }
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    private void add(ModelFolder folder, Arm arm, Choice choice) throws IOException {
        AnyOrderModel model = (AnyOrderModel)
                (folder.drawsFromCaptions()
                        ? folder.transformer(arm, choice.device(), captions(), Optional.empty())
                        : folder.transformer(arm, choice.device()));
        owned.push(model::close);
        FolderOrders folderOrders = folder.folderOrders(choice.device());
        owned.push(folderOrders::close);
        String label = folders.size() == 1 ? arm.label() : folder.manifest().name() + ", " + arm.label();
        for (WeightFormat format : choice.formats()) {
            AnyOrderModel packed = model.packed(format);
            owned.push(packed::close);
            models.add(new MeasuredModel(
                    format == WeightFormat.FLOAT32 ? label : label + ", weights in " + Spelling.word(format),
                    folder.fingerprint(ModelFolder.fileName(arm)),
                    packed,
                    folderOrders));
        }
    }

    /** What models that draw from captions are conditioned on, in place of classes. */
    private List<String> captions() {
        return ImageCaptions.of(images, images.testIndices()).captions();
    }

    /** The models, those that others are compared with first. Those that draw from captions know the captions of the test images. */
    public List<MeasuredModel> models() {
        return List.copyOf(models);
    }

    /** The images, in the classes of the models; some are held out. */
    public ImageFolder images() {
        return images;
    }

    /** The tokenizer that all models share. */
    public ImageTokenizer tokenizer() {
        return tokenizer;
    }

    /** The feature network of the first model's data set. */
    public FeatureClassifier network() {
        return network;
    }

    /** The names of all models. */
    public String names() {
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
            throw new IllegalArgumentException(measurement + " needs any-order models, but "
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

    private static void requireSameConditions(ModelFolder first, ModelFolder other) {
        Require.that(
                first.drawsFromCaptions() == other.drawsFromCaptions(),
                "only models that draw from captions, or only such that draw from classes, can be compared, but %s and %s"
                        + " differ in that; measure them apart",
                first.manifest().name(),
                other.manifest().name());
    }

    private void requireImages(ImageFolderConfig data, ModelFolder model) {
        int side = model.manifest().tokenizer().imageSize();
        if (data.imageSize() != side || images.testIndices().length == 0) {
            throw new IllegalArgumentException(measurement + " needs test images of " + side + " pixels, but "
                    + data.path() + " has " + images.testIndices().length + " of " + data.imageSize()
                    + "; name the recipe that the model was made by");
        }
    }
}
