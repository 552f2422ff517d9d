package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.data.ImageSource;
import dev.oar.data.MeasuredTokens;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Subsampling;
import dev.oar.feature.FeatureNetwork;
import dev.oar.generate.Drawing;
import dev.oar.model.AnyOrderModel;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One experiment with several models of one tokenizer: how well they predict held-out images in several kinds of orders, how well the
 * images that they draw match real ones, and how they compare in both. All are measured on the same images and orders and draw with the same
 * seeds. What a recipe's evaluation and {@code oar retention} say of models comes from here.
 */
public final class ModelComparison {
    private final List<ComparedModel> models;
    private final List<Pair> pairs;
    private final Settings settings;
    private final Subsampling subsampling;
    private final ImageTokenizer tokenizer;
    private final FeatureNetwork network;
    private final MeasurementListener listener;

    /**
     * Two of the models by their labels.
     *
     * @param first the one whose figures are reported less the other's
     * @param second the one that it is compared with
     */
    public record Pair(String first, String second) {}

    /**
     * How models are measured.
     *
     * @param batchSize images per forward pass; the last batch is filled up
     * @param subsamples subsamples behind every interval
     * @param seed seed of orders, drawings and subsamples
     */
    public record Settings(int batchSize, int subsamples, long seed) {
        /** Checks the ranges. */
        public Settings {
            Require.that(
                    batchSize >= 1 && subsamples >= 2,
                    "models are compared at a batch size of at least 1 with at least 2 subsamples, but were given %s"
                            + " and %s; usual are 32 and 40",
                    batchSize,
                    subsamples);
        }
    }

    /**
     * A comparison.
     *
     * @param models at least one, with different labels
     * @param pairs which are compared with which
     * @param tokenizer the models' own, which stays the caller's
     * @param network features that drawn images are compared in; stays the caller's
     * @throws IllegalArgumentException if there is no model, or a label occurs twice
     */
    public ModelComparison(
            List<ComparedModel> models,
            List<Pair> pairs,
            Settings settings,
            ImageTokenizer tokenizer,
            FeatureNetwork network,
            MeasurementListener listener) {
        List<String> labels = models.stream().map(ComparedModel::label).toList();
        Require.that(
                !models.isEmpty() && labels.stream().distinct().count() == labels.size(),
                "a comparison needs models with different labels, but was given %s; name each model once",
                labels);
        this.models = List.copyOf(models);
        this.pairs = List.copyOf(pairs);
        this.settings = settings;
        this.subsampling = new Subsampling(settings.subsamples(), settings.seed());
        this.tokenizer = tokenizer;
        this.network = network;
        this.listener = listener;
    }

    /**
     * Bits per token of every model in every kind of orders; the pairs in the same orders, and then all code lengths with one model's in
     * random orders ({@link CodeLengthMatrix}).
     *
     * @param test held-out images
     * @param kinds kinds of orders, random ones among them
     * @param baseline the model whose code lengths in random orders all others are compared with
     * @throws IOException if a model cannot be opened
     */
    public ComparedFigures codeLengths(MeasuredTokens test, List<OrderKind> kinds, String baseline) throws IOException {
        CodeLengths lengths = new CodeLengths(test, kinds, settings, listener);
        Map<String, List<BitsPerToken>> measured = new LinkedHashMap<>();
        List<EvaluationFigure> figures = new ArrayList<>();
        for (ComparedModel model : models) {
            try (AnyOrderModel open = model.source().open();
                    AnyOrderModel prepared = open.prepared()) {
                List<BitsPerToken> ofModel = lengths.of(model.label(), prepared);
                ofModel.forEach(bits -> figures.add(EvaluationFigure.of(model.label(), bits, settings.seed())));
                measured.put(model.label(), ofModel);
            }
        }
        List<PairedComparison> comparisons = new ArrayList<>();
        for (Pair pair : pairs) {
            List<BitsPerToken> ofFirst = measured.getOrDefault(pair.first(), List.of());
            List<BitsPerToken> ofSecond = measured.getOrDefault(pair.second(), List.of());
            for (int kind = 0; kind < kinds.size(); kind++) {
                if (ofFirst.get(kind).codeLength()) {
                    comparisons.add(PairedComparison.ofBits(
                            pair.first(), ofFirst.get(kind), pair.second(), ofSecond.get(kind), settings.seed()));
                }
            }
        }
        CodeLengthMatrix.addTo(comparisons, baseline, measured, settings.seed());
        return new ComparedFigures(figures, comparisons);
    }

    /**
     * Draws with every model and measures what it drew; the pairs under the same drawing. A drawing in mean ranks is left out of models that
     * have none.
     *
     * @param plan what is drawn
     * @param space by what drawn images are compared with real ones
     * @param reference features of real images
     * @throws IOException if a model cannot be opened, or samples cannot be read or written
     */
    public ComparedFigures samples(SamplePlan plan, FeatureSpace space, FeatureSet reference) throws IOException {
        Map<String, Map<String, FeatureSet>> drawn = new LinkedHashMap<>();
        plan.drawings().forEach(drawing -> drawn.put(drawing.order().label(), new LinkedHashMap<>()));
        SampleDrawing samples = new SampleDrawing(plan, models, settings, tokenizer, listener);
        for (ComparedModel model : models) {
            try (AnyOrderModel open = model.source().open();
                    AnyOrderModel prepared = open.prepared()) {
                for (Drawing drawing : plan.drawings()) {
                    if (model.canDraw(drawing)) {
                        String way = drawing.order().label();
                        DrawnSamples cell = samples.draw(model, prepared, drawing);
                        drawn.getOrDefault(way, Map.of()).put(model.label(), features(model.label(), way, cell));
                    }
                }
            }
        }
        List<EvaluationFigure> figures = new ArrayList<>();
        List<PairedComparison> comparisons = new ArrayList<>();
        drawn.forEach((way, ofModels) -> {
            ofModels.forEach((model, set) -> figures.addAll(
                    EvaluationFigure.ofSamples(model, way, space, reference, set, subsampling, settings.seed())));
            comparisons.addAll(compared(way, ofModels, space, reference));
        });
        return new ComparedFigures(figures, comparisons);
    }

    private List<PairedComparison> compared(
            String way, Map<String, FeatureSet> ofModels, FeatureSpace space, FeatureSet reference) {
        List<PairedComparison> comparisons = new ArrayList<>();
        for (Pair pair : pairs) {
            FeatureSet first = ofModels.get(pair.first());
            FeatureSet second = ofModels.get(pair.second());
            if (first != null && second != null) {
                comparisons.addAll(PairedComparison.ofSamples(
                        new PairedComparison.Pair(pair.first(), pair.second(), way),
                        space,
                        reference,
                        first,
                        second,
                        subsampling,
                        settings.seed()));
            }
        }
        return comparisons;
    }

    private FeatureSet features(String model, String way, DrawnSamples samples) throws IOException {
        int count = samples.tokens().length;
        ImageSource images = ImageSource.of(samples.images(tokenizer, count, settings.batchSize()));
        return FeatureExtraction.of(
                network,
                images,
                settings.batchSize(),
                done -> listener.progress("features of " + model + ", " + way, done, count));
    }
}
