package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.Architecture.Opened;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Workers;
import dev.oar.testing.NativeMemory;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model may be used by several threads at once. */
@ExtendWith(NativeMemory.class)
class ConcurrentUseTests {
    private static final int CELLS = CommittedWalk.GRID.cells();
    private static final int REQUESTS = 8;
    private static final int THREADS = 4;

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void severalThreadsDrawTheTokensThatOneAfterTheOtherDraws(Architecture architecture) throws Exception {
        try (Opened opened = architecture.open(3);
                AutoregressiveModel packed = opened.model().packed(WeightFormat.FLOAT32)) {
            assertSameSideBySide(request -> drawn(opened.model(), architecture, request));
            assertSameSideBySide(request -> drawn(packed, architecture, request));
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void severalThreadsScoreWholeImagesAsOneAfterTheOtherDoes(Architecture architecture) throws Exception {
        try (Opened opened = architecture.open(4)) {
            assertSameSideBySide(request -> TensorScope.compute(
                    () -> Tensors.doubles(new CommittedWalk(request, architecture.isRaster()).logits(opened.model()))));
        }
    }

    private static <T> void assertSameSideBySide(IntFunction<T> work) {
        try (Workers one = new Workers(1);
                Workers several = new Workers(THREADS)) {
            List<T> sideBySide = several.run(REQUESTS, work);
            List<T> expected = one.run(REQUESTS, work);
            for (int request = 0; request < REQUESTS; request++) {
                assertThat(sideBySide.get(request)).as("request " + request).isEqualTo(expected.get(request));
            }
        }
    }

    private static int[][] drawn(AutoregressiveModel model, Architecture architecture, int request) {
        OrderPolicy policy = architecture.isRaster()
                ? new OrderPolicy.GivenOrders(Collections.nCopies(2, GenerationOrder.raster(CELLS)), 0)
                : OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY);
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {request % 3, 3},
                        new long[] {2L * request, 2L * request + 1},
                        7,
                        policy,
                        new TokenSource.Sampled(SamplingFilter.NONE),
                        ClassifierFreeGuidance.constant(2),
                        KnownTokens.none()))
                .tokens();
    }
}
