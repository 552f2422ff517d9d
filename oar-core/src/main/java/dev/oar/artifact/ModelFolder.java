package dev.oar.artifact;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.data.MeanRanks;
import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.hub.HubListener;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.CaptionModel;
import dev.oar.model.Captions;
import dev.oar.model.FrozenEncoder;
import dev.oar.tensor.Device;
import dev.oar.tensor.Weights;
import dev.oar.text.BytePairTokenizer;
import dev.oar.text.TextEncoderFiles;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/**
 * A trained model as a folder:
 *
 * <pre>
 * model.yaml                {@link ModelManifest}
 * tokenizer.safetensors     images to tokens and back
 * any-order.safetensors     and control.safetensors, specialised.safetensors: the transformers, by {@link Arm}
 * caption-tokenizer.json    words to ids, of a model that learned to read captions
 * caption-source.json       what frozen text encoder it was trained with, of a model with one ({@link CaptionSourceFile})
 * mean-ranks.json           when cells are filled on average, by class ({@link MeanRanks})
 * order-network.yaml, order-network.safetensors   which cell is next, where a network was trained to say so ({@link OrderNetworkFiles})
 * features.yaml, features.safetensors   the data set's own feature network, for measuring
 * attributes.yaml, attributes.safetensors   the data set's own attribute classifier, where its images have attributes
 * </pre>
 *
 * <p>Weights may be stored in half precision; they are used in float32.
 */
public final class ModelFolder {
    /** File name of the manifest. */
    public static final String MANIFEST = "model.yaml";

    /** File name of the tokenizer's weights. */
    public static final String TOKENIZER = "tokenizer.safetensors";

    /** File name of the tokenizer of captions. */
    public static final String CAPTION_TOKENIZER = "caption-tokenizer.json";

    /** File name of the mean ranks. */
    public static final String MEAN_RANKS = "mean-ranks.json";

    /**
     * Bytes of the largest weight file that is hashed whenever it is loaded, and copied. Larger ones are mapped: hashing one would
     * take longer than reading it, and a copy would be there twice.
     */
    private static final long LARGEST_CHECKED = 64L << 20;

    /** How many classes are offered in place of an unknown one. */
    private static final int NEAREST = 5;

    private final Path path;
    private final ModelManifest manifest;

    private ModelFolder(Path path, ModelManifest manifest) {
        this.path = path;
        this.manifest = manifest;
    }

