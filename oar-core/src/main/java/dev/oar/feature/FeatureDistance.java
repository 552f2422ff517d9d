package dev.oar.feature;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Distances of images in the features of a network's layers, as LPIPS measures them (Zhang et al., "The unreasonable effectiveness of deep
 * features as a perceptual metric", 2018, equation 1): the features of every cell are scaled to length 1, squared differences are
 * weighed by channel, averaged over cells and summed over layers. Without learned weights all channels weigh the same.
 *
 * <p>Computed in float32, whatever the network computes in.
 */
final class FeatureDistance {
    /** Within the root, so that cells whose features are all 0 have finite gradients; LPIPS's own code adds 1e-10 behind it. */
    private static final double EPSILON = 1e-8;

    private FeatureDistance() {}

    /**
     * All channels weighing the same.
     *
     * @param layers {@code [batch, channels, cells, cells]} of each layer
     * @param references the same of other images
     * @return {@code [batch]}
     */
    static Tensor sum(List<Tensor> layers, List<Tensor> references) {
        Tensor sum = squares(layers.get(0), references.get(0)).sum(1).mean(1, 2);
        for (int layer = 1; layer < layers.size(); layer++) {
            sum = sum.add(
                    squares(layers.get(layer), references.get(layer)).sum(1).mean(1, 2));
        }
        return sum;
    }

    /**
     * Channels weighing as a head says.
     *
     * @param layer {@code [batch, channels, cells, cells]}
     * @param reference the same of other images
     * @param head {@code [1, channels, 1, 1]}
     * @return {@code [batch]}
     */
    static Tensor weighed(Tensor layer, Tensor reference, Tensor head) {
        return squares(layer, reference).mul(head).sum(1).mean(1, 2);
    }

    private static Tensor squares(Tensor layer, Tensor reference) {
        return ofLengthOne(layer).sub(ofLengthOne(reference)).square();
    }

    private static Tensor ofLengthOne(Tensor layer) {
        Tensor features = layer.to(torch.ScalarType.Float);
        Tensor squared = features.square().sum(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
        return features.div(squared.add(new Scalar(EPSILON)).sqrt());
    }
}
