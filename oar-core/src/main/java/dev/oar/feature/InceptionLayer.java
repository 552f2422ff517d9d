package dev.oar.feature;

import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/** What {@link InceptionArchitecture} is built of: single layers, and layers one after the other or side by side. */
sealed interface InceptionLayer {
    /** {@code [batch, inputs, height, width]} to {@code [batch, outputs, newHeight, newWidth]}. */
    Tensor forward(Weights weights, Tensor input);

    /**
     * Adds the shapes of all weights.
     *
     * @param inputs channels of the input
     * @return channels of the output
     */
    long shapes(Map<String, long[]> shapes, long inputs);

    /**
     * A convolution without bias, batch normalisation and ReLU.
     *
     * @param name as its weights begin
     * @param outputs channels of the output
     * @param rows height of the kernel
     * @param columns width of the kernel
     * @param stride 1, or 2 to halve the side
     * @param padded whether zeros around the input make up for what the kernel's size takes off
     */
    record Convolution(String name, int outputs, int rows, int columns, int stride, boolean padded)
            implements InceptionLayer {
        private static final double EPSILON = 0.001;

        @Override
        public Tensor forward(Weights weights, Tensor input) {
            return TensorScope.tensor(() -> {
                Tensor weight = weights.get(name + ".conv.weight");
                Tensor output =
                        Operations.conv2d(input, weight, stride, padded ? rows / 2 : 0, padded ? columns / 2 : 0);
                return Operations.batchNorm(
                                output,
                                weights.get(name + ".bn.weight"),
                                weights.get(name + ".bn.bias"),
                                weights.get(name + ".bn.running_mean"),
                                weights.get(name + ".bn.running_var"),
                                EPSILON)
                        .relu_();
            });
        }

        @Override
        public long shapes(Map<String, long[]> shapes, long inputs) {
            shapes.put(name + ".conv.weight", new long[] {outputs, inputs, rows, columns});
            for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
                shapes.put(name + ".bn." + part, new long[] {outputs});
            }
            return outputs;
        }
    }

    /** The mean of 3 x 3 pixels around each pixel, of those inside the picture alone. */
    record AveragePool() implements InceptionLayer {
        @Override
        public Tensor forward(Weights weights, Tensor input) {
            return Operations.averagePool(input, 3, 1, 1);
        }

        @Override
        public long shapes(Map<String, long[]> shapes, long inputs) {
            return inputs;
        }
    }

    /**
     * The largest of 3 x 3 pixels.
     *
     * @param halving whether it halves the side, without padding, rather than keeping it
     */
    record MaxPool(boolean halving) implements InceptionLayer {
        @Override
        public Tensor forward(Weights weights, Tensor input) {
            return Operations.maxPool(input, 3, halving ? 2 : 1, halving ? 0 : 1);
        }

        @Override
        public long shapes(Map<String, long[]> shapes, long inputs) {
            return inputs;
        }
    }

    /** Layers one after the other. */
    record Chain(List<InceptionLayer> layers) implements InceptionLayer {
        public Chain {
            layers = List.copyOf(layers);
        }

        /** This chain's layers and then those of another. */
        Chain followedBy(Chain next) {
            return new Chain(
                    Stream.concat(layers.stream(), next.layers.stream()).toList());
        }

        @Override
        public Tensor forward(Weights weights, Tensor input) {
            int last = layers.size() - 1;
            if (last < 0) {
                return input;
            }
            // From the last layer inwards: each scope frees what its layer has read as soon as that is done.
            Chain before = new Chain(layers.subList(0, last));
            return TensorScope.tensor(() -> layers.get(last).forward(weights, before.forward(weights, input)));
        }

        @Override
        public long shapes(Map<String, long[]> shapes, long inputs) {
            long channels = inputs;
            for (InceptionLayer layer : layers) {
                channels = layer.shapes(shapes, channels);
            }
            return channels;
        }
    }

    /** Layers side by side on the same input; their outputs joined along the channels. */
    record Branches(List<InceptionLayer> layers) implements InceptionLayer {
        public Branches {
            layers = List.copyOf(layers);
        }

        @Override
        public Tensor forward(Weights weights, Tensor input) {
            return TensorScope.tensor(() -> Tensors.cat(
                    1,
                    layers.stream().map(layer -> layer.forward(weights, input)).toList()));
        }

        @Override
        public long shapes(Map<String, long[]> shapes, long inputs) {
            long channels = 0;
            for (InceptionLayer layer : layers) {
                channels += layer.shapes(shapes, inputs);
            }
            return channels;
        }
    }
}
