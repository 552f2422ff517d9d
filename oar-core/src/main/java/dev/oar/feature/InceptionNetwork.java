package dev.oar.feature;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.tensor.Device;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/**
 * The network in whose feature space the Frechet Inception Distance is measured (Heusel et al., "GANs trained by a two time-scale
 * update rule converge to a local Nash equilibrium", arXiv 1706.08500), with weights that the caller brings: the state dict of
 * pytorch-fid's {@code pt_inception-2015-12-05}.
 *
 * <p>How images come to its 299 x 299 pixels is a matter of the protocol ({@link InceptionInput}).
 *
 * <p>No method records gradients. Owns its weights. Methods that return tensors expect an open {@link TensorScope}.
 */
public final class InceptionNetwork implements FeatureNetwork, AutoCloseable {
    /** Numbers of {@link Activations#pool3} per image. */
    public static final int POOL_WIDTH = 2048;

    /** Numbers of {@link Activations#spatial} per image. */
    public static final int SPATIAL_WIDTH = 2023;

    /** How the names of its feature spaces begin. */
    public static final String NAME = "Inception";

    /** Outputs of the classifying layer: the 1000 classes of ImageNet and 8 that are never used. */
    public static final int CLASS_COUNT = 1008;

    private static final int SIDE = 299;
    private static final int SPATIAL_CHANNELS = 7;
    private static final String HEAD = "fc";

    /** Statistics that PyTorch stores beside every batch normalisation and that nothing here needs. */
    private static final String COUNTER = ".bn.num_batches_tracked";

    private static final InceptionLayer.Chain TRUNK = InceptionArchitecture.BLOCK_0
            .followedBy(InceptionArchitecture.BLOCK_1)
            .followedBy(InceptionArchitecture.BLOCK_2_BEGIN)
            .followedBy(InceptionArchitecture.BLOCK_2_END)
            .followedBy(InceptionArchitecture.BLOCK_3);

    private final Weights weights;
    private final InceptionInput input;

    /**
     * What the network computes on the way to its features; float32.
     *
     * @param block0 after the first max pool, {@code [batch, 64, 73, 73]}
     * @param block1 after the second max pool, {@code [batch, 192, 35, 35]}
     * @param block2 after {@code Mixed_6e}, {@code [batch, 768, 17, 17]}
     * @param pool3 the mean over the last block's pixels, what FID compares, {@code [batch, 2048]}
     * @param spatial what sFID compares: the first 7 channels of {@code Mixed_6d.branch1x1}, row by row, the channels of a pixel side
     *     by side, {@code [batch, 2023]}
     */
    public record Activations(Tensor block0, Tensor block1, Tensor block2, Tensor pool3, Tensor spatial) {}

    /** A network with pytorch-fid's input; see {@link #InceptionNetwork(Weights, InceptionInput)}. */
    public InceptionNetwork(Weights weights) {
        this(weights, InceptionInput.PYTORCH_FID);
    }

    /**
     * A network with these weights, which it owns from now on. Counters of batches among them ({@code *.num_batches_tracked}) are
     * dropped.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public InceptionNetwork(Weights weights, InceptionInput input) {
        Map<String, long[]> expected = shapes();
        Set<String> counters = weights.names().stream()
                .filter(name -> name.endsWith(COUNTER) && expected.containsKey(name.replace(COUNTER, ".conv.weight")))
                .collect(Collectors.toSet());
        counters.forEach(name -> expected.put(name, weights.get(name).shape()));
        weights.requireShapes("the Inception network", expected);
        this.input = input;
        this.weights = counters.isEmpty() ? weights : weights.without(counters);
    }

    /** The names and shapes of all weights, in a fixed order. */
    public static Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        TRUNK.shapes(shapes, 3);
        shapes.put(HEAD + ".weight", new long[] {CLASS_COUNT, POOL_WIDTH});
        shapes.put(HEAD + ".bias", new long[] {CLASS_COUNT});
        return shapes;
    }

    /** How images come to the network's size. */
    public InceptionInput input() {
        return input;
    }

    /** The parameters, by pytorch-fid's state-dict names. */
    public Weights weights() {
        return weights;
    }

    @Override
    public int width() {
        return POOL_WIDTH;
    }

    @Override
    public String name() {
        return NAME + ", " + input.label();
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of("FID Inception network", input.label() + " input", Fingerprint.of(weights));
    }

    /** The features that FID compares, as {@link Activations#pool3}, in the least memory. */
    @Override
    public Tensor features(Tensor images) {
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> pooled(TRUNK.forward(weights, resized(images)))));
    }

    /**
     * All that metrics and comparisons need, in one pass.
     *
     * @param images {@code [batch, 3, height, width]}, float32 in [-1, 1]
     */
    public Activations activations(Tensor images) {
        return Tensors.withoutGradient(() -> {
            Tensor block0 = InceptionArchitecture.BLOCK_0.forward(weights, resized(images));
            Tensor block1 = InceptionArchitecture.BLOCK_1.forward(weights, block0);
            Tensor begun = InceptionArchitecture.BLOCK_2_BEGIN.forward(weights, block1);
            Tensor block2 = InceptionArchitecture.BLOCK_2_END.forward(weights, begun);
            Tensor pool3 = TensorScope.tensor(() -> pooled(InceptionArchitecture.BLOCK_3.forward(weights, block2)));
            return new Activations(block0, block1, block2, pool3, spatial(begun));
        });
    }

    /** The logits of all classes from {@code pool3: [batch, 2048]}; {@code [batch, 1008]}. */
    public Tensor logits(Tensor pool3) {
        return TensorScope.tensor(() -> Tensors.withoutGradient(
                () -> Operations.linear(pool3, weights.get(HEAD + ".weight"), weights.get(HEAD + ".bias"))));
    }

    /** As {@link #logits}, without the classes' biases: what the ADM evaluator computes the Inception Score from. */
    public Tensor logitsWithoutBias(Tensor pool3) {
        return TensorScope.tensor(() -> Tensors.withoutGradient(
                () -> pool3.mm(weights.get(HEAD + ".weight").t())));
    }

    /** Frees the weights. */
    @Override
    public void close() {
        weights.close();
    }

    private Tensor resized(Tensor images) {
        long[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3) {
            throw new IllegalArgumentException("the Inception network needs images of shape [batch, 3, height, width],"
                    + " but got " + Arrays.toString(shape) + "; give it colour images with the channels first");
        }
        Device device = weights.device();
        return device.compute(() -> input.prepare(device.moved(images), SIDE));
    }

    private static Tensor pooled(Tensor last) {
        return last.mean(2, 3);
    }

    private Tensor spatial(Tensor begun) {
        return TensorScope.tensor(() -> InceptionArchitecture.SPATIAL
                .forward(weights, begun)
                .narrow(1, 0, SPATIAL_CHANNELS)
                .permute(0, 2, 3, 1)
                .reshape(begun.size(0), -1));
    }
}
