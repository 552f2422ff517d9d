package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.testing.NativeMemory;
import dev.oar.testing.WholeMachine;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What drawing consists of gives the same bits on one thread as on all, unless LibTorch says otherwise of its BLAS library. */
@WholeMachine
@Tag("processor")
@ExtendWith(NativeMemory.class)
class ThreadIndependenceTests {
    private static final long SEED = 23;

    @BeforeEach
    void requireABlasWhoseBitsStay() {
        assumeThat(LibTorch.bitsDependOnThreads()).isFalse();
    }

    @Test
    void attentionOfFewQueries() {
        for (int queries : new int[] {1, 2, 3}) {
            for (int keys = queries; keys < 70; keys++) {
                long[] asking = {4, 4, queries, 32};
                long[] answering = {4, 4, keys, 32};
                long[] visible = {queries, keys};
                assertSameBits(
                        queries + " queries, " + keys + " keys",
                        () -> Operations.attention(
                                normal(1, asking),
                                normal(2, answering),
                                normal(3, answering),
                                Tensors.zeros(torch.ScalarType.Float, visible)));
                assertSameBits(
                        queries + " queries, " + keys + " keys, without a mask",
                        () -> Operations.fullAttention(normal(1, asking), normal(2, answering), normal(3, answering)));
            }
        }
    }

    @Test
    void convolutionsOfAPixel() {
        for (int batch : new int[] {1, 2, 4, 16}) {
            for (int[] sizes : new int[][] {{64, 128, 8}, {128, 64, 16}, {64, 64, 32}, {32, 3, 64}, {20, 7, 9}}) {
                assertSameBits(
                        batch + " images of " + sizes[0] + " channels, " + sizes[2] + " pixels wide, to " + sizes[1],
                        () -> Operations.pointwise(
                                normal(1, batch, sizes[0], sizes[2], sizes[2]),
                                normal(2, sizes[1], sizes[0], 1, 1),
                                normal(3, sizes[1])));
            }
        }
    }

    @Test
    void convolutionsOfNinePixels() {
        for (int batch : new int[] {1, 2, 4, 16}) {
            for (int[] sizes : new int[][] {{64, 128, 8}, {128, 64, 16}, {64, 64, 32}, {32, 3, 64}}) {
                assertSameBits(
                        batch + " images of " + sizes[0] + " channels, " + sizes[2] + " pixels wide, to " + sizes[1],
                        () -> Operations.conv2d(
                                normal(1, batch, sizes[0], sizes[2], sizes[2]),
                                normal(2, sizes[1], sizes[0], 3, 3),
                                normal(3, sizes[1]),
                                1,
                                1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void linearLayersOfAnyFormat(WeightFormat format) {
        try (Weights weights = TensorScope.compute(
                        () -> Weights.owning(Map.of("layer.weight", normal(1, 96, 160), "layer.bias", normal(2, 96))));
                Weights packed = weights.packed(format)) {
            for (int rows : new int[] {1, 2, 4, 33, 260}) {
                assertSameBits(rows + " rows", () -> packed.linear("layer", normal(3, rows, 160)));
            }
        }
    }

    private static Tensor normal(int number, long... shape) {
        Random random = new Random(SEED + number);
        float[] values = new float[Math.toIntExact(LongStream.of(shape).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensors.of(values, shape);
    }

    private static void assertSameBits(String what, Supplier<Tensor> operation) {
        Supplier<float[]> values =
                () -> TensorScope.compute(() -> Tensors.withoutGradient(() -> Tensors.floats(operation.get())));
        float[] onAll = values.get();
        try (Workers alone = new Workers(1)) {
            assertThat(alone.run(1, i -> values.get()).get(0))
                    .as("%s, seed %d", what, SEED)
                    .isEqualTo(onAll);
        }
    }
}
