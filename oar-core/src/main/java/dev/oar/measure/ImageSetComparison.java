package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.FrechetDistance;
import dev.oar.evaluate.GaussianStatistics;
import dev.oar.evaluate.InceptionFeatures;
import dev.oar.evaluate.InceptionScoreStatistic;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Memorisation;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.NearestNeighbours;
import dev.oar.evaluate.ReferenceStatistics;
import dev.oar.evaluate.SampleStatistic;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.UnlimitedFrechetDistance;
import dev.oar.feature.FeatureNetwork;
import dev.oar.feature.InceptionNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares a set of images with a reference set in the feature space of a network: Frechet distance, kernel distance, precision, recall,
 * density, coverage; with the Inception network also the distance of spatial features and the Inception Score.
 */
public final class ImageSetComparison {
    /** What {@link EvaluationFigure#drawing} says of images whose making is unknown. */
    public static final String WAY = "images";

    /** Fewer have no covariance and no pair that differs. */
    private static final int LEAST_IMAGES = 2;

    private final FeatureNetwork network;
    private final ComparisonConfig config;
    private final MeasurementListener listener;
    private final List<SampleStatistic> further;
    private final List<String> warnings = new ArrayList<>();
    private @Nullable NearestNeighbours nearest;

    /** Features of a set; the spatial ones only where the network has them. */
    private record Features(FeatureSet main, Optional<InceptionFeatures> inception) {}

    /**
     * A comparison in the feature space of this network, which stays the caller's.
     *
     * @param further statistics that are measured besides the usual ones
     */
    public ImageSetComparison(
            FeatureNetwork network, ComparisonConfig config, MeasurementListener listener, SampleStatistic... further) {
        this.network = network;
        this.config = config;
        this.listener = listener;
        this.further = List.of(further);
    }

    /**
     * Compares.
     *
     * @param training the images that a model was trained on, to tell copies from inventions, and what as many real images would come out at
     * @throws IllegalArgumentException if a set has fewer than two images, or the distance of unlimited samples is asked for and there are
     *     too few
     * @throws IOException if an image cannot be read
     */
    public EvaluationReport compare(MeasuredImages samples, MeasuredImages reference, Optional<MeasuredImages> training)
            throws IOException {
        warnings.clear();
        requireSeveral(samples);
        requireSeveral(reference);
        config.requireMeasurable(samples.images().count(), network.width());
        Features ofReference = features(reference);
        Features ofSamples = features(samples);
        warnOfRank(samples.label(), ofSamples.main());
        warnOfRank(reference.label(), ofReference.main());
        Subsampling subsampling = new Subsampling(config.subsamples(), config.seed());
        FeatureSpace space = space();
        List<EvaluationFigure> ofRealImages = List.of();
        if (training.isPresent()) {
            FeatureSet known = features(training.get()).main();
            ofRealImages = RealSamples.figures(
                    space, ofReference.main(), known, ofSamples.main().count(), subsampling, config.seed());
            space = space.with(Memorisation.of(known));
            nearest = NearestNeighbours.of(ofSamples.main(), known);
        }
        warnOfLeftOut(space, ofReference.main(), ofSamples.main());
        List<EvaluationFigure> figures = new ArrayList<>(EvaluationFigure.ofSamples(
                samples.label(), WAY, space, ofReference.main(), ofSamples.main(), subsampling, config.seed()));
        if (network instanceof InceptionNetwork inception) {
            figures.addAll(ofInception(
                    inception,
                    samples,
                    ofSamples.inception().orElseThrow(),
                    ofReference.inception().orElseThrow(),
                    subsampling));
        }
        figures.addAll(ofRealImages);
        return new EvaluationReport(settings(samples, reference, training), figures, List.of());
    }

    /**
     * Compares with statistics that were computed of a reference before; only the Frechet distances can be told from them.
     *
     * @param fingerprint of the statistics
     * @throws IllegalArgumentException if they are of another feature network, there are fewer than two samples, or the distance of
     *     unlimited samples is asked for and there are too few
     */
    public EvaluationReport compare(MeasuredImages samples, ReferenceStatistics reference, String fingerprint)
            throws IOException {
        warnings.clear();
        requireSeveral(samples);
        config.requireMeasurable(samples.images().count(), network.width());
        Features ofSamples = features(samples);
        warnOfRank(samples.label(), ofSamples.main());
        warnings.add("the reference is given by its statistics, so the kernel distance, precision, recall, density and"
                + " coverage cannot be measured, and the distances have no intervals; name the images themselves"
                + " for these");
        List<EvaluationFigure> figures = new ArrayList<>();
        int count = samples.images().count();
        figures.add(figure(
                samples.label(),
                FrechetDistance.metric(space()),
                FrechetDistance.between(reference.features(), GaussianStatistics.of(ofSamples.main())),
                count));
        if (config.unlimited()) {
            UnlimitedFrechetDistance unlimited = new UnlimitedFrechetDistance(config.seed());
            figures.add(figure(
                    samples.label(),
                    unlimited.metrics(space()).get(0),
                    unlimited.between(reference.features(), ofSamples.main()),
                    count));
        }
        if (network instanceof InceptionNetwork inception) {
            InceptionFeatures features = ofSamples.inception().orElseThrow();
            if (reference.spatial().isPresent()) {
                figures.add(figure(
                        samples.label(),
                        InceptionFeatures.spatialMetric(space()),
                        FrechetDistance.between(reference.spatial().get(), GaussianStatistics.of(features.spatial())),
                        count));
            }
            figures.addAll(
                    score(inception, samples, features, features, new Subsampling(config.subsamples(), config.seed())));
        }
        Map<String, String> settings = settings(samples);
        settings.put("reference", fingerprint);
        return new EvaluationReport(settings, figures, List.of());
    }

