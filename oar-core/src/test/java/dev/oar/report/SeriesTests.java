package dev.oar.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void thinningKeepsTheLowestAndTheHighestPoint(long seed) {
        Series series = noise(10_007, seed);
        Series thinned = series.thinned(200);
        assertThat(thinned.x().length).as("seed %d", seed).isLessThanOrEqualTo(200);
        assertThat(Arrays.stream(thinned.y()).max())
                .isEqualTo(Arrays.stream(series.y()).max());
        assertThat(Arrays.stream(thinned.y()).min())
                .isEqualTo(Arrays.stream(series.y()).min());
        assertThat(thinned.x()).isSorted();
        assertThat(noise(150, seed).thinned(200).y()).isEqualTo(noise(150, seed).y());
    }

    @Test
    void theTrendOfALineIsTheLineAndNoiseShrinks() {
        double[] x = new double[600];
        Arrays.setAll(x, index -> index);
        double[] trend = new Series("line", x, x).trend().y();
        for (int index = 0; index < 570; index++) {
            assertThat(trend[index]).isCloseTo(index, within(1e-9));
        }
        double[] smooth = noise(3000, 1).trend().y();
        for (int index = 200; index < smooth.length; index++) {
            assertThat(smooth[index]).isCloseTo(0.5, within(0.15));
        }
    }

    @Test
    void gapsAreLeftOutOfTheTrend() {
        double[] y = new double[300];
        Arrays.fill(y, 2);
        y[0] = Double.NaN;
        y[150] = Double.POSITIVE_INFINITY;
        double[] trend = new Series("gaps", y, y).trend().y();
        assertThat(trend[150]).isEqualTo(2);
        assertThat(trend[0]).isNaN();
    }

    private static Series noise(int points, long seed) {
        CounterRandom random = CounterRandom.of(seed, "noise");
        double[] x = new double[points];
        double[] y = new double[points];
        for (int index = 0; index < points; index++) {
            x[index] = index;
            y[index] = random.uniform(index);
        }
        return new Series("noise", x, y);
    }
}
