package dev.oar.tokenizer;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The layers that all parts of the convolutional networks share, as functions of named weights. */
final class Layers {
    /** LlamaGen's epsilon of every group normalisation. */
    private static final double NORM_EPSILON = 1e-6;

    private Layers() {}

    /** A 3 x 3 convolution that keeps the resolution. */
    static Tensor convolution3(Weights weights, String name, Tensor input) {
        return Operations.conv2d(input, weights.get(name + ".weight"), weights.get(name + ".bias"), 1, 1);
    }

    /** A 1 x 1 convolution: one linear map per pixel. */
    static Tensor convolution1(Weights weights, String name, Tensor input) {
        return Operations.pointwise(input, weights.get(name + ".weight"), weights.get(name + ".bias"));
    }

    /** A convolution of odd side that keeps the resolution and has no bias. */
    static Tensor plainConvolution(Weights weights, String name, Tensor input) {
        Tensor weight = weights.get(name + ".weight");
        return Operations.conv2d(input, weight, 1, weight.size(2) / 2, weight.size(3) / 2);
    }

    /** Group normalisation. */
    static Tensor norm(Weights weights, String name, Tensor input, int groups) {
        return Operations.groupNorm(
                input, groups, weights.get(name + ".weight"), weights.get(name + ".bias"), NORM_EPSILON);
    }

    /** Group normalisation followed by {@code x * sigmoid(x)}. */
    static Tensor activatedNorm(Weights weights, String name, Tensor input, int groups) {
        return torch.silu(norm(weights, name, input, groups));
    }

    /** Halves the resolution: one zero column right, one zero row below, then a 3 x 3 convolution with stride 2. */
    static Tensor downsample(Weights weights, String name, Tensor input) {
        return Operations.conv2d(
                torch.constant_pad_nd(input, 0, 1, 0, 1),
                weights.get(name + ".conv.weight"),
                weights.get(name + ".conv.bias"),
                2,
                0);
    }

    /** Doubles the resolution: every pixel four times, then a 3 x 3 convolution. */
    static Tensor upsample(Weights weights, String name, Tensor input) {
        return convolution3(weights, name + ".conv", doubled(input));
    }

    /** Doubles the resolution: every pixel four times. */
    static Tensor doubled(Tensor input) {
        return torch.upsample_nearest2d(input, 2 * input.size(2), 2 * input.size(3));
    }

    /** Adds the shapes of a square convolution. */
    static void convolutionShapes(Map<String, long[]> shapes, String name, long inputs, long outputs, long side) {
        shapes.put(name + ".weight", new long[] {outputs, inputs, side, side});
        shapes.put(name + ".bias", new long[] {outputs});
    }

    /** Adds the shape of a square convolution without bias. */
    static void plainConvolutionShape(Map<String, long[]> shapes, String name, long inputs, long outputs, long side) {
        shapes.put(name + ".weight", new long[] {outputs, inputs, side, side});
    }

    /** Adds the shapes of a group normalisation. */
    static void normShapes(Map<String, long[]> shapes, String name, long channels) {
        shapes.put(name + ".weight", new long[] {channels});
        shapes.put(name + ".bias", new long[] {channels});
    }
}
