package dev.oar.feature;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import dev.oar.tensor.Device;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.PerceptualDistance;
import dev.oar.tokenizer.PerceptualLossConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * LPIPS with VGG16 (Zhang et al., "The unreasonable effectiveness of deep features as a perceptual metric", 2018): the distance of images in
 * the features behind each of VGG16's five blocks, channels weighed by linear heads that were fitted to human judgement.
 *
 * <p>Weights bear the names of torchvision's VGG16 ({@code features.0.weight}) and of LPIPS's heads ({@code lin0.model.1.weight});
 * {@link LpipsFiles} reads them. The widths of the blocks follow from the weights. Owns its weights. Expects an open {@link TensorScope}.
 */
public final class Lpips implements PerceptualDistance, AutoCloseable {
    /** Where VGG16's convolutions stand in the published sequence, by block; rectifiers and poolings have no weights. */
    private static final List<List<Integer>> BLOCKS =
            List.of(List.of(0, 2), List.of(5, 7), List.of(10, 12, 14), List.of(17, 19, 21), List.of(24, 26, 28));

    /** LPIPS's mean and deviation of the channels of pixels in [-1, 1]. */
    private static final float[] SHIFT = {-0.030f, -0.088f, -0.188f};

    private static final float[] SCALE = {0.458f, 0.448f, 0.450f};

    private final Weights weights;

    /**
     * A network with these weights, which it owns from now on.
     *
     * @param widths channels of the five blocks, {@code 64, 128, 256, 512, 512} as published
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public Lpips(List<Integer> widths, Weights weights) {
        weights.requireShapes("LPIPS", shapes(widths));
        this.weights = weights;
    }

    /** The names and shapes of all weights for blocks of these widths, in a fixed order. */
    public static Map<String, long[]> shapes(List<Integer> widths) {
        Require.that(
                widths.size() == BLOCKS.size() && widths.stream().allMatch(width -> width >= 1),
                "VGG16 has %d blocks of at least one channel, but their widths are %s; the published ones are"
                        + " 64, 128, 256, 512 and 512",
                BLOCKS.size(),
                widths);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        long inputs = 3;
        for (int block = 0; block < BLOCKS.size(); block++) {
            long outputs = widths.get(block);
            for (int place : BLOCKS.get(block)) {
                shapes.put(convolution(place) + ".weight", new long[] {outputs, inputs, 3, 3});
                shapes.put(convolution(place) + ".bias", new long[] {outputs});
                inputs = outputs;
            }
        }
        for (int block = 0; block < BLOCKS.size(); block++) {
            shapes.put(head(block), new long[] {1, widths.get(block), 1, 1});
        }
        return shapes;
    }

    /** The name of the first convolution of a block, whose outputs are its width. */
    static String firstOfBlock(int block) {
        return convolution(BLOCKS.get(block).get(0));
    }

    /** The number of blocks. */
    static int blocks() {
        return BLOCKS.size();
    }

    /** The parameters. */
    public Weights weights() {
        return weights;
    }

    /** Moves the weights to a device. */
    public Lpips movedTo(Device device) {
        var unused = weights.movedTo(device);
        return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if images are smaller than 16 pixels, of which nothing reaches the last block
     */
    @Override
    public Tensor distance(Tensor images, Tensor references) {
        List<Tensor> distances = distances(images, references);
        Tensor sum = distances.get(0);
        for (int block = 1; block < BLOCKS.size(); block++) {
            sum = sum.add(distances.get(block));
        }
        return sum;
    }

    /** The part of the distance that comes of the features behind each block, {@code [batch]} each. */
    public List<Tensor> distances(Tensor images, Tensor references) {
        List<Tensor> layers = layers(images);
        List<Tensor> others = layers(references);
        List<Tensor> distances = new ArrayList<>();
        for (int block = 0; block < BLOCKS.size(); block++) {
            distances.add(FeatureDistance.weighed(layers.get(block), others.get(block), weights.get(head(block))));
        }
        return distances;
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of("lpips", Fingerprint.of(weights));
    }

    /**
     * The features behind each block.
     *
     * @param images {@code [batch, 3, height, width]}, float32 in [-1, 1]
     * @return {@code [batch, channels, height / 2^block, width / 2^block]} of each block, from 0
     */
    public List<Tensor> layers(Tensor images) {
        long[] shape = images.shape();
        Require.that(
                shape.length == 4
                        && shape[1] == 3
                        && Math.min(shape[2], shape[3]) >= PerceptualLossConfig.Lpips.SMALLEST_SIDE,
                "LPIPS needs images of shape [batch, 3, height, width] with sides of at least %d pixels, but got %s;"
                        + " use {kind: own-features} for smaller ones",
                PerceptualLossConfig.Lpips.SMALLEST_SIDE,
                Arrays.toString(shape));
        Tensor state = images.sub(Tensors.of(SHIFT, 3, 1, 1)).div(Tensors.of(SCALE, 3, 1, 1));
        List<Tensor> layers = new ArrayList<>();
        for (int block = 0; block < BLOCKS.size(); block++) {
            state = block == 0 ? state : Operations.maxPool(state, 2, 2, 0);
            for (int place : BLOCKS.get(block)) {
                String name = convolution(place);
                state = torch.relu(
                        Operations.conv2d(state, weights.get(name + ".weight"), weights.get(name + ".bias"), 1, 1));
            }
            layers.add(state);
        }
        return layers;
    }

    /** Frees the weights. */
    @Override
    public void close() {
        weights.close();
    }

    static String convolution(int place) {
        return "features." + place;
    }

    static String head(int block) {
        return "lin" + block + ".model.1.weight";
    }
}