    private EvaluationFigure figure(String label, Metric metric, double value, int count) {
        Interval alone = Interval.without(Interval.Missing.REFERENCE_BY_STATISTICS, value, config.seed());
        return new EvaluationFigure(label, WAY, metric, alone, count, config.seed());
    }

    /** What a reader should know before trusting the figures of the last comparison. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** The training image nearest to each sample of the last comparison, which must have been given training images. */
    NearestNeighbours nearest() {
        if (nearest == null) {
            throw new IllegalStateException("the last comparison was given no training images");
        }
        return nearest;
    }

    private FeatureSpace space() {
        FeatureSpace space = FeatureSpace.of(network);
        if (config.unlimited()) {
            space = space.with(new UnlimitedFrechetDistance(config.seed()));
        }
        for (SampleStatistic statistic : further) {
            space = space.with(statistic);
        }
        return space;
    }

    private List<EvaluationFigure> ofInception(
            InceptionNetwork inception,
            MeasuredImages samples,
            InceptionFeatures ofSamples,
            InceptionFeatures ofReference,
            Subsampling subsampling) {
        List<EvaluationFigure> figures = new ArrayList<>(EvaluationFigure.ofStatistic(
                samples.label(),
                WAY,
                new FrechetDistance(),
                List.of(InceptionFeatures.spatialMetric(space())),
                ofReference.spatial(),
                ofSamples.spatial(),
                subsampling,
                config.seed()));
        figures.addAll(score(inception, samples, ofReference, ofSamples, subsampling));
        return figures;
    }

    private List<EvaluationFigure> score(
            InceptionNetwork inception,
            MeasuredImages samples,
            InceptionFeatures ofReference,
            InceptionFeatures ofSamples,
            Subsampling subsampling) {
        InceptionScoreStatistic score = new InceptionScoreStatistic(inception);
        return EvaluationFigure.ofStatistic(
                samples.label(),
                WAY,
                score,
                score.metrics(space()),
                ofReference.pool(),
                ofSamples.pool(),
                subsampling,
                config.seed());
    }

    private Features features(MeasuredImages set) throws IOException {
        String activity = "features of " + set.label();
        int count = set.images().count();
        if (network instanceof InceptionNetwork inception) {
            InceptionFeatures features = InceptionFeatures.of(
                    inception, set.images(), config.batchSize(), done -> listener.progress(activity, done, count));
            return new Features(features.pool(), Optional.of(features));
        }
        FeatureSet features = FeatureExtraction.of(
                network, set.images(), config.batchSize(), done -> listener.progress(activity, done, count));
        return new Features(features, Optional.empty());
    }

    private static void requireSeveral(MeasuredImages set) {
        int count = set.images().count();
        Require.that(
                count >= LEAST_IMAGES,
                "a set of images is measured from %s images on, but %s has %s; give it more images",
                LEAST_IMAGES,
                set.label(),
                count);
    }

    /** A figure that is not there is told, so that nobody takes the others for all there are. */
    private void warnOfLeftOut(FeatureSpace space, FeatureSet reference, FeatureSet samples) {
        for (SampleStatistic statistic : space.statistics()) {
            if (!statistic.measures(reference, samples)) {
                String names =
                        statistic.metrics(space).stream().map(Metric::name).collect(Collectors.joining(", "));
                warnings.add(names + " cannot be told of fewer than " + statistic.leastFamilies()
                        + " images a side, so it is left out; give the sets more images");
            }
        }
    }

    private void warnOfRank(String label, FeatureSet features) {
        if (features.families().count() <= features.width()) {
            warnings.add("a covariance of full rank needs more images than features, but " + label + " has "
                    + features.families().count() + " for " + features.width()
                    + ", so the Frechet distance is biased upwards; give it more images, or look at the kernel"
                    + " distance");
        }
    }

    private Map<String, String> settings(
            MeasuredImages samples, MeasuredImages reference, Optional<MeasuredImages> training) {
        Map<String, String> settings = settings(samples);
        settings.put("reference", reference.fingerprint());
        settings.put("reference count", Integer.toString(reference.images().count()));
        training.ifPresent(set -> settings.put("training images", set.fingerprint()));
        return settings;
    }

    private Map<String, String> settings(MeasuredImages samples) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("sample images", samples.fingerprint());
        settings.put("sample count", Integer.toString(samples.images().count()));
        settings.put("feature space", network.name());
        settings.put("feature network", network.fingerprint());
        settings.put("batch size", Integer.toString(config.batchSize()));
        settings.put("subsamples", Integer.toString(config.subsamples()));
        settings.put("seed", Long.toString(config.seed()));
        return settings;
    }
}
