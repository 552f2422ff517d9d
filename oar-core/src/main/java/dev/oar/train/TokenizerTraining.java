package dev.oar.train;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import dev.oar.data.ImageFolder;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.CodebookUsage;
import dev.oar.tokenizer.CodebookUsageConfig;
import dev.oar.tokenizer.PixelTensors;
import dev.oar.tokenizer.VqLossConfig;
import dev.oar.tokenizer.VqObjective;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTrainingLoss;
import dev.oar.tuning.TrainingWork;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Training a tokenizer on the training side of a set of images: families are drawn equally often, and images that may be flipped
 * are flipped half of the time. Dead codes are restarted on the way. Owns the usage counts of the codebook, which are part of its
 * checkpoints.
 */
public final class TokenizerTraining implements TrainingTask, AutoCloseable {
    private final VqTokenizer tokenizer;
    private final TrainingConfig config;
    private final VqObjective objective;
    private final CodebookUsage usage;
    private final TrainingPictures pictures;
    private final String fingerprint;
    private Map<String, Double> metrics = Map.of();

    /**
     * A training of this tokenizer on these images, both of which stay the caller's. {@link ImageFolder#preload()} them first.
     *
     * @throws IllegalArgumentException if tokenizer and images differ in size, or no image is on the training side
     * @throws IOException if the images cannot be looked at
     */
    public TokenizerTraining(
            VqTokenizer tokenizer,
            ImageFolder images,
            VqLossConfig lossConfig,
            CodebookUsageConfig usageConfig,
            TrainingConfig config)
            throws IOException {
        Require.that(
                tokenizer.imageSize() == images.config().imageSize(),
                "image-size of the tokenizer must be that of the images, but they are %d and %d; set one to the other",
                tokenizer.imageSize(),
                images.config().imageSize());
        this.tokenizer = tokenizer;
        this.config = config;
        CounterRandom flips = CounterRandom.of(config.seed(), "tokenizer flips");
        this.pictures = new TrainingPictures(images, config, draw -> flips.integer(2, draw) == 1);
        this.fingerprint = Fingerprint.of(
                images.fingerprint(), tokenizer.config().toString(), lossConfig.toString(), usageConfig.toString());
        this.usage = tokenizer
                .weights()
                .device()
                .compute(() -> CodebookUsage.start(usageConfig, tokenizer.vocabularySize()));
        this.objective = new VqObjective(tokenizer, lossConfig, usage, config.seed());
    }

    @Override
    public Weights weights() {
        return tokenizer.weights();
    }

    @Override
    public Tensor loss(long step, int first, int count) {
        Tensor pixels = PixelTensors.of(pictures(step, first, count));
        VqTrainingLoss loss = objective.loss(pixels, step * config.accumulation() + first / config.microBatchSize());
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
    public Map<String, Weights> stateToSave() {
        return Map.of("codebook-usage", usage.state());
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /** Images {@code first .. first + count - 1} of a step's batch. */
    List<RgbImage> pictures(long step, int first, int count) {
        return pictures.batch(step, first, count).pictures();
    }

    /** Frees the usage counts. */
    @Override
    public void close() {
        usage.close();
    }
}
