package dev.oar.holes;

import dev.oar.config.Require;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageSource;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.Multiplicity;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.UnigramBaseline;
import dev.oar.feature.FeatureNetwork;
import dev.oar.measure.EncodedImages;
import dev.oar.measure.MeasuredModel;
import dev.oar.measure.MeasurementListener;
import dev.oar.tensor.Workers;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * How well models paint what is hidden in held-out images: token accuracy and bits per token in the hole, the error of its pixels, and
 * Frechet and kernel distance of the completed images from the held-out ones; by family of holes, by how much they hide, and by the order
 * in which they are filled.
 *
 * <p>Holes are filled as the editor fills them: what a mask hides reaches no model, cells with any hidden pixel are drawn with the
 * image's class as condition, and only hidden pixels are taken from what was drawn. Each hole is filled by sampling and with the most
 * probable tokens, and with what a model must beat: the most frequent token of each cell in the training images, the mean colour of what
 * is known, and its smooth continuation. The image's own tokens tell what the tokenizer leaves to be reached.
 *
 * <p>Several models are measured on the same images, holes and seeds, and every other one is compared with the first. None of the many
 * comparisons is primary; all are corrected together ({@link Multiplicity}). All models share one tokenizer.
 */
public final class HoleQuality {
    private final ImageTokenizer tokenizer;
    private final FeatureNetwork network;
    private final HoleQualityConfig config;
    private final MeasurementListener listener;

    /**
     * A measurement with this tokenizer and feature network, which stay the caller's.
     *
     * @param network features that completed images are compared in
     */
    public HoleQuality(
            ImageTokenizer tokenizer, FeatureNetwork network, HoleQualityConfig config, MeasurementListener listener) {
        this.tokenizer = tokenizer;
        this.network = network;
        this.config = config;
        this.listener = listener;
    }

    /**
     * What was measured.
     *
     * @param report the figures and comparisons
     * @param kinds what belongs to each kind of holes
     * @param orders what tells the orders apart that holes are filled in
     */
    public record Results(EvaluationReport report, List<HoleSection> kinds, HoleSection orders) {
        /** Copies the list. */
        public Results {
            kinds = List.copyOf(kinds);
        }
    }

    /**
     * Measures models.
     *
     * @param models at least one, the first being the one that others are compared with
     * @param images the data set, in the classes of the models; holes are painted in its test images
     * @throws IllegalArgumentException if there is no model, test image or training image, if a label occurs twice, or if a hole would
     *     leave no cell known
     */
    public Results measure(List<MeasuredModel> models, ImageFolder images) throws IOException {
        List<String> labels = models.stream().map(MeasuredModel::label).toList();
        Require.that(
                !models.isEmpty()
                        && labels.stream().distinct().count() == labels.size()
                        && images.testIndices().length > 0
                        && images.trainIndices().length > 0,
                "hole quality needs test images, training images and models with different labels, but there are %s,"
                        + " %s and the models %s; name each model once",
                images.testIndices().length,
                images.trainIndices().length,
                labels);
        int batch = config.batchSize();
        HeldOutImages held = HeldOutImages.of(
                tokenizer, images, config.images(), batch, config.seed(), heard("encoding test images", images, true));
        EncodedImages training = EncodedImages.of(
                tokenizer, images, images.trainIndices(), batch, heard("encoding training images", images, false));
        // Smoothing moves probabilities, but never which token is the most frequent.
        UnigramBaseline unigram = UnigramBaseline.fit(training, tokenizer.vocabularySize(), 1);
        FeatureSet reference = FeatureExtraction.of(
                network,
                ImageSource.of(images, images.testIndices()),
                batch,
                heard("features of test images", images, true));
        HoleFigures figures =
                new HoleFigures(network, reference, new Subsampling(config.subsamples(), config.seed()), config.seed());
        try (Workers workers = new Workers();
                HoleMeasurement measurement =
                        new HoleMeasurement(models, tokenizer, network, config, figures, workers, listener)) {
            measurement.measure(held, unigram);
            Map<String, String> settings = settings(models, images, held);
            settings.putAll(measurement.settings());
            return new Results(
                    new EvaluationReport(
                            settings, figures.figures(), Multiplicity.judged(figures.comparisons(), none -> false)),
                    measurement.kinds(),
                    measurement.orders());
        }
    }

    private IntConsumer heard(String activity, ImageFolder images, boolean test) {
        int all = test ? images.testIndices().length : images.trainIndices().length;
        return done -> listener.progress(activity, done, all);
    }

    private Map<String, String> settings(List<MeasuredModel> models, ImageFolder images, HeldOutImages held)
            throws IOException {
        Map<String, String> settings = new TreeMap<>();
        settings.put("seed", Long.toString(config.seed()));
        settings.put("batch size", Integer.toString(config.batchSize()));
        settings.put("subsamples", Integer.toString(config.subsamples()));
        settings.put("drawing", config.drawing().toString());
        settings.put("held-out images", Integer.toString(held.count()));
        settings.put("reference images", Integer.toString(images.testIndices().length));
        settings.put("images", images.fingerprint());
        settings.put("features", network.fingerprint());
        models.forEach(model -> settings.put("weights of " + model.label(), model.fingerprint()));
        return settings;
    }
}
