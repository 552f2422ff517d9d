package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RimInwardsTests {
    private static final TokenGrid GRID = new TokenGrid(6, 7);

    private static CounterRandom random(long seed) {
        return CounterRandom.of(seed, "rims of a test");
    }

    private static double distance(int cell, BitSet known) {
        return known.stream()
                .mapToDouble(other -> GRID.distance(cell, other))
                .min()
                .orElseThrow();
    }

    @Test
    void knownCellsComeFirstAndThenTheNearest() {
        for (int seed = 0; seed < 50; seed++) {
            BitSet known = new BitSet();
            for (int i = 0; i < 1 + seed % 9; i++) {
                known.set(random(seed).integer(GRID.cells(), i));
            }
            double[] distances = Arrays.stream(
                            RimInwards.order(GRID, known, random(seed)).toArray())
                    .mapToDouble(cell -> distance(cell, known))
                    .toArray();
            assertThat(distances).as("seed %s", seed).isSorted();
            assertThat(IntStream.range(0, known.cardinality()).mapToDouble(i -> distances[i]))
                    .containsOnly(0.0);
        }
    }

    @Test
    void aWholeImageIsFilledFromItsBorderInwards() {
        int[] order = RimInwards.order(GRID, new BitSet(), random(1)).toArray();
        int border = 2 * (GRID.width() + GRID.height()) - 4;
        for (int step = 0; step < border; step++) {
            int row = GRID.row(order[step]);
            int column = GRID.column(order[step]);
            assertThat(row == 0 || column == 0 || row == GRID.height() - 1 || column == GRID.width() - 1)
                    .isTrue();
        }
    }

    @Test
    void tiesAreBrokenByTheSeed() {
        assertThat(IntStream.range(0, 20)
                        .mapToObj(seed -> RimInwards.order(GRID, new BitSet(), random(seed)))
                        .distinct())
                .hasSize(20);
        assertThat(RimInwards.order(GRID, new BitSet(), random(3)))
                .isEqualTo(RimInwards.order(GRID, new BitSet(), random(3)));
    }
}
