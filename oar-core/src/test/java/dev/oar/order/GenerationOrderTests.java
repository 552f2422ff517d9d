package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationOrderTests {
    @ParameterizedTest
    @MethodSource("seeds")
    void everyOrderIsAPermutationAndItsInverseUndoesIt(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test");
        int cells = 1 + random.integer(40, 0);
        GenerationOrder order = GenerationOrder.uniform(cells, random);
        int[] ranks = order.inverse();

        assertThat(order.toArray()).as("seed %s", seed).containsExactlyInAnyOrder(raster(cells));
        assertThat(GenerationOrder.of(order.toArray())).as("seed %s", seed).isEqualTo(order);
        for (int step = 0; step < cells; step++) {
            assertThat(ranks[order.cellAt(step)])
                    .as("seed %s, step %s", seed, step)
                    .isEqualTo(step);
        }
        assertThat(GenerationOrder.of(GenerationOrder.of(ranks).inverse()))
                .as("seed %s", seed)
                .isEqualTo(order);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void mirroringTwiceChangesNothing(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test");
        TokenGrid grid = new TokenGrid(1 + random.integer(7, 0), 1 + random.integer(7, 1));
        GenerationOrder order = GenerationOrder.uniform(grid.cells(), random);
        GenerationOrder mirrored = order.mirrored(grid);

        assertThat(mirrored.mirrored(grid)).as("seed %s, %s", seed, grid).isEqualTo(order);
        for (int step = 0; step < order.length(); step++) {
            int cell = order.cellAt(step);
            assertThat(grid.row(mirrored.cellAt(step))).as("seed %s", seed).isEqualTo(grid.row(cell));
            assertThat(grid.column(mirrored.cellAt(step)))
                    .as("seed %s", seed)
                    .isEqualTo(grid.width() - 1 - grid.column(cell));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void knownCellsComeFirstAndBothGroupsKeepTheirSequence(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test");
        GenerationOrder order = GenerationOrder.uniform(20, random);
        BitSet known = new BitSet(20);
        IntStream.range(0, 20).filter(cell -> random.uniform(1000 + cell) < 0.4).forEach(known::set);
        int[] moved = order.knownFirst(known).toArray();

        assertThat(Arrays.copyOf(moved, known.cardinality()))
                .as("seed %s", seed)
                .containsExactly(
                        Arrays.stream(order.toArray()).filter(known::get).toArray());
        assertThat(Arrays.copyOfRange(moved, known.cardinality(), 20))
                .as("seed %s", seed)
                .containsExactly(Arrays.stream(order.toArray())
                        .filter(cell -> !known.get(cell))
                        .toArray());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void ascendingOrdersSortByValueAndTiesByCell(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test");
        double[] values = IntStream.range(0, 30)
                .mapToDouble(cell -> random.integer(5, cell))
                .toArray();
        int[] order = GenerationOrder.ascending(values).toArray();

        assertThat(order).as("seed %s", seed).containsExactlyInAnyOrder(raster(30));
        for (int step = 1; step < order.length; step++) {
            int before = order[step - 1];
            int after = order[step];
            assertThat(values[before] < values[after] || (values[before] == values[after] && before < after))
                    .as("seed %s: cell %s before cell %s", seed, before, after)
                    .isTrue();
        }
    }

    @Test
    void equalValuesGiveRasterOrder() {
        assertThat(GenerationOrder.ascending(new double[9])).isEqualTo(GenerationOrder.raster(9));
    }

    @Test
    void uniformOrdersOfThreeCellsAreTheSixPermutationsEquallyOften() {
        Map<GenerationOrder, Integer> counts = new HashMap<>();
        int draws = 12000;
        for (int draw = 0; draw < draws; draw++) {
            counts.merge(GenerationOrder.uniform(3, CounterRandom.of(draw, "test")), 1, Integer::sum);
        }
        assertThat(counts).hasSize(6);
        double chiSquare = counts.values().stream()
                .mapToDouble(count -> Math.pow(count - draws / 6.0, 2) / (draws / 6.0))
                .sum();
        // The 99.9 % quantile of the chi-square distribution with 5 degrees of freedom.
        assertThat(chiSquare).isLessThan(20.5);
    }

    @Test
    void everyCellIsEquallyOftenFirst() {
        int[] first = new int[8];
        for (int draw = 0; draw < 16000; draw++) {
            first[
                    GenerationOrder.uniform(8, CounterRandom.of(5, "test").derive(draw))
                            .cellAt(0)]++;
        }
        assertThat(Arrays.stream(first))
                .as("draws per cell, 2000 expected")
                .allMatch(count -> count > 1800 && count < 2200);
    }

    @Test
    void aRepeatedOrMissingCellIsRefusedByStep() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GenerationOrder.of(0, 2, 2))
                .withMessageContaining("step 2 holds 2 again");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GenerationOrder.of(0, 3, 1))
                .withMessageContaining("step 1 holds 3");
        assertThatIllegalArgumentException().isThrownBy(() -> GenerationOrder.of(-1));
    }

    @Test
    void anOrderDoesNotFitAGridOfAnotherSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GenerationOrder.raster(6).mirrored(TokenGrid.square(3)))
                .withMessageContaining("6 cells")
                .withMessageContaining("3 x 3");
    }

    @Test
    void anOrderCannotBeChangedFromOutside() {
        int[] cells = {2, 0, 1};
        GenerationOrder order = GenerationOrder.of(cells);
        cells[0] = 1;
        order.toArray()[1] = 9;

        assertThat(order.toArray()).containsExactly(2, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 12})
    void cellsRowsAndColumnsAgree(int width) {
        TokenGrid grid = new TokenGrid(3, width);
        for (int cell = 0; cell < grid.cells(); cell++) {
            assertThat(grid.cell(grid.row(cell), grid.column(cell))).isEqualTo(cell);
            assertThat(grid.distance(cell, grid.mirrored(cell))).isBetween(0.0, width - 1.0);
        }
        assertThat(grid.distance(0, grid.cells() - 1)).isEqualTo(grid.diagonal());
    }

    static IntStream seeds() {
        return IntStream.range(0, 30);
    }

    private static int[] raster(int cells) {
        return IntStream.range(0, cells).toArray();
    }
}
