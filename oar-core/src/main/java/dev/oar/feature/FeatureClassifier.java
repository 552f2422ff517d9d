package dev.oar.feature;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
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
 * <p>Each stage halves the side by a 3 x 3 convolution and adds a second one to its result, both with group normalisation and
 * SiLU; the mean over the last stage's cells is the features, a linear layer on them tells the classes. With few classes, or
 * only one, classes alone teach little about images: so the classifier also learns which quarter turn an image was rotated by
 * (Gidaris et al., "Unsupervised Representation Learning by Predicting Image Rotations", 2018), jointly with its class. A
 * quarter of each training batch, chosen at random, is turned by each.
 *
 * <p>Figures in this space are named {@code (own features)}; they are never an FID and are comparable only for one set of weights.
 * Owns its weights. Methods that return tensors expect an open {@link TensorScope}.
 */
public final class FeatureClassifier implements FeatureNetwork, AutoCloseable {
    private static final String HEAD = "head";
    private static final double NORM_EPSILON = 1e-5;
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
            shapes(config, classCount).forEach((name, shape) -> tensors.put(name, initial(name, shape, seed)));
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
        long inputs = 3;
        for (int stage = 0; stage < config.channels().size(); stage++) {
            long outputs = config.channels().get(stage);
            layerShapes(shapes, layer(stage, "down"), inputs, outputs);
            layerShapes(shapes, layer(stage, "refine"), outputs, outputs);
            inputs = outputs;
        }
        shapes.put(HEAD + ".weight", new long[] {(long) classCount * config.turns(), inputs});
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

    /** Frees the weights. */
    @Override
    public void close() {
        weights.close();
    }

    private Tensor pooled(Tensor images) {
        long[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3 || Math.min(shape[2], shape[3]) < config.smallestSide()) {
            throw new IllegalArgumentException(
                    "the feature classifier needs images of shape [batch, 3, side, side] with a"
                            + " side of at least " + config.smallestSide() + ", but got " + Arrays.toString(shape)
                            + "; use fewer stages for smaller images");
        }
        Tensor state = images;
        for (int stage = 0; stage < config.channels().size(); stage++) {
            state = activated(layer(stage, "down"), state, 2);
            state = state.add(activated(layer(stage, "refine"), state, 1));
        }
        return state.mean(2, 3);
    }

    private Tensor activated(String name, Tensor input, long stride) {
        Tensor output = Operations.conv2d(input, weights.get(name + ".weight"), weights.get(name + ".bias"), stride, 1);
        Tensor scale = weights.get(name + "_norm.weight");
        Tensor shift = weights.get(name + "_norm.bias");
        return torch.silu(Operations.groupNorm(output, config.normGroups(), scale, shift, NORM_EPSILON));
    }

    private Tensor head(Tensor features) {
        return Operations.linear(features, weights.get(HEAD + ".weight"), weights.get(HEAD + ".bias"));
    }

    private static String layer(int stage, String part) {
        return "stages." + stage + "." + part;
    }

    private static void layerShapes(Map<String, long[]> shapes, String name, long inputs, long outputs) {
        shapes.put(name + ".weight", new long[] {outputs, inputs, 3, 3});
        shapes.put(name + ".bias", new long[] {outputs});
        shapes.put(name + "_norm.weight", new long[] {outputs});
        shapes.put(name + "_norm.bias", new long[] {outputs});
    }

    private static Tensor initial(String name, long[] shape, long seed) {
        if (shape.length == 4) {
            double deviation = Math.sqrt(2.0 / (shape[1] * shape[2] * shape[3]));
            return Tensors.normal(CounterRandom.of(seed, name).key(), shape).mul(new Scalar(deviation));
        }
        return Tensors.full(name.endsWith("_norm.weight") ? 1 : 0, torch.ScalarType.Float, shape);
    }

    private static Tensor every(int stride, int first, long count) {
        long[] rows = new long[(int) ((count - first + stride - 1) / stride)];
        Arrays.setAll(rows, i -> first + (long) i * stride);
        return Tensors.of(rows, rows.length);
    }
}
