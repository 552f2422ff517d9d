package dev.oar.holes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.edit.PixelMask;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HoleKindTests {
    private static final double[] COVERAGES = {0.05, 0.125, 0.25, 0.4, 0.5, 0.75};

    @ParameterizedTest
    @EnumSource
    void theShareOfMarkedPixelsIsWhatWasAsked(HoleKind family) {
        for (int side : new int[] {16, 17, 64, 65, 256}) {
            double least = 2.0 / side;
            for (double coverage :
                    Arrays.stream(COVERAGES).filter(share -> share >= least).toArray()) {
                for (long seed = 0; seed < 5; seed++) {
                    PixelMask mask = family.mask(side, coverage, CounterRandom.of(seed, "test"));
                    assertThat((double) mask.count() / side / side)
                            .as("%s, side %d, coverage %s, seed %d", family, side, coverage, seed)
                            .isCloseTo(coverage, within(least));
                }
            }
        }
    }

    @Test
    void centreAndBorderAreSymmetricalAndComplementary() {
        for (int side : new int[] {16, 17, 64}) {
            for (double coverage : COVERAGES) {
                PixelMask centre = mask(HoleKind.CENTRE, side, coverage);
                PixelMask border = mask(HoleKind.BORDER, side, 1 - coverage);
                for (int y = 0; y < side; y++) {
                    for (int x = 0; x < side; x++) {
                        assertThat(centre.marks(x, y)).isEqualTo(centre.marks(side - 1 - x, y));
                        assertThat(centre.marks(x, y)).isEqualTo(centre.marks(y, x));
                        assertThat(centre.marks(x, y)).isNotEqualTo(border.marks(x, y));
                    }
                }
            }
        }
    }

    @Test
    void theHalfIsAllColumnsFromOneToTheRight() {
        PixelMask half = mask(HoleKind.HALF, 64, 0.25);
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++) {
                assertThat(half.marks(x, y)).isEqualTo(x >= 48);
            }
        }
    }

    @Test
    void largerStrokesContinueSmallerOnes() {
        for (long seed = 0; seed < 20; seed++) {
            CounterRandom random = CounterRandom.of(seed, "test");
            BitSet small = RandomStrokes.pixels(64, 400, random);
            BitSet large = RandomStrokes.pixels(64, 1500, random);
            assertThat(small.cardinality()).isEqualTo(400);
            assertThat(large.cardinality()).isEqualTo(1500);
            BitSet both = (BitSet) small.clone();
            both.and(large);
            // The last dab of the smaller one may have been cut elsewhere than where the larger one goes on.
            assertThat(both).as("seed %d", seed).isEqualTo(small);
        }
    }

    @Test
    void strokesDifferByBatchAndLeaveACell() {
        TokenGrid grid = TokenGrid.square(8);
        for (int batch = 0; batch < 50; batch++) {
            Hole hole = Hole.of(HoleKind.STROKES, 0.5, grid, 64, 3, batch);
            assertThat(hole.cells().cardinality()).as("batch %d", batch).isBetween(32, 63);
            assertThat(Hole.of(HoleKind.STROKES, 0.5, grid, 64, 3, batch).cells())
                    .isEqualTo(hole.cells());
            assertThat(Hole.of(HoleKind.STROKES, 0.5, grid, 64, 3, batch + 1)
                            .mask()
                            .count())
                    .isEqualTo(hole.mask().count());
        }
        assertThat(Hole.of(HoleKind.STROKES, 0.25, grid, 64, 3, 0).cells())
                .isNotEqualTo(Hole.of(HoleKind.STROKES, 0.25, grid, 64, 3, 1).cells());
        assertThat(Hole.of(HoleKind.CENTRE, 0.25, grid, 64, 3, 0).cells())
                .isEqualTo(Hole.of(HoleKind.CENTRE, 0.25, grid, 64, 9, 1).cells());
    }

    @Test
    void holesThatLeaveNothingAreRefused() {
        TokenGrid grid = TokenGrid.square(4);
        assertThatThrownBy(() -> Hole.of(HoleKind.CENTRE, 0.5, grid, 16, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("centre square, 50 % of 16 x 16 pixels touches all of them");
        for (double coverage : new double[] {0, 1, Double.NaN}) {
            assertThatThrownBy(() -> mask(HoleKind.HALF, 16, coverage))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("coverage above 0 and below 1");
        }
        assertThat(Hole.label(HoleKind.STROKES, 0.125)).isEqualTo("random strokes, 12.5 %");
    }

    private static PixelMask mask(HoleKind family, int side, double coverage) {
        return family.mask(side, coverage, CounterRandom.of(1, "test"));
    }
}
