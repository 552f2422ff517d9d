package dev.oar.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WindowPlanTests {
    private static final TokenGrid GRID = TokenGrid.square(4);
    private static final int MODEL_SIZE = 16;

    private static List<PlannedWindow> plan(PixelMask mask, int side) {
        return WindowPlan.of(mask, OptionalInt.of(side), GRID, MODEL_SIZE);
    }

    @Test
    void everyMarkedPixelIsPaintedOnceAndNothingElse() {
        for (int seed = 0; seed < 300; seed++) {
            CounterRandom random = CounterRandom.of(seed, "plans of a test");
            int width = 4 + random.integer(80, 0);
            int height = 4 + random.integer(80, 1);
            PixelMask mask = RandomPictures.mask(seed, width, height);
            BitSet painted = new BitSet();
            PixelMask hidden = mask;
            for (PlannedWindow planned : plan(mask, Math.min(4 + random.integer(40, 2), Math.max(width, height)))) {
                PixelMask own = hidden.within(planned.window());
                assertThat(own.count()).as("seed %s", seed).isPositive();
                assertThat(planned.hole())
                        .as("seed %s", seed)
                        .isEqualTo(planned.window().touched(GRID, hidden));
                assertThat(planned.hole().intersects(planned.absent())).isFalse();
                assertThat(planned.hole().intersects(planned.known())).isFalse();
                hidden = hidden.without(own);
                painted.or(own.pixels());
            }
            assertThat(painted).as("seed %s", seed).isEqualTo(mask.pixels());
        }
    }

    @Test
    void aWindowStaysWithinAnImageThatIsLargeEnough() {
        for (int seed = 0; seed < 100; seed++) {
            PixelMask mask = RandomPictures.mask(seed, 50, 41);
            for (PlannedWindow planned : plan(mask, 20)) {
                Window window = planned.window();
                assertThat(window.left()).isBetween(0, 30);
                assertThat(window.top()).isBetween(0, 21);
                assertThat(planned.absent().isEmpty()).isTrue();
            }
        }
    }

    @Test
    void outpaintingSeesAtLeastHalfOfEveryWindow() {
        for (int margin : new int[] {3, 16, 50}) {
            BitSet inner = new BitSet();
            int side = 32 + 2 * margin;
            for (int y = margin; y < margin + 32; y++) {
                inner.set(y * side + margin, y * side + margin + 32);
            }
            PixelMask border = PixelMask.of(side, side, inner).inverted();
            for (PlannedWindow planned : plan(border, 32)) {
                assertThat(planned.hole().cardinality())
                        .as("margin %s, %s", margin, planned.window())
                        .isBetween(1, GRID.cells() / 2);
            }
        }
    }

    @Test
    void aHoleAsLargeAsTheWindowIsNotPaintedFromNothing() {
        for (int left : new int[] {16, 28, 31, 32, 33}) {
            PixelMask added = PixelMask.ofRectangles(32 + left, 32, List.of(new PixelRectangle(0, 0, left, 32)));
            for (PlannedWindow planned : plan(added, 32)) {
                assertThat(planned.hole().cardinality())
                        .as("%s columns added, %s", left, planned.window())
                        .isBetween(1, GRID.cells() / 2);
            }
        }
    }

    @Test
    void aSmallImageIsSeenWholeAndOfALargeOneWhatIsAroundTheHole() {
        PixelMask small = PixelMask.ofRectangles(24, 20, List.of(new PixelRectangle(0, 0, 2, 2)));
        assertThat(WindowPlan.usualSide(small, MODEL_SIZE)).isEqualTo(24);
        PixelMask large = PixelMask.ofRectangles(400, 300, List.of(new PixelRectangle(200, 100, 10, 2)));
        assertThat(WindowPlan.usualSide(large, MODEL_SIZE)).isEqualTo(32);
        PixelMask wide = PixelMask.ofRectangles(400, 300, List.of(new PixelRectangle(200, 100, 60, 2)));
        assertThat(WindowPlan.usualSide(wide, MODEL_SIZE)).isEqualTo(120);
        assertThat(WindowPlan.of(wide, OptionalInt.empty(), GRID, MODEL_SIZE))
                .extracting(PlannedWindow::window)
                .containsExactly(new Window(170, 40, 120));
    }

    @Test
    void anImageThatIsNotSquareLeavesCellsThatDoNotExist() {
        PixelMask mask = PixelMask.ofRectangles(16, 8, List.of(new PixelRectangle(0, 0, 4, 4)));
        PlannedWindow planned = plan(mask, 16).get(0);
        assertThat(planned.window()).isEqualTo(new Window(0, -4, 16));
        assertThat(planned.absent()).isEqualTo(bits(0, 1, 2, 3, 12, 13, 14, 15));
        assertThat(planned.hole()).isEqualTo(bits(4));
    }

    @Test
    void aWindowIsMovedUntilTheBordersOfCellsMeetThoseOfTheHole() {
        PixelMask hole = PixelMask.ofRectangles(100, 100, List.of(new PixelRectangle(43, 37, 16, 8)));
        PlannedWindow planned = plan(hole, 32).get(0);
        assertThat(planned.hole().cardinality()).isEqualTo(2);
        PixelMask margin = PixelMask.ofRectangles(
                72, 50, List.of(new PixelRectangle(0, 0, 72, 10), new PixelRectangle(40, 10, 32, 40)));
        for (PlannedWindow window : plan(margin, 40)) {
            assertThat(window.window().touched(GRID, margin.inverted()).intersects(window.hole()))
                    .as("%s draws a cell of which part is the image's", window.window())
                    .isFalse();
        }
    }

    @Test
    void aWindowIsNoLongerThanTheImage() {
        PixelMask mask = RandomPictures.mask(1, 20, 9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(mask, 21))
                .withMessage(
                        "a window has 4 to 20 pixels each way, one per cell to the image's longer side, but is to have"
                                + " 21; name a number there");
    }

    @Test
    void aCellIsDrawnIfAnyOfItsPixelsIsMarked() {
        // 10 pixels on 4 cells: cell 0 shows pixels 0 to 2 (the last one in part), cell 1 pixels 2 to 4.
        PixelMask mask = PixelMask.ofRectangles(10, 10, List.of(new PixelRectangle(2, 0, 1, 1)));
        assertThat(plan(mask, 10).get(0).hole()).isEqualTo(bits(0, 1));
    }

    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        for (int bit : set) {
            bits.set(bit);
        }
        return bits;
    }
}
