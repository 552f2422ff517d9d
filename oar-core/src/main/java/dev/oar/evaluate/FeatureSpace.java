package dev.oar.evaluate;

import dev.oar.feature.FeatureNetwork;
import dev.oar.feature.InceptionNetwork;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where drawn images are compared with real ones, and by what.
 *
 * @param name the name of the feature network, which stands in every metric's name
 * @param inception whether it is the Inception network's, in which alone distances bear their published names, FID and KID
 * @param statistics what is measured there, in the sequence of tables
 */
public record FeatureSpace(String name, boolean inception, List<SampleStatistic> statistics) {
    /** Copies the list. */
    public FeatureSpace {
        statistics = List.copyOf(statistics);
    }

    /** A space with the usual statistics: Frechet distance, kernel distance, precision, recall, density and coverage. */
    public static FeatureSpace usual(String name, boolean inception) {
        return new FeatureSpace(
                name, inception, List.of(new FrechetDistance(), new KernelDistance(), new PrecisionRecall()));
    }

    /** A network's space with the usual statistics. */
    public static FeatureSpace of(FeatureNetwork network) {
        return usual(network.name(), network instanceof InceptionNetwork);
    }

    /** The same space with these statistics alone. */
    public FeatureSpace withOnly(SampleStatistic... others) {
        return new FeatureSpace(name, inception, List.of(others));
    }

    /** The same space with one statistic more. */
    public FeatureSpace with(SampleStatistic statistic) {
        return new FeatureSpace(
                name,
                inception,
                Stream.concat(statistics.stream(), Stream.of(statistic)).toList());
    }

    /** What a figure in this space is called, such as {@code precision (own features)}. */
    public String caption(String figure) {
        return figure + " (" + name + ")";
    }
}
