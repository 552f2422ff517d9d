package dev.oar.measure;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureNetwork;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.FrechetDistance;
import dev.oar.evaluate.InceptionFeatures;
import dev.oar.evaluate.InceptionNetwork;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Memorisation;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.UnlimitedFrechetDistance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares a set of images with a reference set in the feature space of a network: Frechet distance, kernel distance, precision, recall,
 * density, coverage; with the Inception network also the distance of spatial features and the Inception Score.
 */
public final class ImageSetComparison {
    /** What {@link EvaluationFigure#drawing} says of images whose making is unknown. */
    public static final String WAY = "images";

    /** A sample counts as memorised if it is nearer to a training image than the nearest hundredth of the reference is. */
    private static final double MEMORISED = 0.01;

    private final FeatureNetwork network;
    private final ComparisonConfig config;
    private final MeasurementListener listener;
    private final List<String> warnings = new ArrayList<>();

    /** Features of a set; the spatial ones only where the network has them. */
    private record Features(FeatureSet main, Optional<InceptionFeatures> inception) {}

    /** A comparison in the feature space of this network, which stays the caller's. */
    public ImageSetComparison(FeatureNetwork network, ComparisonConfig config, MeasurementListener listener) {
        this.network = network;
        this.config = config;
        this.listener = listener;
    }

    /**
     * Compares.
     *
     * @param training the images that a model was trained on, to tell copies from inventions
     * @throws IOException if an image cannot be read
     */
    public EvaluationReport compare(MeasuredImages samples, MeasuredImages reference, Optional<MeasuredImages> training)
            throws IOException {
        warnings.clear();
        Features ofReference = features(reference);
        Features ofSamples = features(samples);
        warnOfRank(samples.label(), ofSamples.main());
        warnOfRank(reference.label(), ofReference.main());
        Subsampling subsampling = new Subsampling(config.subsamples(), config.seed());
        List<EvaluationFigure> figures = new ArrayList<>(EvaluationFigure.ofSamples(
                samples.label(),
                WAY,
                space(training),
                ofReference.main(),
                ofSamples.main(),
                subsampling,
                config.seed()));
        if (network instanceof InceptionNetwork inception) {
            figures.addAll(ofInception(
                    inception,
                    samples,
                    ofSamples.inception().orElseThrow(),
                    ofReference.inception().orElseThrow(),
                    subsampling));
        }
        return new EvaluationReport(settings(samples, reference, training), figures, List.of());
    }

    /** What a reader should know before trusting the figures of the last comparison. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private FeatureSpace space(Optional<MeasuredImages> training) throws IOException {
        FeatureSpace space = FeatureSpace.of(network.name());
        if (config.unlimited()) {
            space = space.with(new UnlimitedFrechetDistance(config.seed()));
        }
        return training.isPresent()
                ? space.with(new Memorisation(features(training.get()).main(), MEMORISED))
                : space;
    }

    private List<EvaluationFigure> ofInception(
            InceptionNetwork inception,
            MeasuredImages samples,
            InceptionFeatures ofSamples,
            InceptionFeatures ofReference,
            Subsampling subsampling) {
        int count = samples.images().count();
        Interval spatial = subsampling
                .intervals(new FrechetDistance(), ofReference.spatial(), ofSamples.spatial())
                .get(0);
        return List.of(
                new EvaluationFigure(
                        samples.label(),
                        WAY,
                        InceptionFeatures.spatialMetric(inception),
                        spatial,
                        count,
                        config.seed()),
                new EvaluationFigure(
                        samples.label(),
                        WAY,
                        InceptionFeatures.scoreMetric(inception),
                        Interval.unbounded(ofSamples.inceptionScore(inception), config.seed()),
                        count,
                        config.seed()));
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

    private void warnOfRank(String label, FeatureSet features) {
        if (features.families().count() <= features.width()) {
            warnings.add("a covariance of full rank needs more images than features, but " + label + " has "
                    + features.families().count() + " for " + features.width()
                    + ", so the Frechet distance is biased upwards; give it more images, or look at KID");
        }
    }

    private Map<String, String> settings(
            MeasuredImages samples, MeasuredImages reference, Optional<MeasuredImages> training) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("sample images", samples.fingerprint());
        settings.put("sample count", Integer.toString(samples.images().count()));
        settings.put("reference", reference.fingerprint());
        settings.put("reference count", Integer.toString(reference.images().count()));
        training.ifPresent(set -> settings.put("training images", set.fingerprint()));
        settings.put("feature space", network.name());
        settings.put("feature network", network.fingerprint());
        settings.put("batch size", Integer.toString(config.batchSize()));
        settings.put("subsamples", Integer.toString(config.subsamples()));
        settings.put("seed", Long.toString(config.seed()));
        return settings;
    }
}
