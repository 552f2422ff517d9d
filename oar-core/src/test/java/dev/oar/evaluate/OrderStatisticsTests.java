package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderStatisticsTests {
    private static final TokenGrid GRID = TokenGrid.square(4);
    private static final List<String> CLASSES = List.of("a", "none", "b");

    private static GenerationOrder random(long seed) {
        return GenerationOrder.uniform(GRID.cells(), CounterRandom.of(seed, "order"));
    }

    private static int[] ids(int count) {
        return IntStream.range(0, count).toArray();
    }

    @Test
    void ofOneOrderTheCellTellsEverythingAndOfRandomOrdersNothing() {
        GenerationOrder raster = GenerationOrder.raster(GRID.cells());
        OrderStatistics one =
                OrderStatistics.of(GRID, List.of(raster, raster, raster), new int[] {0, 0, 0}, ids(3), CLASSES, 1);
        assertThat(one.byCell()).isEqualTo(1, within(1e-12));
        assertThat(one.sameClass()).hasValue(1.0);
        assertThat(one.otherClass()).isEmpty();
        assertThat(one.byCellAndClass()).isEmpty();
        assertThat(one.step()).as("12 steps of 1 and 3 of 3").isEqualTo(21.0 / 15, within(1e-12));

        List<GenerationOrder> random =
                IntStream.range(0, 400).mapToObj(OrderStatisticsTests::random).toList();
        OrderStatistics any = OrderStatistics.of(GRID, random, new int[400], ids(400), CLASSES, 1);
        assertThat(any.byCell()).isEqualTo(0, within(0.01));
        assertThat(any.sameClass().orElseThrow()).isEqualTo(0, within(0.02));
        assertThat(any.step()).isEqualTo(any.randomStep(), within(0.05));
    }

    @Test
    void fewRandomOrdersAreExplainedByNothingOnAverage() {
        double mean = IntStream.range(0, 300)
                .mapToDouble(trial -> OrderStatistics.explained(
                        List.of(List.of(random(3L * trial), random(3L * trial + 1), random(3L * trial + 2)))))
                .average()
                .orElseThrow();
        assertThat(mean).isEqualTo(0, within(0.03));
    }

    @Test
    void whereEveryClassHasAnOrderOfItsOwnCellAndClassTellEverything() {
        GenerationOrder first = random(1);
        GenerationOrder second = first.reversed();
        OrderStatistics found = OrderStatistics.of(
                GRID, List.of(first, second, first, second), new int[] {0, 2, 0, 2}, ids(4), CLASSES, 7);
        assertThat(found.sameClass()).hasValue(1.0);
        assertThat(found.otherClass()).hasValue(-1.0);
        assertThat(found.byCellAndClass().orElseThrow()).isEqualTo(1, within(1e-12));
        assertThat(found.byCell()).isLessThan(0.1);
        assertThat(found.classes())
                .extracting(OrderStatistics.OfClass::name, OrderStatistics.OfClass::images)
                .containsExactly(tuple("a", 2), tuple("b", 2));
    }

    @Test
    void variantsOfOnePictureCountOnce() {
        OrderStatistics alone = OrderStatistics.of(GRID, List.of(random(1), random(2)), new int[2], ids(2), CLASSES, 3);
        OrderStatistics variants = OrderStatistics.of(
                GRID,
                List.of(random(1), random(1), random(1), random(2)),
                new int[4],
                new int[] {5, 5, 5, 9},
                CLASSES,
                3);
        assertThat(variants).isEqualTo(alone);
    }

    @Test
    void theStepOfRandomOrdersIsThatOfAnyTwoCells() {
        assertThat(OrderStatistics.randomStep(new TokenGrid(1, 3)))
                .as("distances 1, 1, 2")
                .isEqualTo(4.0 / 3, within(1e-12));
        assertThat(OrderStatistics.randomStep(TokenGrid.square(2))).isEqualTo(1, within(1e-12));
    }

    @Test
    void oneOrderAloneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrderStatistics.of(
                        GRID, List.of(random(1), random(2)), new int[2], new int[] {4, 4}, CLASSES, 1))
                .withMessageContaining("two images");
    }
}
