package dev.oar.feature;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a data set's own small networks have in common: images to features. Each stage halves the side by a 3 x 3 convolution and adds a
 * second one to its result, both with group normalisation and SiLU; the last stage's cells are the features.
 *
 * @param channels channels of each stage; the last number is the width of a cell
 * @param normGroups groups of every group normalisation, a divisor of all channels
 */
record ConvolutionalTrunk(List<Integer> channels, int normGroups) {
    private static final double NORM_EPSILON = 1e-5;
    private static final int MOST_STAGES = 12;

    /** Checks the sizes. */
    ConvolutionalTrunk {
        channels = List.copyOf(channels);
        if (channels.isEmpty() || channels.size() > MOST_STAGES || normGroups < 1) {
            throw new IllegalArgumentException(
                    "channels must name 1 to " + MOST_STAGES + " stages and norm-groups be positive, but there are "
                            + channels.size() + " stages and " + normGroups
                            + " groups; [32, 64, 128] and 8 suit small pictures");
        }
        for (int width : channels) {
            if (width < 1 || width % normGroups != 0) {
                throw new IllegalArgumentException("every one of channels must be a multiple of norm-groups, but "
                        + width + " is none of " + normGroups + "; choose fewer groups");
            }
        }
    }

    /** The width of a cell's features. */
    int width() {
        return channels.get(channels.size() - 1);
    }

    /** The smallest side of an image in pixels. */
    int smallestSide() {
        return 1 << channels.size();
    }

    /** How many cells a side of an image becomes, itself in pixels. */
    int cells(int side) {
        int cells = side;
        for (int stage = 0; stage < channels.size(); stage++) {
            cells = (cells + 1) / 2;
        }
        return cells;
    }

    /** Adds the names and shapes of all weights, in a fixed order. */
    void addShapes(Map<String, long[]> shapes) {
        long inputs = 3;
        for (int stage = 0; stage < channels.size(); stage++) {
            long outputs = channels.get(stage);
            layerShapes(shapes, layer(stage, "down"), inputs, outputs);
            layerShapes(shapes, layer(stage, "refine"), outputs, outputs);
            inputs = outputs;
        }
    }

    /**
     * A fresh weight of a trunk or a linear head on it, a function of the seed: convolutions normal with variance 2 / inputs, norms neutral,
     * everything else 0.
     */
    static Tensor initial(String name, long[] shape, long seed) {
        if (shape.length == 4) {
            double deviation = Math.sqrt(2.0 / (shape[1] * shape[2] * shape[3]));
            return Tensors.normal(CounterRandom.of(seed, name).key(), shape).mul(new Scalar(deviation));
        }
        return Tensors.full(name.endsWith("_norm.weight") ? 1 : 0, torch.ScalarType.Float, shape);
    }

    /**
     * The features of images, with gradients.
     *
     * @param network what to call it in errors
     * @param images {@code [batch, 3, side, side]}, float32 in [-1, 1]
     * @return {@code [batch, width(), cells(side), cells(side)]}
     * @throws IllegalArgumentException if the images are of another shape or too small
     */
    Tensor features(String network, Weights weights, Tensor images) {
        List<Tensor> stages = stages(network, weights, images);
        return stages.get(stages.size() - 1);
    }

    /** What every stage makes of images, as {@link #features} does of the last one: {@code [batch, channels, cells, cells]} each. */
    List<Tensor> stages(String network, Weights weights, Tensor images) {
        long[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3 || Math.min(shape[2], shape[3]) < smallestSide()) {
            throw new IllegalArgumentException(network + " needs images of shape [batch, 3, side, side] with a"
                    + " side of at least " + smallestSide() + ", but got " + Arrays.toString(shape)
                    + "; use fewer stages for smaller images");
        }
        List<Tensor> stages = new ArrayList<>();
        Tensor state = images;
        for (int stage = 0; stage < channels.size(); stage++) {
            state = activated(weights, layer(stage, "down"), state, 2);
            state = state.add(activated(weights, layer(stage, "refine"), state, 1));
            stages.add(state);
        }
        return stages;
    }

    private Tensor activated(Weights weights, String name, Tensor input, long stride) {
        Tensor output = Operations.conv2d(input, weights.get(name + ".weight"), weights.get(name + ".bias"), stride, 1);
        Tensor scale = weights.get(name + "_norm.weight");
        Tensor shift = weights.get(name + "_norm.bias");
        return torch.silu(Operations.groupNorm(output, normGroups, scale, shift, NORM_EPSILON));
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
}
