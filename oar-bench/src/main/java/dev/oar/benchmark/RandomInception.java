package dev.oar.benchmark;

import dev.oar.feature.InceptionNetwork;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** An Inception network with random weights, and pictures to time it on: what features cost does not depend on their values. */
public final class RandomInception {
    private RandomInception() {}

    /** The network; the caller closes it. */
    public static InceptionNetwork network() {
        return new InceptionNetwork(weights());
    }

    /** A picture of {@code side x side} pixels, the same for the same number, smooth enough to be compressed as photographs are. */
    public static RgbImage picture(int number, int side) {
        CounterRandom random = CounterRandom.of(number, "benchmark picture");
        byte[] rgb = new byte[side * side * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (128 + 60 * Math.sin(i * 1e-3 + number) + random.integer(12, i));
        }
        return new RgbImage(side, side, rgb);
    }

    private static Weights weights() {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            InceptionNetwork.shapes().forEach((name, shape) -> tensors.put(name, weight(name, shape, tensors.size())));
            return Weights.owning(tensors);
        }
    }

    private static Tensor weight(String name, long[] shape, long seed) {
        if (shape.length == 1) {
            boolean one = name.endsWith(".weight") || name.endsWith("running_var");
            return Tensors.full(one ? 1 : 0, torch.ScalarType.Float, shape);
        }
        long inputs = 1;
        for (int i = 1; i < shape.length; i++) {
            inputs *= shape[i];
        }
        return Tensors.normal(seed, shape).mul_(new Scalar(Math.sqrt(2.0 / inputs)));
    }
}
