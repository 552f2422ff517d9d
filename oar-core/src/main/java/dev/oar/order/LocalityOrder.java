package dev.oar.order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Orders for drawing several cells a step, of Locality-aware Parallel Decoding (Zhang and others, 2025, arXiv 2507.01957, public code): each
 * step fills cells that stand close to filled ones, which tell much about them, but apart from each other, as they are drawn without knowing
 * of each other.
 *
 * <p>The proximity of a cell is the sum of 1/distance over the filled ones among its eight neighbours. A step takes cells of a proximity of
 * at least 1, the largest first and ties at random, but none whose row and column both are within the spacing of those of a cell taken in
 * the same step. If that is too few, the step takes the cell farthest from all that it has taken, again and again; ties go to cells of a
 * proximity below 1, and among equals to the larger proximity. The first cell of an image of which nothing is known is random.
 */
public final class LocalityOrder {
    /** How far apart the published large models draw the cells of a step. */
    public static final int USUAL_SPACING = 2;

    private final TokenGrid grid;
    private final int spacing;
    private final BitSet filled;
    private final BitSet open;

    private LocalityOrder(TokenGrid grid, int spacing, BitSet known, BitSet absent) {
        this.grid = grid;
        this.spacing = spacing;
        this.filled = (BitSet) known.clone();
        this.open = new BitSet(grid.cells());
        open.set(0, grid.cells());
        open.andNot(known);
        open.andNot(absent);
    }

    /**
     * The order: known cells, then the cells of each step, then absent ones.
     *
     * @param known cells that are filled already
     * @param absent cells that are never filled
     * @param steps how many of the other cells are filled at each step
     * @param spacing at least 0; cells of a step that are as close in rows and in columns are avoided
     * @param random the order is a function of its key and the other arguments
     * @throws IllegalArgumentException if the steps fill more or fewer cells than there are
     */
    public static GenerationOrder order(
            TokenGrid grid, BitSet known, BitSet absent, DecodingSchedule steps, int spacing, CounterRandom random) {
        LocalityOrder order = new LocalityOrder(grid, spacing, known, absent);
        if (steps.cells() != order.open.cardinality() || spacing < 0) {
            throw new IllegalArgumentException("a locality order needs steps that fill all of its "
                    + order.open.cardinality() + " open cells and a spacing of at least 0, but was given steps for "
                    + steps.cells() + " and " + spacing);
        }
        List<Integer> cells = new ArrayList<>(known.stream().boxed().toList());
        for (int step = 0; step < steps.steps(); step++) {
            List<Integer> taken = order.step(steps.cellsPerStep()[step], random.derive(step));
            cells.addAll(taken);
            taken.forEach(order.filled::set);
            taken.forEach(order.open::clear);
        }
        absent.stream().forEach(cells::add);
        return GenerationOrder.of(cells.stream().mapToInt(Integer::intValue).toArray());
    }

    private List<Integer> step(int size, CounterRandom random) {
        double[] proximity = new double[grid.cells()];
        Arrays.setAll(proximity, this::proximity);
        int[] shuffled = GenerationOrder.uniform(grid.cells(), random).inverse();
        List<Integer> candidates = open.stream()
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(cell -> -proximity[cell])
                        .thenComparingInt(cell -> shuffled[cell]))
                .toList();
        List<Integer> taken = new ArrayList<>();
        List<Integer> lonely = new ArrayList<>();
        List<Integer> repelled = new ArrayList<>();
        for (int cell : candidates) {
            if (proximity[cell] < 1) {
                lonely.add(cell);
            } else if (taken.size() < size && taken.stream().noneMatch(other -> repel(cell, other))) {
                taken.add(cell);
            } else {
                repelled.add(cell);
            }
        }
        lonely.addAll(repelled);
        addFarthest(taken, lonely, size);
        return taken;
    }

    /** Counts before it adds, so that equal neighbourhoods are equal to the last bit. */
    private double proximity(int cell) {
        int beside = 0;
        int diagonal = 0;
        int row = grid.row(cell);
        int column = grid.column(cell);
        for (int y = Math.max(0, row - 1); y <= Math.min(grid.height() - 1, row + 1); y++) {
            for (int x = Math.max(0, column - 1); x <= Math.min(grid.width() - 1, column + 1); x++) {
                if (filled.get(grid.cell(y, x))) {
                    // The cell itself is open where it matters.
                    if (y == row || x == column) {
                        beside++;
                    } else {
                        diagonal++;
                    }
                }
            }
        }
        return beside + diagonal / Math.sqrt(2);
    }

    private boolean repel(int a, int b) {
        return Math.abs(grid.row(a) - grid.row(b)) <= spacing && Math.abs(grid.column(a) - grid.column(b)) <= spacing;
    }

    private void addFarthest(List<Integer> taken, List<Integer> candidates, int size) {
        if (taken.size() == size) {
            return;
        }
        long[] nearest = new long[candidates.size()];
        Arrays.fill(nearest, Long.MAX_VALUE);
        for (int cell : taken) {
            approach(nearest, candidates, cell);
        }
        while (taken.size() < size) {
            int farthest = 0;
            for (int i = 1; i < nearest.length; i++) {
                farthest = nearest[i] > nearest[farthest] ? i : farthest;
            }
            taken.add(candidates.get(farthest));
            approach(nearest, candidates, candidates.get(farthest));
        }
    }

    /** Squared distances to the nearest taken cell, of which there is one more now. */
    private void approach(long[] nearest, List<Integer> candidates, int cell) {
        for (int i = 0; i < nearest.length; i++) {
            long rows = grid.row(candidates.get(i)) - grid.row(cell);
            long columns = grid.column(candidates.get(i)) - grid.column(cell);
            nearest[i] = Math.min(nearest[i], rows * rows + columns * columns);
        }
    }
}
