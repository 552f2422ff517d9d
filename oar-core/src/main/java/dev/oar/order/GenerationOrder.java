package dev.oar.order;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A generation order {@code pi}: a permutation of the cells of a grid, {@code pi[t]} being the cell filled at step t.
 * Immutable.
 */
public final class GenerationOrder {
    private final int[] cells;

    private GenerationOrder(int[] cells) {
        this.cells = cells;
    }

    /**
     * The order that fills these cells one after the other.
     *
     * @throws IllegalArgumentException if they are not a permutation of {@code 0 .. cells.length - 1}
     */
    public static GenerationOrder of(int... cells) {
        BitSet seen = new BitSet(cells.length);
        for (int step = 0; step < cells.length; step++) {
            int cell = cells[step];
            if (cell < 0 || cell >= cells.length || seen.get(cell)) {
                throw new IllegalArgumentException("an order must name each of its " + cells.length
                        + " cells exactly once, but step " + step + " holds " + cell
                        + (cell >= 0 && cell < cells.length ? " again" : "") + "; extract or write the order anew");
            }
            seen.set(cell);
        }
        return new GenerationOrder(cells.clone());
    }

    /** Row by row, left to right. */
    public static GenerationOrder raster(int cells) {
        int[] order = new int[cells];
        Arrays.setAll(order, step -> step);
        return new GenerationOrder(order);
    }

    /** A uniform random order, a function of its key alone. */
    public static GenerationOrder uniform(int cells, CounterRandom random) {
        int[] order = raster(cells).cells;
        for (int last = cells - 1; last > 0; last--) {
            int other = random.integer(last + 1, last);
            int moved = order[last];
            order[last] = order[other];
            order[other] = moved;
        }
        return new GenerationOrder(order);
    }

    /**
     * The order that fills cells by ascending value, ties by the lowest cell.
     *
     * @param values one number per cell, such as a mean rank
     */
    public static GenerationOrder ascending(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, cell -> cell);
        Arrays.sort(order, (a, b) -> {
            int byValue = Double.compare(values[a], values[b]);
            return byValue != 0 ? byValue : Integer.compare(a, b);
        });
        return new GenerationOrder(
                Arrays.stream(order).mapToInt(Integer::intValue).toArray());
    }

    /** The number of cells. */
    public int length() {
        return cells.length;
    }

    /** The cell filled at a step. */
    public int cellAt(int step) {
        return cells[step];
    }

    /** The cells in filling order; a copy. */
    public int[] toArray() {
        return cells.clone();
    }

    /** The rank of each cell: {@code inverse()[pi[t]] == t}. */
    public int[] inverse() {
        int[] ranks = new int[cells.length];
        for (int step = 0; step < cells.length; step++) {
            ranks[cells[step]] = step;
        }
        return ranks;
    }

    /** The order from its last cell to its first. */
    public GenerationOrder reversed() {
        int[] reversed = new int[cells.length];
        Arrays.setAll(reversed, step -> cells[cells.length - 1 - step]);
        return new GenerationOrder(reversed);
    }

    /** The order of the horizontally flipped image. */
    public GenerationOrder mirrored(TokenGrid grid) {
        requireGrid(grid);
        return new GenerationOrder(Arrays.stream(cells).map(grid::mirrored).toArray());
    }

    /** The same order with the known cells moved to the front; both groups keep their own sequence. */
    public GenerationOrder knownFirst(BitSet known) {
        int[] moved = new int[cells.length];
        int next = 0;
        for (int cell : cells) {
            if (known.get(cell)) {
                moved[next++] = cell;
            }
        }
        for (int cell : cells) {
            if (!known.get(cell)) {
                moved[next++] = cell;
            }
        }
        return new GenerationOrder(moved);
    }

    /** Checks that this is an order of that grid. */
    public void requireGrid(TokenGrid grid) {
        if (grid.cells() != cells.length) {
            throw new IllegalArgumentException("an order of " + cells.length + " cells does not fit a grid of "
                    + grid.height() + " x " + grid.width() + " cells; use an order made for this grid");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GenerationOrder order && Arrays.equals(cells, order.cells);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cells);
    }

    @Override
    public String toString() {
        return "GenerationOrder" + Arrays.toString(cells);
    }
}
