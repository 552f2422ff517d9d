package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTextTests {
    private static final Metric DISTANCE = new Metric("FD (x)", true, Metric.Kind.FRECHET_DISTANCE);

    @Test
    void aBlockForEachDrawingHasALineForEachModelAndAColumnForEachMetric() {
        assertThat(FigureText.of(List.of(
                        figure("any-order", "random", DISTANCE, new Interval(2.5, 2.25, 2.75, 40, 1)),
                        figure("any-order", "random", BitsPerToken.METRIC, Interval.ofMean(5, 5, 5)),
                        figure("specialised", "random", DISTANCE, Interval.unbounded(12.5, 1)),
                        figure("specialised", "raster", DISTANCE, new Interval(1, 0.5, 1.5, 40, 1)))))
                .isEqualTo("""
                    random         FD (x)           bits per token
                      any-order    2.5000 ± 0.2500  5.0000 ± 0.0000
                      specialised  12.5000          -
                    raster         FD (x)
                      specialised  1.0000 ± 0.5000
                    """);
    }

    private static EvaluationFigure figure(String arm, String drawing, Metric metric, Interval value) {
        return new EvaluationFigure(arm, drawing, metric, value, 9, 1);
    }
}
