package dev.oar.train;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A number that is most likely another one when any number of a set of tensors is another one. */
final class Checksum {
    /** An odd constant, so that tensors that are swapped count. */
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private Checksum() {}

    /** The bits of all numbers, added up as whole numbers. */
    static String of(Weights weights) {
        long[] sum = {0};
        weights.asMap().values().forEach(tensor -> sum[0] = sum[0] * FACTOR + bits(tensor));
        return Long.toHexString(sum[0]);
    }

    private static long bits(Tensor tensor) {
        return TensorScope.compute(() -> Tensors.withoutGradient(() -> {
            Tensor flat = tensor.detach().contiguous();
            torch.ScalarType bits = switch ((int) flat.element_size()) {
                case 8 -> torch.ScalarType.Long;
                case 4 -> torch.ScalarType.Int;
                case 2 -> torch.ScalarType.Short;
                default -> torch.ScalarType.Byte;
            };
            return flat.view(bits).sum().item_long();
        }));
    }
}
