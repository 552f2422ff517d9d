package dev.oar.decode;

import dev.oar.order.TokenGrid;
import java.util.Arrays;

/**
 * The cells that one step fills at once: confident ones that lie apart, so that what is drawn in one hardly bears on the others. Each is
 * taken in turn unless it lies too near one that was taken before; where too few are left, those follow that lie farthest from all taken
 * ones.
 */
final class SpacedCells {
    private final TokenGrid grid;
    private final int[] ranked;
    private final int[] taken;

    /** The Chebyshev distance of each ranked cell to the nearest taken one; 0 of taken ones. */
    private final int[] nearest;

    private int count;

    private SpacedCells(TokenGrid grid, int[] ranked, int size) {
        this.grid = grid;
        this.ranked = ranked;
        this.taken = new int[size];
        this.nearest = new int[ranked.length];
        Arrays.fill(nearest, Integer.MAX_VALUE);
    }

    /**
     * Chooses cells.
     *
     * @param ranked the open cells, the most confident first
     * @param size how many to choose
     * @param spacing none of the cells lies within this Chebyshev distance of another, as long as there are enough
     * @return the cells, in the sequence in which they were taken
     */
    static int[] chosen(TokenGrid grid, int[] ranked, int size, int spacing) {
        SpacedCells cells = new SpacedCells(grid, ranked, size);
        for (int place = 0; place < ranked.length && cells.count < size; place++) {
            if (cells.nearest[place] > spacing) {
                cells.take(place);
            }
        }
        while (cells.count < size) {
            cells.take(cells.farthest());
        }
        return cells.taken;
    }

    private void take(int place) {
        taken[count++] = ranked[place];
        for (int other = 0; other < ranked.length; other++) {
            nearest[other] = Math.min(nearest[other], grid.chebyshevDistance(ranked[place], ranked[other]));
        }
    }

    /** The place of the farthest cell, of equally far ones the most confident; no taken one, as those are at distance 0. */
    private int farthest() {
        int best = 0;
        for (int place = 1; place < ranked.length; place++) {
            if (nearest[place] > nearest[best]) {
                best = place;
            }
        }
        return best;
    }
}
