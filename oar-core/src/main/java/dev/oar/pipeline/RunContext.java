package dev.oar.pipeline;

import dev.oar.data.ImageCaptions;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageSource;
import dev.oar.data.ShardCheck;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.group.ProcessGroup;
import dev.oar.model.TransformerConfig;
import dev.oar.piece.PieceMakers;
import dev.oar.tensor.Device;
import dev.oar.train.TrainingLogs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What all stages of one run share: the recipe, the folders, the images, who listens. */
final class RunContext implements AutoCloseable {
    private static final int FEWEST_FAMILIES = 2;

    private final Recipe recipe;
    private final Path baseDirectory;
    private final Path runDirectory;
    private final PipelineListener listener;
    private final Device device;
    private final Map<String, String> choices;
    private final TrainingLogs logs;
    private final ProcessGroup group;
    private @Nullable BaseModel base;
    private @Nullable ImageFolder images;
    private @Nullable String imagesFingerprint;
    private @Nullable PieceMakers makers;

    RunContext(
            Recipe recipe,
            Path baseDirectory,
            Path runDirectory,
            PipelineListener listener,
            Device device,
            Map<String, String> choices,
            TrainingLogs logs) {
        this(recipe, baseDirectory, runDirectory, listener, device, choices, logs, ProcessGroup.alone());
    }

    RunContext(
            Recipe recipe,
            Path baseDirectory,
            Path runDirectory,
            PipelineListener listener,
            Device device,
            Map<String, String> choices,
            TrainingLogs logs,
            ProcessGroup group) {
        this.recipe = recipe;
        this.baseDirectory = baseDirectory;
        this.runDirectory = runDirectory;
        this.listener = listener;
        this.device = device;
        this.choices = Map.copyOf(choices);
        this.logs = logs;
        this.group = group;
    }

    /** The processes that run together; rank 0 alone writes. */
    ProcessGroup group() {
        return group;
    }

    /** When values of shards are checked: all by rank 0, before or while the others read their parts of them. */
    ShardCheck shardCheck() {
        return group.isFirst() ? ShardCheck.OPENED : ShardCheck.READ;
    }

    /** The same, with pieces of tokens and orders made by others. */
    RunContext madeBy(@Nullable PieceMakers others) {
        makers = others;
        return this;
    }

    /** Others that make pieces of tokens and orders, if there are any. */
    Optional<PieceMakers> makers() {
        return Optional.ofNullable(makers);
    }

    /** What the recipe left to the machine, by the name of the setting, and what was chosen ({@link RunChoices}). */
    Map<String, String> choices() {
        return new TreeMap<>(choices);
    }

    Recipe recipe() {
        return recipe;
    }

    Path runDirectory() {
        return runDirectory;
    }

    /** What relative paths in the recipe start from. */
    Path baseDirectory() {
        return baseDirectory;
    }

    PipelineListener listener() {
        return listener;
    }

    /** What is written of trainings besides their metrics. */
    TrainingLogs logs() {
        return logs;
    }

    /** Where tokenizer and transformers are trained and used. */
    Device device() {
        return device;
    }

    /** The model that the run starts from, opened at first use. */
    BaseModel base(String folder) throws IOException {
        BaseModel open = base;
        if (open == null) {
            open = BaseModel.open(baseDirectory.resolve(folder), recipe.data().imageSize(), device);
            base = open;
        }
        return open;
    }

    /** The images, opened at first use; in the classes of the base where there is one. */
    ImageFolder images() throws IOException {
        ImageFolder open = images;
        if (open == null) {
            PublicData.require(recipe.data(), baseDirectory);
            List<String> classes = recipe.start() instanceof Recipe.Start.Base start
                    ? base(start.folder()).manifest().classes()
                    : List.of();
            open = ImageFolder.open(recipe.data(), baseDirectory, classes);
            images = open;
            open.notes().forEach(listener::note);
            if (!open.unreadable().isEmpty()) {
                listener.note(open.unreadable().size() + " unreadable files are left out, the first being "
                        + open.unreadable().get(0).fileName() + "; the report lists them");
            }
        }
        return open;
    }

    /**
     * Checks that both sides of the split can be measured, before hours are spent on training.
     *
     * @throws IllegalArgumentException if a side holds less than {@value #FEWEST_FAMILIES} families
     */
    void requireMeasurable() throws IOException {
        int[] families = images().families();
        long train = Arrays.stream(images().trainIndices())
                .map(index -> families[index])
                .distinct()
                .count();
        long test = Arrays.stream(images().testIndices())
                .map(index -> families[index])
                .distinct()
                .count();
        if (train < FEWEST_FAMILIES || test < FEWEST_FAMILIES) {
            throw new IllegalArgumentException("measuring needs at least " + FEWEST_FAMILIES
                    + " images or families of images to train on and as many to test on, but test-fraction "
                    + recipe.data().testFraction() + " leaves " + train + " and " + test
                    + "; change data.test-fraction, or add images");
        }
    }

    /** Fingerprint of the images. */
    String imagesFingerprint() throws IOException {
        String known = imagesFingerprint;
        if (known == null) {
            known = images().fingerprint();
            imagesFingerprint = known;
        }
        return known;
    }

    /** Takes over the fingerprint that whoever reads all images has worked out. */
    void knowImagesFingerprint(String fingerprint) {
        imagesFingerprint = fingerprint;
    }

    /** Whether the run's models draw from captions; else from classes. */
    boolean drawsFromCaptions() throws IOException {
        return recipe.start() instanceof Recipe.Start.Base start
                ? base(start.folder()).manifest().captions().isPresent()
                : recipe.model().flatMap(TransformerConfig::captions).isPresent();
    }

    /**
     * The captions of a side of the split, which its models draw from.
     *
     * @throws IllegalArgumentException if an image has none
     */
    ImageCaptions captions(Split split) throws IOException {
        return ImageCaptions.of(images(), images().indices(split));
    }

    /** The tokens of a side of the split with what its images are drawn from: classes or captions. */
    TokenShards drawn(TokenShards tokens, Split split) throws IOException {
        return drawsFromCaptions() ? tokens.drawnFrom(captions(split)) : tokens;
    }

    /** The images of a side of the split, as a measurable set with their families. */
    ImageSource source(Split split) throws IOException {
        return ImageSource.of(images(), images().indices(split));
    }

    @Override
    public void close() throws IOException {
        if (images != null) {
            images.close();
        }
    }
}
