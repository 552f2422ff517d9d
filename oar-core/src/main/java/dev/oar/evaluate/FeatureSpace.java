package dev.oar.evaluate;

import java.util.List;
import java.util.stream.Stream;

/**
 * Where drawn images are compared with real ones, and by what.
 *
 * @param name the name of the feature network, which stands in every metric's name
 * @param statistics what is measured there, in the sequence of tables
 */
public record FeatureSpace(String name, List<SampleStatistic> statistics) {
    /** Copies the list. */
    public FeatureSpace {
        statistics = List.copyOf(statistics);
    }

    /** With the usual statistics: Frechet distance, kernel distance, precision, recall, density and coverage. */
    public static FeatureSpace of(String name) {
        return new FeatureSpace(name, List.of(new FrechetDistance(), new KernelDistance(), new PrecisionRecall()));
    }

    /** The same space with one statistic more. */
    public FeatureSpace with(SampleStatistic statistic) {
        return new FeatureSpace(
                name, Stream.concat(statistics.stream(), Stream.of(statistic)).toList());
    }
}
