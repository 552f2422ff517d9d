package dev.oar.feature;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.PerceptualDistance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A small convolutional classifier trained on a data set, whose inner features are the space in which drawn images of that
 * data set are compared with real ones where no standard network is at hand.
 *
 * <p>The features are the mean over the cells of a {@link ConvolutionalTrunk}, a linear layer on them tells the classes. With few classes, or
 * only one, classes alone teach little about images: so the classifier also learns which quarter turn an image was rotated by
 * (Gidaris et al., "Unsupervised Representation Learning by Predicting Image Rotations", 2018), jointly with its class. A
 * quarter of each training batch, chosen at random, is turned by each.
 *
 * <p>Figures in this space are named {@code (own features)}; they are never an FID and are comparable only for one set of weights.
 * Owns its weights. Methods that return tensors expect an open {@link TensorScope}.
 */
public final class FeatureClassifier implements FeatureNetwork, AutoCloseable {
    private static final String HEAD = "head";
    private static final int MEAN = 1;
    private static final int NO_IGNORED_CLASS = -100;

    private final FeatureClassifierConfig config;
    private final int classCount;
    private final Weights weights;

    /**
     * A classifier with these weights, which it owns from now on.
     *
     * @param classCount number of classes, at least 1
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape
     */
    public FeatureClassifier(FeatureClassifierConfig config, int classCount, Weights weights) {
        weights.requireShapes("the feature classifier", shapes(config, classCount));
        this.config = config;
        this.classCount = classCount;
        this.weights = weights;
    }

    /** Fresh weights, a function of the seed: convolutions normal with variance 2 / inputs, norms neutral, the head 0. */
    public static FeatureClassifier initialise(FeatureClassifierConfig config, int classCount, long seed) {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes(config, classCount)
                    .forEach((name, shape) -> tensors.put(name, ConvolutionalTrunk.initial(name, shape, seed)));
            return new FeatureClassifier(config, classCount, Weights.owning(tensors));
        }
    }

    /** The names and shapes of all weights, in a fixed order. */
    public static Map<String, long[]> shapes(FeatureClassifierConfig config, int classCount) {
        if (classCount < 1) {
            throw new IllegalArgumentException(
                    "a classifier needs at least one class, but was given " + classCount + "; give it a data set");
        }
        Map<String, long[]> shapes = new LinkedHashMap<>();
        config.trunk().addShapes(shapes);
        shapes.put(HEAD + ".weight", new long[] {(long) classCount * config.turns(), config.width()});
        shapes.put(HEAD + ".bias", new long[] {(long) classCount * config.turns()});
        return shapes;
    }

    /** The sizes. */
    public FeatureClassifierConfig config() {
        return config;
    }

    /** The number of classes. */
    public int classCount() {
        return classCount;
    }

    /** The parameters. */
    public Weights weights() {
        return weights;
    }

    @Override
    public int width() {
        return config.width();
    }

    @Override
    public String name() {
        return "own features";
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of("feature classifier", config.toString(), Fingerprint.of(weights));
    }

    @Override
    public Tensor features(Tensor images) {
        return TensorScope.tensor(
                () -> Tensors.withoutGradient(() -> pooled(weights.device().moved(images))));
    }

    /**
     * The logits of the classes of images that stand upright, without gradients.
     *
     * @param images {@code [batch, 3, side, side]}, float32 in [-1, 1]
     * @return {@code [batch, classes]}
     */
    public Tensor logits(Tensor images) {
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> head(pooled(images))
                .view(images.size(0), classCount, config.turns())
                .select(2, 0)));
    }

    /** The share of images whose class has the largest logit; shapes as for {@link #loss}. */
    public double accuracy(Tensor images, Tensor labels) {
        return TensorScope.compute(() -> logits(images)
                .argmax(new org.bytedeco.pytorch.LongOptional(1), false)
                .eq(labels)
                .to(torch.ScalarType.Double)
                .mean()
                .item_double());
    }

    /**
     * The cross-entropy in nats of a batch, with gradients.
     *
     * @param images {@code [batch, 3, side, side]}, float32 in [-1, 1]
     * @param labels {@code [batch]}, int64 in [0, classes)
     * @param training whether images are turned and dropout and label smoothing apply; turns and dropout draw from LibTorch's
     *     default generator
     * @return a scalar
     */
    public Tensor loss(Tensor images, Tensor labels, boolean training) {
        int turns = training ? config.turns() : 1;
        Tensor shuffled = turns > 1 ? Tensors.permutation(images.size(0)) : Tensors.range(0, images.size(0));
        List<Tensor> turned = new ArrayList<>();
        List<Tensor> targets = new ArrayList<>();
        for (int turn = 0; turn < Math.min(turns, images.size(0)); turn++) {
            Tensor rows = shuffled.index_select(0, every(turns, turn, images.size(0)));
            turned.add(torch.rot90(images.index_select(0, rows), turn, 2, 3));
            targets.add(
                    labels.index_select(0, rows).mul(new Scalar(config.turns())).add(new Scalar(turn)));
        }
        Tensor features = torch.dropout(pooled(Tensors.cat(0, turned)), config.dropout(), training);
        return torch.cross_entropy_loss(
                head(features),
                Tensors.cat(0, targets),
                new TensorOptional(),
                MEAN,
                NO_IGNORED_CLASS,
                training ? config.labelSmoothing() : 0);
    }

    /**
     * How far images are from others in the features of all stages, with gradients of the images: LPIPS's distance without its learned
     * heads ({@link FeatureDistance}).
     */
    public PerceptualDistance perceptualDistance() {
        FeatureClassifier classifier = this;
        return new PerceptualDistance() {
            @Override
            public Tensor distance(Tensor images, Tensor references) {
                return FeatureDistance.sum(stages(images), stages(references));
            }

            @Override
            public String fingerprint() {
                return classifier.fingerprint();
            }
        };
    }

    /** Frees the weights. */
    @Override
    public void close() {
        weights.close();
    }

    private List<Tensor> stages(Tensor images) {
        return config.trunk().stages("the feature classifier", weights, images);
    }

    private Tensor pooled(Tensor images) {
        return config.trunk()
                .features("the feature classifier", weights, images)
                .mean(2, 3);
    }

    private Tensor head(Tensor features) {
        return Operations.linear(features, weights.get(HEAD + ".weight"), weights.get(HEAD + ".bias"));
    }

    private static Tensor every(int stride, int first, long count) {
        long[] rows = new long[(int) ((count - first + stride - 1) / stride)];
        Arrays.setAll(rows, i -> first + (long) i * stride);
        return Tensors.of(rows, rows.length);
    }
}
