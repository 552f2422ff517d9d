package dev.oar.measure;

import dev.oar.data.ImageFolder;
import dev.oar.data.ImageSource;
import dev.oar.decode.OrderPolicy;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.MeasuredTokens;
import dev.oar.evaluate.Multiplicity;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.TestOrders;
import dev.oar.feature.FeatureNetwork;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.image.RgbImage;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.WeightFormat;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

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
        MeasuredTokens test = EncodedImages.of(
                tokenizer,
                images,
                indices,
                config.batchSize(),
                done -> listener.progress("encoding", done, indices.length));
        bitsPerToken(models, test, figures, comparisons);
        if (config.samples() > 0) {
            FeatureSet reference = features(ImageSource.of(images, indices), "features of held-out images");
            drawn(models, test, reference, figures, comparisons);
            figures.addAll(realImages(images, reference));
        }
        return new EvaluationReport(
                settings(models, images, indices), figures, Multiplicity.judged(comparisons, primary(models)));
    }

    /** Tells the comparison of the last model as it draws with the first in random orders. */
    private Predicate<PairedComparison> primary(List<MeasuredModel> models) {
        String last = models.get(models.size() - 1).label();
        String ownOrders = drawing(config.orderNoise()).label();
        return compared -> models.size() > 1
                && CodeLengthMatrix.acrossOrders(compared)
                && compared.first().equals(last)
                && compared.drawing().equals(ownOrders);
    }

    private DrawingOrder.Dynamic drawing(double noise) {
        return new DrawingOrder.Dynamic(config.confidence(), OrderPolicy.ConfidenceLogits.CONDITIONAL, noise, 1);
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
            MeasuredTokens test,
            List<EvaluationFigure> figures,
            List<PairedComparison> comparisons) {
        Map<String, List<BitsPerToken>> measured = new LinkedHashMap<>();
        List<GenerationOrder> extracted = List.of();
        for (MeasuredModel model : models) {
            List<TestOrders> own = ownOrders(model, test);
            if (measured.isEmpty()) {
                TestOrders greedy = own.get(0);
                extracted = IntStream.range(0, test.count())
                        .mapToObj(greedy.orderOfImage())
                        .toList();
            }
            List<BitsPerToken> ofModel = new ArrayList<>();
            for (TestOrders orders : orders(model.model(), extracted, own)) {
                BitsPerToken bits = BitsPerToken.measure(
                        model.model(),
                        test,
                        orders,
                        config.batchSize(),
                        done -> listener.progress(
                                "bits per token, " + model.label() + ", " + orders.name(), done, test.count()));
                figures.add(EvaluationFigure.of(model.label(), bits, config.seed()));
                ofModel.add(bits);
            }
            measured.put(model.label(), ofModel);
        }
        compare(models.get(0).label(), measured, comparisons);
    }

    /** Compares each model with the first in the same orders, and then all code lengths with the first model's in random orders. */
    private void compare(String first, Map<String, List<BitsPerToken>> measured, List<PairedComparison> comparisons) {
        List<BitsPerToken> ofFirst = Objects.requireNonNull(measured.get(first));
        measured.forEach((model, ofModel) -> {
            for (int i = 0; i < ofModel.size() && !model.equals(first); i++) {
                comparisons.add(PairedComparison.ofBits(model, ofModel.get(i), first, ofFirst.get(i), config.seed()));
            }
        });
        CodeLengthMatrix.addTo(comparisons, first, measured, config.seed());
    }

    private List<TestOrders> orders(AnyOrderModel model, List<GenerationOrder> extracted, List<TestOrders> own) {
        int cells = model.space().cells();
        List<TestOrders> orders = new ArrayList<>(List.of(
                TestOrders.random(cells, config.seed()),
                TestOrders.raster(cells),
                TestOrders.extracted(EXTRACTED, extracted::get)));
        orders.addAll(own);
        for (HoleShape shape : HoleShape.values()) {
            orders.add(TestOrders.hole(
                    shape.label(), cells, shape.cells(model.space().grid()), config.seed()));
        }
        return orders;
    }

    /** The orders that a model follows when it draws: greedily, and with noise if there is to be some. */
    private List<TestOrders> ownOrders(MeasuredModel model, MeasuredTokens test) {
        List<TestOrders> own = new ArrayList<>();
        try (AnyOrderModel packed = model.model().packed(WeightFormat.FLOAT32)) {
            for (double noise : config.orderNoise() > 0 ? new double[] {0, config.orderNoise()} : new double[] {0}) {
                DrawingOrder.Dynamic drawing = drawing(noise);
                List<GenerationOrder> orders = OwnOrders.of(
                        packed,
                        test,
                        drawing,
                        config.batchSize(),
                        config.seed(),
                        done -> listener.progress(
                                "orders, " + model.label() + ", " + drawing.label(), done, test.count()));
                own.add(TestOrders.extracted(drawing.label(), orders::get));
            }
        }
        return own;
    }

    private void drawn(
            List<MeasuredModel> models,
            MeasuredTokens test,
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
                FeatureSpace.of(network.name()),
                reference,
                features(ImageSource.of(images, chosen), "features of training images"),
                config.samples(),
                subsampling,
                config.seed());
    }

    private List<DrawingOrder> drawingOrders(MeasuredModel model) {
        List<DrawingOrder> orders =
                new ArrayList<>(List.of(new DrawingOrder.UniformRandom(0), new DrawingOrder.Raster(0)));
        if (model.meanRanks().isPresent()) {
            orders.add(new DrawingOrder.RecordedMean(0));
        }
        orders.add(drawing(0));
        if (config.orderNoise() > 0) {
            orders.add(drawing(config.orderNoise()));
        }
        return orders;
    }

    /** As many images as asked for, in the classes' shares of the held-out images, whose families weigh the same. */
    private List<RgbImage> draw(MeasuredModel model, DrawingOrder order, MeasuredTokens test) throws IOException {
        int[] classes = ClassShares.of(test, model.model().space().classCount()).classes(config.samples());
        List<RgbImage> images = new ArrayList<>();
        new ImageGenerator(new DrawingModel(model.model(), tokenizer, model.meanRanks()))
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
