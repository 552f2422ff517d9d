package dev.oar.tokenizer;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A tokenizer of a few thousand parameters and pictures it can learn, for tests. */
final class TinyTokenizer {
    static final VqTokenizerConfig CONFIG =
            new VqTokenizerConfig(8, 8, List.of(1, 2), 1, 8, 16, 4, true, AttentionPlacement.MIDDLE, 4);

    private TinyTokenizer() {}

    /** Pictures of four quarters, each light or dark, {@code [count, 3, 8, 8]} in [-1, 1]. */
    static Tensor pictures(int count, long seed) {
        CounterRandom random = CounterRandom.of(seed, "pictures");
        float[] values = new float[count * 3 * 64];
        for (int i = 0; i < values.length; i++) {
            int picture = i / 192;
            int quarter = i % 64 / 32 * 2 + i % 8 / 4;
            values[i] = random.bits(picture * 4L + quarter) > 0 ? 0.8f : -0.8f;
        }
        return Tensors.of(values, count, 3, 8, 8);
    }
}
