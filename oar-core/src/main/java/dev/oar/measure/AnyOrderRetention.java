package dev.oar.measure;

import dev.oar.data.ImageCaptions;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageSource;
import dev.oar.data.MeasuredTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.Multiplicity;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.TestOrders;
import dev.oar.feature.FeatureNetwork;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.TokenSpace;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/**
 * How much any-order ability models have, and how much of it further training cost: bits per token of held-out images under fresh random
 * orders, raster, the orders that the first model extracts and those that each model follows when it draws, greedily and with noise
 * ({@link OwnOrders}); of holes from their surroundings; and the distances of drawn images from the held-out ones by order.
 *
 * <p>Several models are measured on the same images, orders and seeds, and every other one is compared with the first: where the first
 * is the model before a fine-tuning and the second the one after, that is what the fine-tuning changed. Code lengths of whole images are
 * also compared across orders, all with the first model's in random orders ({@link CodeLengthMatrix}). The primary comparison is the last
 * model in the orders that it draws in, noise and all, with the first in random orders. All models share one tokenizer.
 */
public final class AnyOrderRetention {
    /** Name of the orders that the first model extracted. */
    public static final String EXTRACTED = "extracted";

    private final ImageTokenizer tokenizer;
    private final FeatureNetwork network;
    private final RetentionConfig config;
    private final MeasurementListener listener;

    /**
     * A measurement with this tokenizer and feature network, which stay the caller's.
     *
     * @param network features that drawn images are compared in
     */
    public AnyOrderRetention(
            ImageTokenizer tokenizer, FeatureNetwork network, RetentionConfig config, MeasurementListener listener) {
        this.tokenizer = tokenizer;
        this.network = network;
        this.config = config;
        this.listener = listener;
    }

    /**
     * Measures models.
     *
     * @param models at least one, the first being the one that others are compared with
     * @param images the data set, in the classes of the models
     * @param indices places of the held-out images in it; models that draw from captions are conditioned on those of these images, each
     *     different one once, see {@link ImageCaptions}
     * @throws IllegalArgumentException if there is no model or image, or a label occurs twice
     */
    public EvaluationReport measure(List<MeasuredModel> models, ImageFolder images, int[] indices) throws IOException {
        if (models.isEmpty() || indices.length == 0) {
            throw new IllegalArgumentException("retention needs held-out images and at least one model, but there are "
                    + indices.length + " images and " + models.size() + " models; name some");
        }
        String first = models.get(0).label();
        String last = models.get(models.size() - 1).label();
        ModelComparison comparison = new ModelComparison(
                models.stream().map(MeasuredModel::compared).toList(),
                models.stream()
                        .skip(1)
                        .map(model -> new ModelComparison.Pair(model.label(), first))
                        .toList(),
                new ModelComparison.Settings(config.batchSize(), config.subsamples(), config.seed()),
                tokenizer,
                network,
                listener);
        MeasuredTokens test = encoded(models.get(0).model(), images, indices);
        ComparedFigures bits =
                comparison.codeLengths(test, orders(models.get(0).model().space()), first);
        List<EvaluationFigure> figures = new ArrayList<>(bits.figures());
        List<PairedComparison> comparisons = new ArrayList<>(bits.comparisons());
        if (config.samples() > 0) {
            FeatureSet reference = features(ImageSource.of(images, indices), "features of held-out images");
            int[] classes = ClassShares.of(test, models.get(0).model().space().classCount())
                    .classes(config.samples());
            SamplePlan plan =
                    new SamplePlan(drawings(), Arrays.stream(classes).boxed().toList(), Optional.empty());
            ComparedFigures drawn = comparison.samples(plan, FeatureSpace.of(network), reference);
            figures.addAll(drawn.figures());
            comparisons.addAll(drawn.comparisons());
            figures.addAll(realImages(images, reference));
        }
        Predicate<PairedComparison> question =
                CodeLengthMatrix.question(last, drawing(config.orderNoise()).label());
        return new EvaluationReport(
                settings(models, images, indices),
                figures,
                Multiplicity.judged(comparisons, compared -> models.size() > 1 && question.test(compared)));
    }

    /** The tokens of images with what they are drawn from: their classes, or captions if that is what the model is conditioned on. */
    private EncodedImages encoded(AnyOrderModel model, ImageFolder images, int[] indices) throws IOException {
        EncodedImages encoded = EncodedImages.of(
                tokenizer,
                images,
                indices,
                config.batchSize(),
                done -> listener.progress("encoding", done, indices.length));
        return model.conditionsFingerprint().isEmpty() ? encoded : encoded.drawnFrom(ImageCaptions.of(images, indices));
    }

    private DrawingOrder.Dynamic drawing(double noise) {
        return new DrawingOrder.Dynamic(config.confidence(), OrderPolicy.ConfidenceLogits.CONDITIONAL, noise, 1);
    }

    /** The dynamic orders, the greedy one first. */
    private List<DrawingOrder.Dynamic> dynamicOrders() {
        return DoubleStream.of(0, config.orderNoise())
                .distinct()
                .mapToObj(this::drawing)
                .toList();
    }

    private List<OrderKind> orders(TokenSpace space) {
        int cells = space.cells();
        List<OrderKind> kinds = new ArrayList<>(List.of(
                OrderKind.random(cells, 1, config.seed()),
                OrderKind.given(TestOrders.raster(cells)),
                new OrderKind.OfFirst(EXTRACTED, drawing(0))));
        dynamicOrders().forEach(drawing -> kinds.add(new OrderKind.Own(drawing)));
        for (HoleKind kind : HoleKind.values()) {
            kind.cells(space.grid())
                    .map(hole -> TestOrders.hole(hole.label(), cells, hole.cells(), config.seed()))
                    .ifPresent(hole -> kinds.add(OrderKind.given(hole)));
        }
        return kinds;
    }

    private List<Drawing> drawings() {
        List<DrawingOrder> orders = new ArrayList<>(List.of(
                new DrawingOrder.UniformRandom(0), new DrawingOrder.Raster(0), new DrawingOrder.RecordedMean(0)));
        orders.addAll(dynamicOrders());
        return orders.stream().map(Drawing::of).toList();
    }

    private Map<String, String> settings(List<MeasuredModel> models, ImageFolder images, int[] indices)
            throws IOException {
        Map<String, String> settings = new TreeMap<>();
        settings.put("seed", Long.toString(config.seed()));
        settings.put("samples", Integer.toString(config.samples()));
        settings.put("held-out images", Integer.toString(indices.length));
        settings.put("confidence", config.confidence().name());
        settings.put("images", images.fingerprint());
        settings.put("features", network.fingerprint());
        models.forEach(model -> settings.put("weights of " + model.label(), model.fingerprint()));
        return settings;
    }

    /** What as many real images come out at that the models were trained on. */
    private List<EvaluationFigure> realImages(ImageFolder images, FeatureSet reference) throws IOException {
        int[] training = images.trainIndices();
        if (training.length < 2) {
            return List.of();
        }
        int[] chosen = Arrays.stream(RealSamples.choose(images.familiesOf(training), config.samples(), config.seed()))
                .map(place -> training[place])
                .toArray();
        return RealSamples.figures(
                FeatureSpace.of(network),
                reference,
                features(ImageSource.of(images, chosen), "features of training images"),
                config.samples(),
                new Subsampling(config.subsamples(), config.seed()),
                config.seed());
    }

    private FeatureSet features(ImageSource images, String activity) throws IOException {
        return FeatureExtraction.of(
                network, images, config.batchSize(), done -> listener.progress(activity, done, images.count()));
    }
}
