package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalityOrderTests {
    /** An image of which some cells may be known and some absent. */
    private record Case(TokenGrid grid, BitSet known, BitSet absent, DecodingSchedule steps, int spacing, long seed) {
        static Case whole(TokenGrid grid, int steps, int spacing, long seed) {
            DecodingSchedule schedule = DecodingSchedule.cosine(grid.cells(), steps);
            return new Case(grid, new BitSet(), new BitSet(), schedule, spacing, seed);
        }

        static Case withHoles(TokenGrid grid, int steps, int spacing, long seed) {
            BitSet known = new BitSet();
            BitSet absent = new BitSet();
            for (int cell = 0; cell < grid.cells(); cell++) {
                double number = CounterRandom.of(seed, "holes of a test").uniform(cell);
                known.set(cell, number < 0.3);
                absent.set(cell, number > 0.9);
            }
            int open = grid.cells() - known.cardinality() - absent.cardinality();
            return new Case(grid, known, absent, DecodingSchedule.maskedCosine(open, steps), spacing, seed);
        }

        GenerationOrder order() {
            return LocalityOrder.order(
                    grid, known, absent, steps, spacing, CounterRandom.of(seed, "localities of a test"));
        }

        boolean repel(int a, int b) {
            return Math.max(Math.abs(grid.row(a) - grid.row(b)), Math.abs(grid.column(a) - grid.column(b))) <= spacing;
        }

        double proximity(int cell, BitSet filled) {
            return filled.stream()
                    .mapToDouble(other -> grid.distance(cell, other))
                    .filter(distance -> distance < 1.5)
                    .map(distance -> 1 / distance)
                    .sum();
        }

        /** The cells of each step. */
        List<int[]> groups() {
            int[] order = order().toArray();
            List<int[]> groups = new ArrayList<>();
            int from = known.cardinality();
            for (int size : steps.cellsPerStep()) {
                groups.add(Arrays.copyOfRange(order, from, from + size));
                from += size;
            }
            return groups;
        }
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (int seed = 0; seed < 6; seed++) {
            for (int spacing = 0; spacing <= 2; spacing++) {
                cases.add(Case.whole(TokenGrid.square(16), 20 + 4 * seed, spacing, seed));
                cases.add(Case.whole(new TokenGrid(5, 9), 3 + seed, spacing, seed));
                cases.add(Case.withHoles(TokenGrid.square(12), 4 + 5 * seed, spacing, seed));
            }
        }
        return cases;
    }

    @Test
    void cellsOfAStepAreApartUnlessNoOtherCellWouldBe() {
        // Up to a spacing of 2 whatever is within it is nearer, as the crow flies, than whatever is not.
        for (Case image : cases()) {
            BitSet filled = (BitSet) image.known().clone();
            for (int[] group : image.groups()) {
                for (int i = 1; i < group.length; i++) {
                    int[] earlier = Arrays.copyOf(group, i);
                    IntPredicate repelled = cell -> Arrays.stream(earlier).anyMatch(other -> image.repel(cell, other));
                    if (repelled.test(group[i])) {
                        BitSet left = new BitSet();
                        left.set(0, image.grid().cells());
                        left.andNot(filled);
                        left.andNot(image.absent());
                        assertThat(left.stream().allMatch(repelled))
                                .as("%s, %s", image, Arrays.toString(group))
                                .isTrue();
                    }
                }
                Arrays.stream(group).forEach(filled::set);
            }
        }
    }

    @Test
    void fewStepsOfAnImageOfUsualSizeKeepTheirCellsApartInTheFirstHalf() {
        for (int seed = 0; seed < 10; seed++) {
            Case image = Case.whole(TokenGrid.square(16), 32, LocalityOrder.USUAL_SPACING, seed);
            int filled = 0;
            for (int[] group : image.groups()) {
                filled += group.length;
                for (int i = 0; i < group.length && filled <= 128; i++) {
                    for (int j = 0; j < i; j++) {
                        assertThat(image.repel(group[i], group[j]))
                                .as("%s, %s", image, Arrays.toString(group))
                                .isFalse();
                    }
                }
            }
        }
    }

    @Test
    void everyStepBeginsWithACellOfTheLargestProximity() {
        for (Case image : cases()) {
            BitSet filled = (BitSet) image.known().clone();
            for (int[] group : image.groups()) {
                double largest = IntStream.range(0, image.grid().cells())
                        .filter(cell -> !filled.get(cell) && !image.absent().get(cell))
                        .mapToDouble(cell -> image.proximity(cell, filled))
                        .max()
                        .orElseThrow();
                assertThat(image.proximity(group[0], filled))
                        .as("%s, %s", image, Arrays.toString(group))
                        .isBetween(largest - 1e-9, largest + 1e-9);
                Arrays.stream(group).forEach(filled::set);
            }
        }
    }

    @Test
    void cellByCellItGrowsFromARandomCell() {
        TokenGrid grid = TokenGrid.square(6);
        BitSet starts = new BitSet();
        for (int seed = 0; seed < 400; seed++) {
            Case image = new Case(grid, new BitSet(), new BitSet(), DecodingSchedule.sequential(36), 2, seed);
            int[] order = image.order().toArray();
            starts.set(order[0]);
            BitSet filled = new BitSet();
            for (int step = 0; step < order.length && seed < 20; step++) {
                assertThat(step == 0 || image.proximity(order[step], filled) >= 1)
                        .as("seed %s, step %s", seed, step)
                        .isTrue();
                filled.set(order[step]);
            }
        }
        assertThat(starts.cardinality()).isEqualTo(36);
    }

    @Test
    void knownCellsComeFirstAndAbsentOnesLast() {
        for (Case image : cases()) {
            int[] order = image.order().toArray();
            assertThat(Arrays.stream(order).limit(image.known().cardinality()))
                    .as("%s", image)
                    .containsExactlyElementsOf(image.known().stream().boxed().toList());
            assertThat(Arrays.stream(order).skip(order.length - image.absent().cardinality()))
                    .as("%s", image)
                    .containsExactlyElementsOf(image.absent().stream().boxed().toList());
        }
    }

    @Test
    void aFirstStepOfSeveralCellsSpreadsThem() {
        for (int seed = 0; seed < 20; seed++) {
            Case image = new Case(
                    new TokenGrid(1, 9), new BitSet(), new BitSet(), new DecodingSchedule(new int[] {3, 6}), 2, seed);
            int[] order = image.order().toArray();
            int farthest = order[0] < 4 ? 8 : order[0] > 4 ? 0 : order[1];
            assertThat(order[1]).as("seed %s", seed).isEqualTo(farthest).isIn(0, 8);
        }
    }

    @Test
    void equalSeedsGiveEqualOrdersAndOthersOthers() {
        Case image = Case.whole(TokenGrid.square(8), 12, 2, 5);
        assertThat(image.order()).isEqualTo(image.order());
        assertThat(IntStream.range(0, 20)
                        .mapToObj(seed ->
                                Case.whole(TokenGrid.square(8), 12, 2, seed).order())
                        .distinct())
                .hasSize(20);
        assertThat(Case.whole(TokenGrid.square(4), 5, 2, 1).order().toArray())
                .as("images tell their seed alone, so that the order must stay")
                .containsExactly(12, 13, 3, 0, 9, 15, 2, 8, 7, 14, 1, 6, 5, 11, 10, 4);
    }

    @ParameterizedTest
    @CsvSource({"15,2", "17,2", "16,-1"})
    void stepsThatDoNotFillTheImageAndANegativeSpacingAreRefused(int cells, int spacing) {
        DecodingSchedule steps = DecodingSchedule.sequential(cells);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalityOrder.order(
                        TokenGrid.square(4),
                        new BitSet(),
                        new BitSet(),
                        steps,
                        spacing,
                        CounterRandom.of(1, "localities of a test")))
                .withMessageContaining("16 open cells");
    }
}
