package dev.oar.train;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import dev.oar.data.ImageFolder;
import dev.oar.image.ContactSheet;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.CodebookUsage;
import dev.oar.tokenizer.CodebookUsageConfig;
import dev.oar.tokenizer.PerceptualDistance;
import dev.oar.tokenizer.PixelTensors;
import dev.oar.tokenizer.VqLossConfig;
import dev.oar.tokenizer.VqObjective;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTrainingLoss;
import dev.oar.tuning.TrainingWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Training a tokenizer on the training side of a set of images: families are drawn equally often, and images that may be flipped
 * are flipped half of the time. Dead codes are restarted on the way. A discriminator may be trained beside it, on the same batches.
 *
 * <p>Owns the usage counts of the codebook, and the discriminator with its optimizer, which are part of its checkpoints.
 */
public final class TokenizerTraining implements TrainingTask, AutoCloseable {
    private static final int EXAMPLES = 8;

    private final VqTokenizer tokenizer;
    private final TrainingConfig config;
    private final VqObjective objective;
    private final CodebookUsage usage;
    private final TrainingPictures pictures;
    private final String fingerprint;
    private final @Nullable DiscriminatorTraining discriminator;
    private Map<String, Double> metrics = Map.of();

    /**
     * A training of this tokenizer on these images, both of which stay the caller's. {@link ImageFolder#preload()} them first.
     *
     * @throws IllegalArgumentException if tokenizer and images differ in size, no image is on the training side, or the loss has a
     *     perceptual part
     * @throws IOException if the images cannot be looked at
     */
    public TokenizerTraining(
            VqTokenizer tokenizer,
            ImageFolder images,
            VqLossConfig lossConfig,
            CodebookUsageConfig usageConfig,
            TrainingConfig config)
            throws IOException {
        this(tokenizer, images, lossConfig, Optional.empty(), usageConfig, config);
    }

    /**
     * As the shorter form, with the network of the loss's perceptual part, which stays the caller's.
     *
     * @throws IllegalArgumentException also if the network is missing or surplus, or the discriminator has too many layers for the images
     * @throws IOException if the images cannot be looked at
     */
    public TokenizerTraining(
            VqTokenizer tokenizer,
            ImageFolder images,
            VqLossConfig lossConfig,
            Optional<PerceptualDistance> perceptual,
            CodebookUsageConfig usageConfig,
            TrainingConfig config)
            throws IOException {
        Require.that(
                tokenizer.imageSize() == images.config().imageSize(),
                "image-size of the tokenizer must be that of the images, but they are %d and %d; set one to the other",
                tokenizer.imageSize(),
                images.config().imageSize());
        Require.that(
                perceptual.isPresent() == lossConfig.perceptual().isPresent(),
                "a perceptual distance is needed if the loss names one, and only then, but %s for %s; give that of the loss",
                perceptual.isPresent() ? "one was given" : "none was given",
                lossConfig);
        this.tokenizer = tokenizer;
        this.config = config;
        CounterRandom flips = CounterRandom.of(config.seed(), "tokenizer flips");
        this.pictures = new TrainingPictures(images, config, draw -> flips.integer(2, draw) == 1);
        this.fingerprint = Fingerprint.of(Stream.concat(
                        Stream.of(
                                images.fingerprint(),
                                tokenizer.config().toString(),
                                lossConfig.toString(),
                                usageConfig.toString()),
                        perceptual.map(PerceptualDistance::fingerprint).stream())
                .toArray(String[]::new));
        Device device = tokenizer.weights().device();
        this.usage = device.compute(() -> CodebookUsage.start(usageConfig, tokenizer.vocabularySize()));
        this.discriminator = TensorScope.handedOver(
                usage,
                unused -> lossConfig
                        .adversarial()
                        .map(part -> DiscriminatorTraining.start(part, config, tokenizer.imageSize(), device))
                        .orElse(null));
        this.objective = new VqObjective(
                tokenizer,
                lossConfig,
                usage,
                config.seed(),
                perceptual,
                Optional.ofNullable(discriminator).map(DiscriminatorTraining::loss));
    }

    @Override
    public Weights weights() {
        return tokenizer.weights();
    }

    @Override
    public Optional<TrainingInput> input(long step) {
        return Optional.of(pictures.readAhead(step));
    }

    @Override
    public Tensor loss(long step, int first, int count) {
        Tensor pixels = PixelTensors.of(pictures(step, first, count));
        VqTrainingLoss loss =
                objective.loss(pixels, step * config.accumulation() + first / config.microBatchSize(), step);
        metrics = loss.metrics();
        return loss.total();
    }

    @Override
    public TrainingWork work() {
        return TrainingWork.CONVOLUTIONS;
    }

    @Override
    public Map<String, Double> lastMetrics() {
        return metrics;
    }

    @Override
    public double clipGradients(double maximum) {
        double norm = TrainingTask.super.clipGradients(maximum);
        if (discriminator == null) {
            return norm;
        }
        double other = discriminator.clip(maximum);
        return Double.isFinite(other) ? norm : other;
    }

    @Override
    public void dropGradients() {
        TrainingTask.super.dropGradients();
        if (discriminator != null) {
            discriminator.drop();
        }
    }

    @Override
    public void afterStep(long step) {
        if (discriminator != null) {
            discriminator.step(step);
        }
    }

    @Override
    public Map<String, Weights> stateToSave() {
        Map<String, Weights> state = new LinkedHashMap<>(Map.of("codebook-usage", usage.state()));
        if (discriminator != null) {
            state.putAll(discriminator.state());
        }
        return state;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /** A few test images, or training images where there are none: in the upper row as they are, below as the tokenizer gives them back. */
    @Override
    public Map<String, RgbImage> pictures(TrainingView view) {
        VqTokenizer trained = new VqTokenizer(tokenizer.config(), view.best());
        List<RgbImage> originals = new ArrayList<>();
        List<RgbImage> reconstructions = new ArrayList<>();
        for (RgbImage image : pictures.examples(EXAMPLES)) {
            originals.add(image);
            // One at a time, since memory grows with the batch.
            reconstructions.addAll(trained.images(trained.tokens(List.of(image))));
        }
        List<RgbImage> both = new ArrayList<>(originals);
        both.addAll(reconstructions);
        return Map.of("reconstructions", ContactSheet.of(both, originals.size(), 1));
    }

    /** Images {@code first .. first + count - 1} of a step's batch. */
    List<RgbImage> pictures(long step, int first, int count) {
        return pictures.batch(step, first, count).pictures();
    }

    /** Frees the usage counts and the discriminator. */
    @Override
    public void close() {
        if (discriminator != null) {
            discriminator.close();
        }
        usage.close();
    }
}
