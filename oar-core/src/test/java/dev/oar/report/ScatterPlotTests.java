package dev.oar.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.order.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScatterPlotTests {
    private static final ScatterPlot.Side SPEED = new ScatterPlot.Side("images/s", true, FigureTable.Better.HIGHER);
    private static final ScatterPlot.Side DISTANCE = new ScatterPlot.Side("distance", false, FigureTable.Better.LOWER);

    private static ScatterPlot.Point point(String name, double x, double y) {
        return new ScatterPlot.Point("kind", name, x, Figure.of(y));
    }

    private static ScatterPlot plot(ScatterPlot.Point... points) {
        return new ScatterPlot("t", SPEED, DISTANCE, List.of(points));
    }

    @Test
    void theFrontierHasThePointsThatNoOtherBeats() {
        ScatterPlot plot = plot(
                point("fast", 100, 3),
                point("good", 1, 1),
                point("between", 10, 2),
                point("slower and worse", 5, 2.5),
                point("as good, but slower", 0.5, 1),
                point("as fast, but worse", 100, 3.5),
                point("cannot be shown", 0, 0.1),
                point("unknown", 1000, Double.NaN));
        assertThat(plot.frontier()).extracting(ScatterPlot.Point::name).containsExactly("good", "between", "fast");
        assertThat(plot.html())
                .contains("1 good: images/s 1, distance 1; 2 between")
                .doesNotContain("cannot be shown", "unknown", "NaN", "Infinity");
    }

    @Test
    void noPointOfTheFrontierBeatsAnotherAndEveryOtherPointIsBeatenByOneOfThem() {
        for (long seed = 0; seed < 50; seed++) {
            CounterRandom random = CounterRandom.of(seed, "points");
            List<ScatterPlot.Point> points = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                points.add(point("point " + i, 1 + random.integer(8, 2L * i), random.integer(8, 2L * i + 1)));
            }
            ScatterPlot plot = new ScatterPlot("t", SPEED, DISTANCE, points);
            List<ScatterPlot.Point> frontier = plot.frontier();
            for (ScatterPlot.Point point : points) {
                boolean beaten = frontier.stream().anyMatch(other -> beats(other, point));
                assertThat(beaten).as("seed %s, %s", seed, point).isNotEqualTo(frontier.contains(point));
            }
        }
    }

    private static boolean beats(ScatterPlot.Point first, ScatterPlot.Point second) {
        double a = ((Figure.Exact) first.y()).value();
        double b = ((Figure.Exact) second.y()).value();
        return first.x() >= second.x() && a <= b && (first.x() > second.x() || a < b);
    }

    @Test
    void whereNeitherIsBetterThereIsNoFrontier() {
        ScatterPlot.Side informs = new ScatterPlot.Side("size", false, FigureTable.Better.NEITHER);
        ScatterPlot plot = new ScatterPlot("t", informs, DISTANCE, List.of(point("a", 1, 1)));
        assertThat(plot.frontier()).isEmpty();
        assertThat(plot.html()).doesNotContain("frontier", "Beaten");
    }

    @Test
    void intervalsOfTheFrontierFitIntoThePlotAndNamesAreEscaped() {
        String html = new ScatterPlot(
                        "t",
                        SPEED,
                        DISTANCE,
                        List.of(
                                new ScatterPlot.Point("a", "<a>", 1, Figure.of(1, -4, 6)),
                                new ScatterPlot.Point("b", "b", 0.5, Figure.of(2, -400, 600))))
                .html();
        assertThat(html).contains("&lt;a&gt;", ">−4<", ">6<").doesNotContain("<a>", "400");
        assertThat(html.split("class=\"point", -1))
                .as("two points and their two kinds")
                .hasSize(5);
    }

    @Test
    void aPlotWithoutPointsSaysSo() {
        assertThat(plot().html()).contains("There are no numbers to show.");
    }
}
