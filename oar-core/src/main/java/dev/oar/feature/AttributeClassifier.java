package dev.oar.feature;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.image.Attribute;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A small convolutional network that tells the attributes of an image, trained on a data set whose images are described by them. By it is
 * measured whether a drawn image shows what was asked for.
 *
 * <p>One {@link ConvolutionalTrunk} makes features, and each attribute has a linear head on those of all cells with a softmax over its
 * values: where something is seen matters, a mouth below the nose is not one beside an ear. So images are of one size.
 * Which values an image has is told of images like those it was trained on; of others its answers mean little.
 *
 * <p>Owns its weights. Methods that return tensors expect an open {@link TensorScope}.
 */
public final class AttributeClassifier implements AutoCloseable {
    private static final String HEADS = "heads";
    private static final String NAME = "the attribute classifier";
    private static final int MEAN = 1;
    private static final int NO_IGNORED_VALUE = -100;

    private final AttributeClassifierConfig config;
    private final int imageSize;
    private final List<Attribute> attributes;
    private final Weights weights;

    /**
     * A classifier with these weights, which it owns from now on.
     *
     * @param imageSize side of the images in pixels
     * @param attributes what it tells, at least one
     * @throws IllegalArgumentException if there is no attribute, or a weight is missing, surplus or of another shape; the weights then stay
     *     the caller's
     */
    public AttributeClassifier(
            AttributeClassifierConfig config, int imageSize, List<Attribute> attributes, Weights weights) {
        weights.requireShapes(NAME, shapes(config, imageSize, attributes));
        this.config = config;
        this.imageSize = imageSize;
        this.attributes = List.copyOf(attributes);
        this.weights = weights;
    }

    /** Fresh weights, a function of the seed: convolutions normal with variance 2 / inputs, norms neutral, the heads 0. */
    public static AttributeClassifier initialise(
            AttributeClassifierConfig config, int imageSize, List<Attribute> attributes, long seed) {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes(config, imageSize, attributes)
                    .forEach((name, shape) -> tensors.put(name, ConvolutionalTrunk.initial(name, shape, seed)));
            return new AttributeClassifier(config, imageSize, attributes, Weights.owning(tensors));
        }
    }

    /** The names and shapes of all weights, in a fixed order; the heads' rows are the values of the first attribute, then the next. */
    public static Map<String, long[]> shapes(
            AttributeClassifierConfig config, int imageSize, List<Attribute> attributes) {
        if (attributes.isEmpty()) {
            throw new IllegalArgumentException(
                    NAME + " needs at least one attribute, but was given none; name data.attribute-columns");
        }
        Map<String, long[]> shapes = new LinkedHashMap<>();
        ConvolutionalTrunk trunk = config.trunk();
        if (imageSize < trunk.smallestSide()) {
            throw new IllegalArgumentException(NAME + " needs images of a side of at least " + trunk.smallestSide()
                    + " pixels, but they have " + imageSize + "; use fewer stages for smaller images");
        }
        trunk.addShapes(shapes);
        long cells = trunk.cells(imageSize);
        long values = attributes.stream()
                .mapToLong(attribute -> attribute.values().size())
                .sum();
        shapes.put(HEADS + ".weight", new long[] {values, trunk.width() * cells * cells});
        shapes.put(HEADS + ".bias", new long[] {values});
        return shapes;
    }

    /** The sizes. */
    public AttributeClassifierConfig config() {
        return config;
    }

    /** The side of the images in pixels. */
    public int imageSize() {
        return imageSize;
    }

    /** What it tells. */
    public List<Attribute> attributes() {
        return attributes;
    }

    /** The parameters. */
    public Weights weights() {
        return weights;
    }

    /** Tells two classifiers apart: 64 lower-case hexadecimal digits of attributes, architecture and weights. */
    public String fingerprint() {
        return Fingerprint.of(
                "attribute classifier", attributes.toString(), config.toString() + imageSize, Fingerprint.of(weights));
    }

    /**
     * The likeliest value of every attribute, without gradients.
     *
     * @param images {@code [batch, 3, side, side]}, float32 in [-1, 1]
     * @return {@code [batch, attributes]}, int64: places in {@link Attribute#values()}
     */
    public Tensor values(Tensor images) {
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            List<Tensor> logits = heads(features(weights.device().moved(images)));
            return Tensors.stack(logits.stream()
                            .map(head -> head.argmax(new LongOptional(1), false))
                            .toList())
                    .t()
                    .contiguous();
        }));
    }

    /**
     * The cross-entropy in nats of a batch, the mean over images and attributes, with gradients.
     *
     * @param images {@code [batch, 3, side, side]}, float32 in [-1, 1]
     * @param values {@code [batch, attributes]}, int64: the place of each image's value of each attribute
     * @param training whether dropout applies, which draws from LibTorch's default generator
     * @return a scalar
     */
    public Tensor loss(Tensor images, Tensor values, boolean training) {
        List<Tensor> logits = heads(torch.dropout(features(images), config.dropout(), training));
        Tensor sum = crossEntropy(logits.get(0), values.select(1, 0));
        for (int attribute = 1; attribute < logits.size(); attribute++) {
            sum = sum.add(crossEntropy(logits.get(attribute), values.select(1, attribute)));
        }
        return sum.mul(new Scalar(1.0 / logits.size()));
    }

    /** Frees the weights. */
    @Override
    public void close() {
        weights.close();
    }

    /** {@code [batch, width of a cell, times cells]}. */
    private Tensor features(Tensor images) {
        long[] shape = images.shape();
        if (shape.length == 4 && (shape[2] != imageSize || shape[3] != imageSize)) {
            throw new IllegalArgumentException(NAME + " tells attributes of images of " + imageSize + " x " + imageSize
                    + " pixels, but these have " + shape[3] + " x " + shape[2] + "; crop them to that size");
        }
        return config.trunk().features(NAME, weights, images).flatten(1, -1);
    }

    /** The logits of each attribute, {@code [batch, values]}. */
    private List<Tensor> heads(Tensor features) {
        Tensor all = Operations.linear(features, weights.get(HEADS + ".weight"), weights.get(HEADS + ".bias"));
        List<Tensor> logits = new ArrayList<>();
        long first = 0;
        for (Attribute attribute : attributes) {
            int count = attribute.values().size();
            logits.add(all.narrow(1, first, count));
            first += count;
        }
        return logits;
    }

    private static Tensor crossEntropy(Tensor logits, Tensor values) {
        return torch.cross_entropy_loss(logits, values, new TensorOptional(), MEAN, NO_IGNORED_VALUE, 0);
    }
}
