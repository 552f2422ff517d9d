package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.Families;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Workers;
import dev.oar.testing.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NativeMemory.class)
class SubsamplingTests {
    @Test
    void theIntervalOfAFrechetDistanceHasTheWidthOfItsTrueSpread() {
        double[] distances = new double[60];
        double reach = 0;
        for (int trial = 0; trial < distances.length; trial++) {
            FeatureSet reference = RandomFeatures.normal(1000 + trial, 120, 3, 0, 1);
            FeatureSet samples = RandomFeatures.normal(2000 + trial, 120, 3, 1, 1);
            Interval interval = new Subsampling(20, trial)
                    .intervals(new FrechetDistance(), reference, samples)
                    .get(0);
            distances[trial] = interval.point();
            reach += interval.reach() / distances.length;
        }
        assertThat(reach).isCloseTo(1.96 * deviation(distances), within(0.3 * reach));
    }

    /**
     * With more features than images, and sets that hardly differ, the error of a Frechet distance shrinks faster than the root of the number
     * of images, so that halves vary more than they should: the interval may be too wide then, but never too narrow.
     */
    @Test
    void theIntervalIsNotTooNarrowWithFewerImagesThanFeaturesAndNearlyEqualSets() {
        double[] distances = new double[60];
        double[] differences = new double[distances.length];
        double reachOfDistance = 0;
        double reachOfDifference = 0;
        for (int trial = 0; trial < distances.length; trial++) {
            FeatureSet reference = RandomFeatures.normal(3000 + trial, 48, 64, 0, 1);
            FeatureSet first = RandomFeatures.normal(4000 + trial, 40, 64, 0.05, 1);
            FeatureSet second = RandomFeatures.normal(5000 + trial, 40, 64, 0.05, 1);
            Subsampling subsampling = new Subsampling(20, trial);
            Interval distance = subsampling
                    .intervals(new FrechetDistance(), reference, first)
                    .get(0);
            Interval difference = subsampling
                    .differences(new FrechetDistance(), reference, first, second)
                    .get(0);
            distances[trial] = distance.point();
            differences[trial] = difference.point();
            reachOfDistance += distance.reach() / distances.length;
            reachOfDifference += difference.reach() / distances.length;
        }
        assertThat(reachOfDistance).isBetween(1.96 * deviation(distances), 2 * 1.96 * deviation(distances));
        assertThat(reachOfDifference).isBetween(1.96 * deviation(differences), 2 * 1.96 * deviation(differences));
    }

    @Test
    void givenTheReferenceTheIntervalHasTheWidthOfTheSpreadOverSamplesAlone() {
        FeatureSet reference = RandomFeatures.normal(900, 40, 3, 0, 1);
        double[] distances = new double[60];
        double given = 0;
        double whole = 0;
        for (int trial = 0; trial < distances.length; trial++) {
            FeatureSet samples = RandomFeatures.normal(6000 + trial, 160, 3, 1, 1);
            Subsampling subsampling = new Subsampling(20, trial);
            Interval interval = subsampling
                    .intervalsGivenReference(new FrechetDistance(), reference, samples)
                    .get(0);
            distances[trial] = interval.point();
            given += interval.reach() / distances.length;
            whole += subsampling
                            .intervals(new FrechetDistance(), reference, samples)
                            .get(0)
                            .reach()
                    / distances.length;
        }
        assertThat(given).isCloseTo(1.96 * deviation(distances), within(0.3 * given));
        assertThat(given).isLessThan(0.8 * whole);
    }

