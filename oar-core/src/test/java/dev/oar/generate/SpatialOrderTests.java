package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.artifact.FolderOrders;
import dev.oar.decode.OrderPolicy.GivenOrders;
import dev.oar.generate.DrawingOrder.Fixed.OrderedImage;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.LocalityOrder;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SpatialOrderTests {
    private static final List<TokenGrid> GRIDS = List.of(
            new TokenGrid(1, 1),
            new TokenGrid(1, 7),
            new TokenGrid(7, 1),
            new TokenGrid(3, 5),
            new TokenGrid(5, 3),
            TokenGrid.square(8),
            new TokenGrid(9, 13),
            TokenGrid.square(16),
            TokenGrid.square(24));

    private static List<SpatialOrder> orders(int steps) {
        return List.of(
                new SpatialOrder.Halton(steps),
                new SpatialOrder.Hilbert(steps),
                new SpatialOrder.SpiralIn(steps),
                new SpatialOrder.SpiralOut(steps),
                new SpatialOrder.Checkerboard(steps),
                new SpatialOrder.Locality(steps));
    }

    private static OrderedImage image(long seed, long index) {
        return new OrderedImage(seed, 0, index, new BitSet(), new BitSet());
    }

    @Test
    void everyOrderIsAPermutationOfAnyGridAndAFunctionOfItsImage() {
        for (TokenGrid grid : GRIDS) {
            for (int steps : new int[] {0, 1, 6}) {
                for (SpatialOrder kind : orders(steps)) {
                    GenerationOrder order = kind.ofImages(grid).order(image(3, 1));
                    assertThat(order.toArray())
                            .as("%s on %s", kind, grid)
                            .containsExactlyInAnyOrder(
                                    GenerationOrder.raster(grid.cells()).toArray());
                    assertThat(kind.ofImages(grid).order(image(3, 1)))
                            .as("%s on %s", kind, grid)
                            .isEqualTo(order);
                }
            }
        }
    }

    @Test
    void randomOnesAreFreshForEveryImageAndSeedTheOthersTheSame() {
        for (SpatialOrder kind : orders(6)) {
            boolean random = kind instanceof SpatialOrder.Checkerboard || kind instanceof SpatialOrder.Locality;
            DrawingOrder.Fixed.OrderOfImage orders = kind.ofImages(TokenGrid.square(8));
            assertThat(LongStream.range(0, 20)
                            .mapToObj(index -> orders.order(image(1, index)))
                            .distinct())
                    .as("%s", kind)
                    .hasSize(random ? 20 : 1);
            assertThat(LongStream.range(0, 20)
                            .mapToObj(seed -> orders.order(image(seed, 1)))
                            .distinct())
                    .as("%s", kind)
                    .hasSize(random ? 20 : 1);
        }
    }

    @Test
    void aLocalityOrderIsMadeForTheStepsThatItIsDrawnIn() throws IOException {
        TokenGrid grid = TokenGrid.square(8);
        BitSet known = new BitSet();
        known.set(0, 10);
        BitSet absent = new BitSet();
        absent.set(56, 64);
        for (StepSchedule schedule : StepSchedule.values()) {
            for (int steps : new int[] {0, 3, 9, 20}) {
                SpatialOrder.Locality locality = new SpatialOrder.Locality(2, new Pace(steps, schedule));
                DrawingOrders.Rows rows =
                        new DrawingOrders.Rows(new int[1], new long[] {4}, new long[] {7}, known, absent);
                GivenOrders policy =
                        (GivenOrders) locality.on(grid, FolderOrders.NONE).policy(rows);
                GenerationOrder expected = LocalityOrder.order(
                        grid,
                        known,
                        absent,
                        policy.schedule().apply(46),
                        2,
                        CounterRandom.of(7, "locality order").derive(4));
                assertThat(policy.orders()).as("%s", locality).containsExactly(expected);
            }
        }
    }

    @Test
    void aSpacingBelowZeroIsRefusedAndAnotherThanTheUsualOneIsNamed() {
        Pace pace = new Pace(8, StepSchedule.COSINE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SpatialOrder.Locality(-1, pace))
                .withMessageContaining("spacing must be at least 0");
        assertThat(new SpatialOrder.Locality(3, pace).label()).isEqualTo("locality in 8 steps, spacing 3");
        assertThat(new SpatialOrder.Locality(8).label()).isEqualTo("locality in 8 steps");
    }
}