    /** Opens a folder; weights are read when they are asked for. */
    public static ModelFolder open(Path path) throws IOException {
        Path file = path.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw new CorruptFileException("a model folder holds " + MANIFEST + ", but " + path
                    + " does not; name a folder that `oar run` or `oar quickstart` has written");
        }
        return new ModelFolder(path, RecipeReader.read(file, ModelManifest.class));
    }

    /**
     * Checks that a folder, which need not exist, may take a model.
     *
     * @throws IllegalArgumentException if it holds one already
     */
    static void requireNone(Path target) {
        if (Files.exists(target.resolve(MANIFEST))) {
            throw new IllegalArgumentException("a model takes the place of no other, but " + target
                    + " holds one already; choose another folder, or take that model away");
        }
    }

    /** Writes the manifest last, so that a folder with one is complete. */
    public static ModelFolder create(Path path, ModelManifest manifest) throws IOException {
        AtomicFile.write(path.resolve(MANIFEST), RecipeWriter.write(manifest).getBytes(StandardCharsets.UTF_8));
        return open(path);
    }

    /** File name of a transformer's weights. */
    public static String fileName(Arm arm) {
        return arm.label() + ".safetensors";
    }

    /** The folder. */
    public Path path() {
        return path;
    }

    /** What the folder says of itself. */
    public ModelManifest manifest() {
        return manifest;
    }

    /** The arms that are present. */
    public List<Arm> arms() {
        return Arrays.stream(Arm.values())
                .filter(arm -> Files.isRegularFile(path.resolve(fileName(arm))))
                .toList();
    }

    /** The arm that is used unless another is asked for: the specialised one where there is one. */
    public Arm defaultArm() {
        List<Arm> present = arms();
        if (present.contains(Arm.SPECIALISED)) {
            return Arm.SPECIALISED;
        }
        return present.contains(Arm.RASTER) ? Arm.RASTER : Arm.ANY_ORDER;
    }

    /** The tokenizer; close it after use. */
    public ImageTokenizer tokenizer() throws IOException {
        return tokenizer(Device.CPU);
    }

    /**
     * The tokenizer on a device; close it after use.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    public ImageTokenizer tokenizer(Device device) throws IOException {
        device.requireUsable();
        return manifest.tokenizer().create(used(TOKENIZER, device));
    }

    /** A transformer; close it after use. */
    public AutoregressiveModel transformer(Arm arm) throws IOException {
        return transformer(arm, Device.CPU);
    }

    /**
     * A transformer on a device; close it after use.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    public AutoregressiveModel transformer(Arm arm, Device device) throws IOException {
        return manifest.transformer().create(manifest.space(), weights(arm, device));
    }

    /**
     * The weights of a transformer on a device; close them after use. They may be mapped from the file and must not be written to.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    public Weights weights(Arm arm, Device device) throws IOException {
        device.requireUsable();
        if (!arms().contains(arm)) {
            throw new CorruptFileException("model " + manifest.name() + " has no weights of the arm " + arm.label()
                    + "; it has " + arms().stream().map(Arm::label).toList());
        }
        return used(fileName(arm), device);
    }

    /** Whether images are drawn from captions; else from classes. */
    public boolean drawsFromCaptions() {
        return manifest.captions().isPresent();
    }

    /**
     * Checks that the model draws from classes.
     *
     * @param measurement what asks for it, in words such as {@code the benchmark}
     * @throws IllegalArgumentException if it draws from captions
     */
    public ModelFolder requireClasses(String measurement) {
        Require.that(
                !drawsFromCaptions(),
                "%s takes models that draw from classes, but %s draws from captions; name another model, or measure this"
                        + " one by its recipe",
                measurement,
                manifest().name());
        return this;
    }

    /**
     * A transformer that draws from these captions, which are its conditions in their order; close it after use. A frozen text encoder is
     * the one that the model names; if it lies on the hub, it is fetched.
     *
     * @param negative what images shall not show, which unconditional rows see; none: nothing in particular
     * @throws IllegalArgumentException if the model draws from classes, a caption cannot be read, there is no such device, or the text
     *     encoder is frozen and none, or another than the model was trained with
     */
    public AutoregressiveModel transformer(Arm arm, Device device, List<String> captions, Optional<String> negative)
            throws IOException {
        return transformer(arm, device, captions, negative, namedTextEncoder(HubListener.silent()));
    }

    /**
     * The same with a text encoder from elsewhere.
     *
     * @param textEncoder the frozen encoder; empty for a model that has its own
     */
    public AutoregressiveModel transformer(
            Arm arm,
            Device device,
            List<String> captions,
            Optional<String> negative,
            Optional<TextEncoderFiles> textEncoder)
            throws IOException {
        Captions read;
        try (CaptionReader reader = captionReader(textEncoder)) {
            read = reader.read(captions, negative);
        }
        AutoregressiveModel model;
        try {
            model = transformer(arm, device);
        } catch (IOException | RuntimeException e) {
            read.close();
            throw e;
        }
        return ((CaptionModel) model).conditionedOn(read);
    }

    /**
     * The frozen text encoder that the model names; empty if it names none, or has its own.
     *
     * @param listener told of what is fetched from the hub
     */
    public Optional<TextEncoderFiles> namedTextEncoder(HubListener listener) throws IOException {
        Optional<String> source =
                manifest.captions().flatMap(CaptionConditioning::frozen).flatMap(FrozenEncoder::source);
        return source.isEmpty() ? Optional.empty() : Optional.of(TextEncoderFiles.find(source.get(), path, listener));
    }

    /**
     * What makes of captions what the model draws from; close it after use.
     *
     * @param textEncoder the frozen encoder; empty for a model that has its own
     * @throws IllegalArgumentException if it draws from classes, or if it has a text encoder of its own or needs one, and the other was
     *     given
     */
    public CaptionReader captionReader(Optional<TextEncoderFiles> textEncoder) throws IOException {
        CaptionConditioning sizes = manifest.captions()
                .orElseThrow(() -> new IllegalArgumentException("model " + manifest.name()
                        + " draws from classes, but was asked for captions; name one of its "
                        + manifest.classes().size() + " classes ('oar models' lists them)"));
        if (sizes.frozen().isPresent()) {
            TextEncoderFiles files = textEncoder.orElseThrow(() -> new IllegalArgumentException("model "
                    + manifest.name() + " needs a text encoder of width "
                    + sizes.frozen().get().width() + ", but " + MANIFEST
                    + " names none; name it by --text-encoder, a folder or hf://OWNER/REPO"));
            return FrozenCaptionReader.open(sizes, files, trainedSource());
        }
        if (textEncoder.isPresent()) {
            requireNoOwnEncoder(textEncoder.get().folder().toString());
        }
        requirePresent(CAPTION_TOKENIZER);
        verify(CAPTION_TOKENIZER);
        return new LearnedCaptionReader(sizes, BytePairTokenizer.read(path.resolve(CAPTION_TOKENIZER)));
    }

    /**
     * Checks that the model has no text encoder of its own; this reads nothing, so that it can be asked before an encoder is fetched.
     *
     * @param textEncoder the one that is given to it
     * @throws IllegalArgumentException if it has
     */
    public void requireNoOwnEncoder(String textEncoder) {
        Require.that(
                manifest.captions().flatMap(CaptionConditioning::frozen).isPresent(),
                "model %s reads captions by an encoder of its own, but was given the text encoder %s; leave --text-encoder"
                        + " out",
                manifest.name(),
                textEncoder);
    }

    /** What frozen encoder the model was trained with; unknown for imported models. */
    public Optional<CaptionFeatures.Source> trainedSource() throws IOException {
        if (fingerprint(CaptionSourceFile.NAME).isEmpty() && !Files.exists(path.resolve(CaptionSourceFile.NAME))) {
            return Optional.empty();
        }
        requirePresent(CaptionSourceFile.NAME);
        verify(CaptionSourceFile.NAME);
        return Optional.of(CaptionSourceFile.read(path.resolve(CaptionSourceFile.NAME)));
    }

    private void requirePresent(String fileName) throws CorruptFileException {
        if (!Files.isRegularFile(path.resolve(fileName))) {
            throw new CorruptFileException("model " + manifest.name() + " needs " + fileName + ", but " + path
                    + " does not hold it; copy the whole folder again");
        }
    }

    private Weights used(String fileName, Device device) throws IOException {
        return weights(fileName).movedTo(device).converted(torch.ScalarType.Float);
    }

    /** The mean ranks of recorded orders, if there are any; of a model that draws from captions, those of all images together. */
    public Optional<MeanRanks> meanRanks() throws IOException {
        Path file = path.resolve(MEAN_RANKS);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        MeanRanks ranks = MeanRanks.read(file);
        return Optional.of(drawsFromCaptions() ? ranks.overallAlone() : ranks);
    }

    /**
     * What there is of extracted orders to draw by, on a device; close it after use.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    public FolderOrders folderOrders(Device device) throws IOException {
        device.requireUsable();
        Optional<MeanRanks> ranks = meanRanks();
        if (!OrderNetworkFiles.presentIn(path)) {
            return FolderOrders.of(ranks);
        }
        verify(OrderNetworkFiles.WEIGHTS);
        return new FolderOrders(ranks, Optional.of(OrderNetworkFiles.read(path, device)));
    }

    /**
     * The condition of a class, by its name or, where no class has such a name, by its number.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public int classIndex(String className) {
        int count = manifest.classes().size();
        int index = manifest.classes().indexOf(className);
        if (index < 0 && className.matches("0|[1-9]\\d{0,8}") && Integer.parseInt(className) < count) {
            return Integer.parseInt(className);
        }
        if (index < 0) {
            throw new IllegalArgumentException("model " + manifest.name() + " has no class '" + className
                    + "'; did you mean one of "
                    + String.join(", ", Spelling.nearest(className, manifest.classes(), NEAREST))
                    + " (of " + count + "; their numbers do as well)?");
        }
        return index;
    }

    /** The recorded fingerprint of a weight file. */
    public String fingerprint(String fileName) {
        return manifest.fingerprints().getOrDefault(fileName, "");
    }

    /** The weights of a file as they are stored; close them after use. Nobody may shorten the file meanwhile. */
    Weights weights(String fileName) throws IOException {
        requirePresent(fileName);
        Path file = path.resolve(fileName);
        if (Files.size(file) <= LARGEST_CHECKED) {
            verify(fileName);
            return Safetensors.weights(file);
        }
        return Safetensors.open(file).mapped();
    }

    /**
     * Compares a weight file with its recorded fingerprint. Loading does so only where it takes no time that anybody would notice.
     *
     * @throws CorruptFileException if it has another one
     */
    public void verify(String fileName) throws IOException {
        Path file = path.resolve(fileName);
        String recorded = fingerprint(fileName);
        if (!recorded.isEmpty() && !recorded.equals(Fingerprint.ofFile(file))) {
            throw new CorruptFileException(file + " does not have the fingerprint that " + MANIFEST
                    + " recorded for it, so it is damaged or of another model; copy the whole folder again");
        }
    }
}