    private static double deviation(double... values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / (values.length - 1));
    }

    @Test
    void subsamplesAreAFunctionOfTheSeed() {
        FeatureSet reference = RandomFeatures.normal(1, 30, 3, 0, 1);
        FeatureSet samples = RandomFeatures.normal(2, 26, 3, 1, 1);
        List<Interval> intervals = new Subsampling(10, 7).intervals(new PrecisionRecall(), reference, samples);
        assertThat(intervals)
                .hasSize(4)
                .isEqualTo(new Subsampling(10, 7).intervals(new PrecisionRecall(), reference, samples));
        assertThat(intervals).isNotEqualTo(new Subsampling(10, 8).intervals(new PrecisionRecall(), reference, samples));
    }

    @Test
    void aCallWithinAnotherLeavesThreadCountsAsTheyWere() throws InterruptedException {
        FeatureSet reference = RandomFeatures.normal(1, 30, 3, 0, 1);
        FeatureSet samples = RandomFeatures.normal(2, 26, 3, 1, 1);
        int common = LibTorch.threads();
        CountDownLatch inside = new CountDownLatch(2);
        List<Integer> during = Collections.synchronizedList(new ArrayList<>());
        List<Integer> after = Collections.synchronizedList(new ArrayList<>());
        List<Thread> callers = new ArrayList<>();
        try (Workers one = new Workers(1)) {
            // Later threads begin with the common number from here on, whatever the test's own thread has.
            one.run(1, piece -> piece);
        }
        for (int caller = 0; caller < 2; caller++) {
            while (inside.getCount() > 2 - caller) {
                Thread.sleep(1);
            }
            Thread thread = new Thread(() -> {
                var unused = new Subsampling(4, 7).intervals(new Overlapping(inside, during), reference, samples);
                after.add(TensorScope.compute(torch::get_num_threads));
            });
            thread.start();
            callers.add(thread);
        }
        for (Thread caller : callers) {
            caller.join();
        }
        Thread later = new Thread(() -> after.add(TensorScope.compute(torch::get_num_threads)));
        later.start();
        later.join();
        assertThat(during).containsOnly(1);
        assertThat(after).containsExactly(common, common, common);
    }

    /** A statistic whose subsamples wait until two calls are among them. */
    private record Overlapping(CountDownLatch inside, List<Integer> threads) implements SampleStatistic {
        @Override
        public List<Metric> metrics(FeatureSpace space) {
            return List.of(new Metric("zero", true, Metric.Kind.DISTANCE));
        }

        @Override
        public int leastFamilies() {
            return 2;
        }

        @Override
        public double[] of(FeatureSet reference, FeatureSet samples) {
            if (reference.families().count() == 15) {
                inside.countDown();
                try {
                    inside.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                threads.add(torch.get_num_threads());
            }
            return new double[] {0};
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 3", "3, 6", "4, 20", "5, 20", "6, 60"})
    void whatIsKeptForManyChoicesGivesTheFiguresOfEachChoice(long seed, int width) {
        int[] ids = new int[40];
        Arrays.setAll(ids, row -> row % 17 == 3 ? 3 : row);
        FeatureSet reference = RandomFeatures.inFamilies(RandomFeatures.normal(seed, 40, width, 2, 1), ids);
        FeatureSet samples = RandomFeatures.normal(seed + 60, 30, width, 2.5, 1);
        int[] real = {0, 1, 3, 5, 6, 7, 11, 20, 21, 30};
        int[] drawn = {2, 3, 4, 8, 9, 13, 14, 28};
        Memorisation memorisation = new Memorisation(RandomFeatures.normal(seed + 90, 50, width, 2, 1), 0.3);
        List<SampleStatistic> statistics = new ArrayList<>(
                FeatureSpace.usual("own features", false).with(memorisation).statistics());
        statistics.add(new KernelDistance(5, 7, seed));
        for (SampleStatistic statistic : statistics) {
            double[] kept = statistic.onFamilies(reference, samples).of(real, drawn);
            double[] anew = statistic.of(reference.familySubset(real), samples.familySubset(drawn));
            assertThat(kept).as("seed %d, %s", seed, statistic).containsExactly(anew, within(1e-6));
        }
    }

    @Test
    void tooFewFamiliesGiveAFigureWithoutBounds() {
        FeatureSet reference = RandomFeatures.normal(1, 30, 3, 0, 1);
        Interval interval = new Subsampling(10, 7)
                .intervals(new FrechetDistance(), reference, RandomFeatures.normal(2, 3, 3, 1, 1))
                .get(0);
        assertThat(interval.bounded()).isFalse();
        assertThat(interval.text(2)).contains("too few images");
    }

    @Test
    void familiesCountOnceWhateverTheirSize() {
        Families families = Families.of(new int[] {4, 9, 4, 4});
        assertThat(families.mean(new double[] {1, 10, 2, 3})).isEqualTo(6);
        assertThat(Arrays.stream(families.weights()).sum()).isCloseTo(1, within(1e-15));
        assertThat(families.members(0)).containsExactly(0, 2, 3);
        assertThat(families.familyOfRow()).containsExactly(0, 1, 0, 0);
    }
}
