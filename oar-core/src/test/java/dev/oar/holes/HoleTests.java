package dev.oar.holes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.measure.HoleKind;
import dev.oar.order.TokenGrid;
import org.junit.jupiter.api.Test;

class HoleTests {
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
        assertThat(Hole.label(HoleKind.STROKES, 0.125)).isEqualTo("random strokes, 12.5 %");
    }
}
