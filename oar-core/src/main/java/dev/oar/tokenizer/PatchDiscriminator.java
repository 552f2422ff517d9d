package dev.oar.tokenizer;

import dev.oar.config.Require;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Tells images from reconstructions, patch by patch: pix2pix's {@code NLayerDiscriminator} (Isola et al., "Image-to-image translation with
 * conditional adversarial networks", 2017), whose weights bear its public state-dict names. Convolutions of side 4, of stride 2 but for the
 * last two, batch normalisation and leaky rectifiers; channels double up to eight times the first.
 *
 * <p>Batch normalisation always takes the statistics of the batch at hand, as it does in training, since a discriminator is used for
 * nothing else; there are no running statistics. Owns its weights. Methods that return tensors expect an open {@link TensorScope}.
 */
public final class PatchDiscriminator implements AutoCloseable {
    private static final int SIDE = 4;
    private static final int MOST_FACTOR = 8;
    private static final double NORM_EPSILON = 1e-5;
    private static final double DEVIATION = 0.02;
    private static final double LEAK = 0.2;

    private final int layers;
    private final Weights weights;

    /**
     * A discriminator with these weights, which it owns from now on.
     *
     * @param layers layers of stride 2
     * @param baseChannels channels of the first layer
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public PatchDiscriminator(int layers, int baseChannels, Weights weights) {
        weights.requireShapes("the discriminator", shapes(layers, baseChannels));
        this.layers = layers;
        this.weights = weights;
    }

    /** Fresh weights, a function of the seed, as pix2pix draws them: normal with deviation 0.02, norms around 1, biases 0. */
    public static PatchDiscriminator initialise(int layers, int baseChannels, long seed) {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes(layers, baseChannels).forEach((name, shape) -> tensors.put(name, initial(name, shape, seed)));
            return new PatchDiscriminator(layers, baseChannels, Weights.owning(tensors));
        }
    }

    private static Tensor initial(String name, long[] shape, long seed) {
        if (name.endsWith(".bias")) {
            return Tensors.zeros(torch.ScalarType.Float, shape);
        }
        Tensor normal = Tensors.normal(
                        CounterRandom.of(seed, "discriminator " + name).key(), shape)
                .mul(new Scalar(DEVIATION));
        return shape.length == 1 ? normal.add(new Scalar(1.0)) : normal;
    }

    /** The names and shapes of all weights, in a fixed order. */
    public static Map<String, long[]> shapes(int layers, int baseChannels) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        Layers.convolutionShapes(shapes, name(0), 3, baseChannels, SIDE);
        long inputs = baseChannels;
        for (int layer = 1; layer <= layers; layer++) {
            long outputs = (long) baseChannels * Math.min(1 << layer, MOST_FACTOR);
            Layers.plainConvolutionShape(shapes, name(convolution(layer)), inputs, outputs, SIDE);
            Layers.normShapes(shapes, name(convolution(layer) + 1), outputs);
            inputs = outputs;
        }
        Layers.convolutionShapes(shapes, name(convolution(layers + 1)), inputs, 1, SIDE);
        return shapes;
    }

    /**
     * Checks that images are large enough for a discriminator of so many layers.
     *
     * @throws IllegalArgumentException if nothing would be left of them
     */
    public static void requireSide(int layers, int imageSize) {
        Require.that(
                side(layers, imageSize) >= 1,
                "layers of a discriminator must leave at least one patch of an image, but %d leave none of %d pixels;"
                        + " choose fewer",
                layers,
                imageSize);
    }

    /** Patches along a side of an image, itself in pixels; less than 1 if none is left. */
    static int side(int layers, int imageSize) {
        int side = imageSize;
        for (int layer = 0; layer < layers; layer++) {
            side /= 2;
        }
        return side - 2;
    }

    /** The parameters, by public state-dict names. */
    public Weights weights() {
        return weights;
    }

    /**
     * How real patches look, with gradients of images and weights.
     *
     * @param images {@code [batch, 3, side, side]}, float32, of about [-1, 1]
     * @return {@code [batch, 1, patches, patches]}, float32
     */
    public Tensor logits(Tensor images) {
        return logits(images, UnaryOperator.identity());
    }

    /** As {@link #logits}, with gradients of the images alone: what is trained through it leaves the weights as they are. */
    public Tensor logitsByFixedWeights(Tensor images) {
        return logits(images, Tensor::detach);
    }

    private Tensor logits(Tensor images, UnaryOperator<Tensor> use) {
        Tensor first = Operations.conv2d(images, weight(use, 0, "weight"), weight(use, 0, "bias"), 2, 1);
        Tensor state = torch.leaky_relu(first, new Scalar(LEAK));
        for (int layer = 1; layer <= layers; layer++) {
            int place = convolution(layer);
            state = Operations.conv2d(state, weight(use, place, "weight"), layer < layers ? 2 : 1, 1, 1);
            state = Operations.batchNorm(
                    state, weight(use, place + 1, "weight"), weight(use, place + 1, "bias"), NORM_EPSILON);
            state = torch.leaky_relu(state, new Scalar(LEAK));
        }
        int last = convolution(layers + 1);
        return Operations.conv2d(state, weight(use, last, "weight"), weight(use, last, "bias"), 1, 1)
                .to(torch.ScalarType.Float);
    }

    /** Frees the weights. */
    @Override
    public void close() {
        weights.close();
    }

    private Tensor weight(UnaryOperator<Tensor> use, int place, String part) {
        return use.apply(weights.get(name(place) + "." + part));
    }

    /** Where the convolution of a layer stands in the published sequence: behind it stand a norm and a rectifier. */
    private static int convolution(int layer) {
        return 3 * layer - 1;
    }

    private static String name(int place) {
        return "main." + place;
    }
}
