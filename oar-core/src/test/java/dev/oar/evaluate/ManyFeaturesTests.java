package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.Families;
import dev.oar.order.CounterRandom;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sets of so many features that they lie in a file and are compared in several blocks of columns. */
@ExtendWith(NativeMemory.class)
class ManyFeaturesTests {
    private static final int WIDTH = 3;
    private static final int MANY = 4096 + 700;

    @Test
    void featuresInAFileEqualThoseInAnArray() throws IOException {
        float[] values = random(1, MANY);
        FeatureSet array = FeatureSet.of(WIDTH, values);
        FeatureSet file;
        try (FeatureRows rows = new FeatureRows(MANY, WIDTH, 0)) {
            for (int from = 0; from < MANY; from += 1000) {
                rows.add(values, from, Math.min(1000, MANY - from));
            }
            file = rows.finish(Families.singletons(MANY));
        }
        assertThat(file).isEqualTo(array);
        assertThat(file.row(4500)).isEqualTo(array.row(4500));
        int[] chosen = {5, 900, 4700};
        assertThat(file.familySubset(chosen)).isEqualTo(array.familySubset(chosen));
        assertThat(file.familySubset(chosen).familySubset(1, 2).row(1)).isEqualTo(array.row(4700));
        assertThat(GaussianStatistics.of(file)).isEqualTo(GaussianStatistics.of(array));
    }

    @Test
    void notANumberInAFileIsRefusedWithItsPlace() throws IOException {
        float[] values = random(2, 10);
        values[7 * WIDTH + 1] = Float.NaN;
        try (FeatureRows rows = new FeatureRows(10, WIDTH, 0)) {
            rows.add(values, 0, 10);
            assertThatThrownBy(() -> rows.finish(Families.singletons(10)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("row 7 holds NaN at position 1");
        }
        assertThatThrownBy(() -> new FeatureRows(Integer.MAX_VALUE, 2048))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("measure at most 262143 images");
    }

    @Test
    void neighboursAcrossBlocksAreThoseOfASearchThroughAll() {
        FeatureSet images = FeatureSet.of(WIDTH, random(3, 40));
        FeatureSet searched = FeatureSet.of(WIDTH, random(4, MANY));
        NearestNeighbours nearest = NearestNeighbours.of(images, searched);
        for (int image = 0; image < images.count(); image++) {
            float[] row = images.row(image);
            double[] distances = IntStream.range(0, MANY)
                    .mapToDouble(other -> squared(row, searched.row(other)))
                    .toArray();
            int expected = IntStream.range(0, MANY)
                    .reduce((a, b) -> distances[b] < distances[a] ? b : a)
                    .orElseThrow();
            assertThat(nearest.rows()[image]).as("image %d", image).isEqualTo(expected);
            assertThat(nearest.distances()[image]).isCloseTo(Math.sqrt(distances[expected]), within(1e-6));
        }
    }

    @Test
    void radiiPrecisionAndRecallAcrossBlocksAreThoseOfASearchThroughAll() {
        FeatureSet real = FeatureSet.of(WIDTH, random(5, MANY));
        FeatureSet drawn = FeatureSet.of(WIDTH, random(6, 60));
        double[] radii = PrecisionRecall.squaredRadii(real);
        double[][] toOthers = new double[MANY][];
        for (int row : new int[] {0, 4095, 4096, MANY - 1}) {
            float[] own = real.row(row);
            toOthers[row] = IntStream.range(0, MANY)
                    .filter(other -> other != row)
                    .mapToDouble(other -> squared(own, real.row(other)))
                    .sorted()
                    .toArray();
            assertThat(radii[row]).as("row %d", row).isCloseTo(toOthers[row][2], within(1e-9));
        }
        double inside = IntStream.range(0, drawn.count())
                .filter(sample -> IntStream.range(0, MANY)
                        .anyMatch(row -> squared(drawn.row(sample), real.row(row)) <= radii[row]))
                .count();
        PrecisionRecall.Result result = PrecisionRecall.between(real, drawn);
        assertThat(result.precision()).isCloseTo(inside / drawn.count(), within(1e-12));
        double[] drawnRadii = PrecisionRecall.squaredRadii(drawn);
        double recalled = IntStream.range(0, MANY)
                .filter(row -> IntStream.range(0, drawn.count())
                        .anyMatch(sample -> squared(drawn.row(sample), real.row(row)) <= drawnRadii[sample]))
                .count();
        assertThat(result.recall()).isCloseTo(recalled / MANY, within(1e-12));
    }

    private static double squared(float[] first, float[] second) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += ((double) first[i] - second[i]) * ((double) first[i] - second[i]);
        }
        return sum;
    }

    private static float[] random(long seed, int rows) {
        CounterRandom random = CounterRandom.of(seed, "features");
        float[] values = new float[rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.uniform(i);
        }
        return values;
    }
}
