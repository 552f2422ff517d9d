package dev.oar.measure;

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
    void coveragesOfNothingOrEverythingAreRefused() {
        for (double coverage : new double[] {0, 1, Double.NaN}) {
            assertThatThrownBy(() -> mask(HoleKind.HALF, 16, coverage))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("coverage above 0 and below 1");
        }
    }

    @Test
    void holesOfAnEvenGridCoverAQuarterAHalfAndThreeQuarters() {
        TokenGrid grid = TokenGrid.square(8);
        assertThat(cells(HoleKind.CENTRE, grid).cardinality()).isEqualTo(16);
        assertThat(cells(HoleKind.HALF, grid).cardinality()).isEqualTo(32);
        assertThat(cells(HoleKind.BORDER, grid).cardinality()).isEqualTo(48);
        BitSet both = cells(HoleKind.CENTRE, grid);
        both.and(cells(HoleKind.BORDER, grid));
        assertThat(both.isEmpty()).isTrue();
        assertThat(HoleKind.STROKES.cells(grid)).isEmpty();
        for (HoleKind kind : new HoleKind[] {HoleKind.CENTRE, HoleKind.HALF, HoleKind.BORDER}) {
            assertThat(cells(kind, new TokenGrid(3, 5)).cardinality())
                    .as(kind.label())
                    .isBetween(1, 14);
        }
        assertThatThrownBy(() -> HoleKind.CENTRE.cells(new TokenGrid(2, 9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 3 x 3 cells");
    }

    private static BitSet cells(HoleKind kind, TokenGrid grid) {
        return kind.cells(grid).orElseThrow().cells();
    }

    private static PixelMask mask(HoleKind family, int side, double coverage) {
        return family.mask(side, coverage, CounterRandom.of(1, "test"));
    }
}
