package dev.oar.measure;

import dev.oar.data.ImageFolder;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureNetwork;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.ImageSource;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.TestOrders;
import dev.oar.evaluate.TokenSet;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.image.RgbImage;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.WeightFormat;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How much any-order ability models have, and how much of it further training cost: bits per token of held-out images under fresh random
 * orders, raster, the orders that the first model extracts and those that each model extracts itself; of holes from their surroundings;
 * and the distances of drawn images from the held-out ones by order.
 *
 * <p>Several models are measured on the same images, orders and seeds, and every other one is compared with the first: where the first
 * is the model before a fine-tuning and the second the one after, that is what the fine-tuning changed. All share one tokenizer.
 */
public final class AnyOrderRetention {
    /** Name of the orders that the first model extracted. */
    public static final String EXTRACTED = "extracted";

    /** Name of the orders that each model extracts itself. */
    public static final String OWN = "dynamic";

    private final ImageTokenizer tokenizer;
    private final FeatureNetwork network;
    private final RetentionConfig config;
    private final Subsampling subsampling;
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
        this.subsampling = new Subsampling(config.subsamples(), config.seed());
        this.listener = listener;
    }

    /**
     * Measures models.
     *
     * @param models at least one, the first being the one that others are compared with
     * @param images the data set, in the classes of the models
     * @param indices places of the held-out images in it
     * @throws IllegalArgumentException if there is no model or image, or a label occurs twice
     */
    public EvaluationReport measure(List<MeasuredModel> models, ImageFolder images, int[] indices) throws IOException {
        long labels = models.stream().map(MeasuredModel::label).distinct().count();
        if (models.isEmpty() || labels < models.size() || indices.length == 0) {
            throw new IllegalArgumentException("retention needs held-out images and models with different labels, but"
                    + " there are " + indices.length + " images and the models "
                    + models.stream().map(MeasuredModel::label).toList() + "; name each model once");
        }
        List<EvaluationFigure> figures = new ArrayList<>();
        List<PairedComparison> comparisons = new ArrayList<>();
        TokenSet test = EncodedImages.of(
                tokenizer,
                images,
                indices,
                config.batchSize(),
                done -> listener.progress("encoding", done, indices.length));
        bitsPerToken(models, test, figures, comparisons);
        if (config.samples() > 0) {
            FeatureSet reference = features(ImageSource.of(images, indices), "features of held-out images");
            drawn(models, test, reference, figures, comparisons);
        }
        return new EvaluationReport(settings(models, images, indices), figures, comparisons);
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

    private void bitsPerToken(
            List<MeasuredModel> models,
            TokenSet test,
            List<EvaluationFigure> figures,
            List<PairedComparison> comparisons) {
        List<GenerationOrder> extracted = extract(models.get(0), test);
        List<BitsPerToken> first = List.of();
        for (MeasuredModel model : models) {
            List<GenerationOrder> own = model == models.get(0) ? extracted : extract(model, test);
            List<BitsPerToken> measured = new ArrayList<>();
            for (TestOrders orders : orders(model.model(), extracted, own)) {
                BitsPerToken bits = BitsPerToken.measure(
                        model.model(),
                        test,
                        orders,
                        config.batchSize(),
                        done -> listener.progress(
                                "bits per token, " + model.label() + ", " + orders.name(), done, test.count()));
                figures.add(EvaluationFigure.of(model.label(), bits, config.seed()));
                measured.add(bits);
            }
            if (first.isEmpty()) {
                first = measured;
            } else {
                for (int i = 0; i < measured.size(); i++) {
                    comparisons.add(PairedComparison.ofBits(
                            model.label(), measured.get(i), models.get(0).label(), first.get(i), config.seed()));
                }
            }
        }
    }

    private List<TestOrders> orders(AnyOrderModel model, List<GenerationOrder> extracted, List<GenerationOrder> own) {
        int cells = model.space().cells();
        List<TestOrders> orders = new ArrayList<>(List.of(
                TestOrders.random(cells, config.seed()),
                TestOrders.raster(cells),
                TestOrders.extracted(EXTRACTED, extracted::get),
                TestOrders.extracted(OWN, own::get)));
        for (HoleShape shape : HoleShape.values()) {
            orders.add(TestOrders.hole(
                    shape.label(), cells, shape.cells(model.space().grid()), config.seed()));
        }
        return orders;
    }

    private List<GenerationOrder> extract(MeasuredModel model, TokenSet test) {
        try (AnyOrderModel packed = model.model().packed(WeightFormat.FLOAT32)) {
            return extract(packed, model.label(), test);
        }
    }

    private List<GenerationOrder> extract(AnyOrderModel packed, String label, TokenSet test) {
        List<GenerationOrder> orders = new ArrayList<>();
        int batch = config.batchSize();
        for (int from = 0; from < test.count(); from += batch) {
            int first = from;
            // The last batch is filled up: an order must not depend on how many images there are.
            int[] images = IntStream.range(0, batch)
                    .map(row -> Math.min(first + row, test.count() - 1))
                    .toArray();
            orders.addAll(new AnyOrderDecoder(packed)
                    .decode(new DecodingRequest(
                            IntStream.of(images).map(test::classIndex).toArray(),
                            IntStream.of(images).asLongStream().toArray(),
                            config.seed(),
                            OrderPolicy.MostConfidentFirst.greedy(config.confidence()),
                            new TokenSource.GroundTruth(
                                    IntStream.of(images).mapToObj(test::tokens).toArray(int[][]::new)),
                            ClassifierFreeGuidance.OFF,
                            KnownTokens.none()))
                    .orders()
                    .subList(0, Math.min(batch, test.count() - from)));
            listener.progress("orders, " + label, orders.size(), test.count());
        }
        return orders;
    }

    private void drawn(
            List<MeasuredModel> models,
            TokenSet test,
            FeatureSet reference,
            List<EvaluationFigure> figures,
            List<PairedComparison> comparisons)
            throws IOException {
        FeatureSpace space = FeatureSpace.of(network.name());
        Map<String, FeatureSet> first = new LinkedHashMap<>();
        for (MeasuredModel model : models) {
            for (DrawingOrder order : drawingOrders(model)) {
                FeatureSet samples = features(
                        ImageSource.of(draw(model, order, test)), "features, " + model.label() + ", " + order.label());
                figures.addAll(EvaluationFigure.ofSamples(
                        model.label(), order.label(), space, reference, samples, subsampling, config.seed()));
                if (model == models.get(0)) {
                    first.put(order.label(), samples);
                    continue;
                }
                FeatureSet ofFirst = first.get(order.label());
                if (ofFirst != null) {
                    comparisons.addAll(PairedComparison.ofSamples(
                            new PairedComparison.Pair(
                                    model.label(), models.get(0).label(), order.label()),
                            space,
                            reference,
                            samples,
                            ofFirst,
                            subsampling,
                            config.seed()));
                }
            }
        }
    }

    private List<DrawingOrder> drawingOrders(MeasuredModel model) {
        List<DrawingOrder> orders =
                new ArrayList<>(List.of(new DrawingOrder.UniformRandom(0), new DrawingOrder.Raster(0)));
        if (model.meanRanks().isPresent()) {
            orders.add(new DrawingOrder.RecordedMean(0));
        }
        OrderPolicy.ConfidenceLogits logits = OrderPolicy.ConfidenceLogits.CONDITIONAL;
        orders.add(new DrawingOrder.Dynamic(config.confidence(), logits, 0, 1));
        if (config.orderNoise() > 0) {
            orders.add(new DrawingOrder.Dynamic(config.confidence(), logits, config.orderNoise(), 1));
        }
        return orders;
    }

    /** As many images as asked for, in the classes of held-out images whose families weigh the same. */
    private List<RgbImage> draw(MeasuredModel model, DrawingOrder order, TokenSet test) throws IOException {
        int[] ids = test.families().ids();
        CounterRandom random = CounterRandom.of(config.seed(), "sample classes");
        int[] classes = new int[config.samples()];
        for (int i = 0; i < classes.length; i++) {
            int[] members = test.families().members(random.derive(i).integer(ids.length, 0));
            classes[i] = test.classIndex(members[0]);
        }
        List<RgbImage> images = new ArrayList<>();
        new ImageGenerator(model.model(), tokenizer, model.meanRanks())
                .generate(
                        new GenerationRequest(0, classes, config.seed(), config.batchSize(), Drawing.of(order)),
                        (GeneratedImage image) -> {
                            images.add(image.image());
                            listener.progress(
                                    "drawing, " + model.label() + ", " + order.label(), images.size(), classes.length);
                        });
        return images;
    }

    private FeatureSet features(ImageSource images, String activity) throws IOException {
        return FeatureExtraction.of(
                network, images, config.batchSize(), done -> listener.progress(activity, done, images.count()));
    }
}
