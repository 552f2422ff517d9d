package dev.oar.order;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A grid beside one that is a whole number of times as high and as wide: the cell at row y and column x of the coarse grid stands at
 * row {@code factor * y} and column {@code factor * x} of the enlarged one.
 *
 * @param coarse the smaller grid
 * @param factor how many times larger the other is, at least 2
 */
public record EnlargedGrid(TokenGrid coarse, int factor) {
    /** Checks the factor; the enlarged grid must be possible, too. */
    public EnlargedGrid {
        if (factor < 2 || factor > 1 << 10) {
            throw new IllegalArgumentException(
                    "a grid is enlarged by a factor in 2 .. " + (1 << 10) + ", but the factor is " + factor);
        }
        var unused = new TokenGrid(coarse.height() * factor, coarse.width() * factor);
    }

    /** The larger grid. */
    public TokenGrid enlarged() {
        return new TokenGrid(coarse.height() * factor, coarse.width() * factor);
    }

    /** The cell of the enlarged grid at which a cell of the coarse grid stands. */
    public int enlargedCell(int coarseCell) {
        return enlarged().cell(factor * coarse.row(coarseCell), factor * coarse.column(coarseCell));
    }

    /**
     * The cell of the coarse grid that stands at a cell of the enlarged one.
     *
     * @throws IllegalArgumentException if none does
     */
    public int coarseCell(int enlargedCell) {
        TokenGrid grid = enlarged();
        int row = grid.row(enlargedCell);
        int column = grid.column(enlargedCell);
        if (row % factor != 0 || column % factor != 0) {
            throw new IllegalArgumentException("cells of the coarse grid stand at rows and columns divisible by "
                    + factor + ", but cell " + enlargedCell + " is at row " + row + " and column " + column);
        }
        return coarse.cell(row / factor, column / factor);
    }

    /** The cells of the enlarged grid at which cells of the coarse grid stand. */
    public BitSet coarseCells() {
        BitSet cells = new BitSet();
        for (int cell = 0; cell < coarse.cells(); cell++) {
            cells.set(enlargedCell(cell));
        }
        return cells;
    }

    /**
     * An order of the enlarged grid with the cells of the coarse grid moved to the front; both groups keep their own sequence.
     *
     * @throws IllegalArgumentException if it is an order of another grid
     */
    public GenerationOrder coarseFirst(GenerationOrder order) {
        order.requireGrid(enlarged());
        return order.knownFirst(coarseCells());
    }

    /**
     * The order in which an order of the enlarged grid comes by the cells of the coarse one.
     *
     * @throws IllegalArgumentException if it is an order of another grid
     */
    public GenerationOrder coarseOrder(GenerationOrder order) {
        return GenerationOrder.of(Arrays.stream(coarseFirst(order).toArray())
                .limit(coarse.cells())
                .map(this::coarseCell)
                .toArray());
    }
}
