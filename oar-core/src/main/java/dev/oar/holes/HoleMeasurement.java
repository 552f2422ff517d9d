package dev.oar.holes;

import dev.oar.edit.HolePainter;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.UnigramBaseline;
import dev.oar.feature.FeatureNetwork;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.measure.HoleKind;
import dev.oar.measure.MeasuredModel;
import dev.oar.measure.MeasurementListener;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import dev.oar.report.PictureTable;
import dev.oar.tensor.Workers;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/** One measurement of hole quality under way; closing it gives back the models' layouts for drawing, not the models. */
final class HoleMeasurement implements AutoCloseable {
    /** Name of the most frequent token of each cell in the training images. */
    static final String UNIGRAM = "unigram guess";

    /** Name of the mean colour of what is known. */
    static final String MEAN_COLOUR = "mean colour";

    /** Name of the smooth continuation of what is known. */
    static final String CONTINUATION = "smooth continuation";

    /** Name of the image's own tokens. */
    static final String TRUTH = "the image's own tokens";

    private static final String MOST_PROBABLE = ", most probable";

    private final HoleQualityConfig config;
    private final FeatureNetwork network;
    private final HoleFigures figures;
    private final Workers workers;
    private final MeasurementListener listener;
    private final int side;
    private final TokenGrid grid;
    private final List<Painter> painters = new ArrayList<>();
    private final List<HoledImages> middle = new ArrayList<>();
    private final List<HoleSection> kinds = new ArrayList<>();
    private final Set<String> byOrder = new LinkedHashSet<>();
    private final Map<String, String> settings = new TreeMap<>();

    /**
     * A measurement of these models, which stay the caller's.
     *
     * @param figures receives what is measured
     */
    HoleMeasurement(
            List<MeasuredModel> models,
            ImageTokenizer tokenizer,
            FeatureNetwork network,
            HoleQualityConfig config,
            HoleFigures figures,
            Workers workers,
            MeasurementListener listener) {
        this.config = config;
        this.network = network;
        this.figures = figures;
        this.workers = workers;
        this.listener = listener;
        this.side = tokenizer.imageSize();
        this.grid = tokenizer.grid();
        try {
            for (MeasuredModel model : models) {
                AnyOrderModel packed = model.model().packed(config.drawing().weightFormat());
                painters.add(new Painter(
                        model, packed, new HolePainter(new DrawingModel(packed, tokenizer, model.folderOrders()))));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** A model ready to paint. */
    private record Painter(MeasuredModel model, AnyOrderModel packed, HolePainter painter) {
        String label() {
            return model.label();
        }
    }

    /** Measures all holes, then all orders at the middle coverage. */
    void measure(HeldOutImages images, UnigramBaseline unigram) throws IOException {
        for (HoleKind kind : HoleKind.values()) {
            Set<String> labels = new LinkedHashSet<>();
            List<PictureTable> pictures = new ArrayList<>();
            for (double coverage : config.coverages()) {
                HoledImages holed = hide(images, kind, coverage);
                Map<String, HoleScores> scores = fill(holed, unigram);
                labels.add(holed.label());
                if (coverage == config.middleCoverage()) {
                    middle.add(holed);
                    pictures.add(HolePictures.of(holed, scores));
                }
            }
            kinds.add(new HoleSection(kind.label(), labels, pictures));
        }
        for (Painter painter : painters) {
            orders(painter);
        }
    }

    /** What the holes were like. */
    Map<String, String> settings() {
        return settings;
    }

    /** What belongs to each kind of holes. */
    List<HoleSection> kinds() {
        return kinds;
    }

    /** What tells orders apart. */
    HoleSection orders() {
        return new HoleSection("By order", byOrder, List.of());
    }

    private HoledImages hide(HeldOutImages images, HoleKind family, double coverage) throws IOException {
        String label = Hole.label(family, coverage);
        HoledImages holed = HoledImages.of(
                images,
                family,
                coverage,
                grid,
                side,
                config.seed(),
                painters.get(0).painter(),
                heard("hiding " + label, images.count()));
        settings.put(
                "cells drawn, " + label, String.format(Locale.ROOT, "%.1f of %d", holed.meanCells(), grid.cells()));
        return holed;
    }

    /** Fills holes with everything that is compared; what was filled in, by name. */
    private Map<String, HoleScores> fill(HoledImages holed, UnigramBaseline unigram) throws IOException {
        Map<String, HoleScores> scores = new LinkedHashMap<>();
        for (Painter painter : painters) {
            String label = painter.label();
            HoleScores sampled = score(holed, label, drawn(painter, holed, config.drawing()));
            double[] bits = HoleBits.measure(
                    painter.packed(),
                    holed,
                    config.batchSize(),
                    config.seed(),
                    heard(
                            "bits per token, " + label + ", " + holed.label(),
                            holed.images().count()));
            sampled.add(BitsPerToken.METRIC, bits);
            scores.put(label, sampled);
            scores.put(
                    label + MOST_PROBABLE,
                    score(holed, label + MOST_PROBABLE, drawn(painter, holed, config.mostProbable())));
        }
        HolePainter any = painters.get(0).painter();
        scores.put(UNIGRAM, score(holed, UNIGRAM, HoleFilling.mostFrequent(any, unigram)));
        scores.put(MEAN_COLOUR, score(holed, MEAN_COLOUR, HoleFilling.meanColour()));
        scores.put(CONTINUATION, score(holed, CONTINUATION, HoleFilling.continuation()));
        scores.put(TRUTH, score(holed, TRUTH, HoleFilling.truth(any)));
        scores.forEach((name, ofName) -> figures.add(name, holed.label(), ofName));
        compare(holed.label(), scores);
        return scores;
    }

    private void compare(String holes, Map<String, HoleScores> scores) {
        String first = painters.get(0).label();
        for (Painter painter : painters) {
            for (String way : List.of("", MOST_PROBABLE)) {
                String name = painter.label() + way;
                HoleScores own = Objects.requireNonNull(scores.get(name));
                if (!painter.label().equals(first)) {
                    figures.compare(name, own, first + way, Objects.requireNonNull(scores.get(first + way)), holes);
                }
                HoleScores guess = Objects.requireNonNull(scores.get(UNIGRAM));
                figures.compare(name, own, UNIGRAM, guess, holes, HoleScores.ACCURACY);
                HoleScores colour = Objects.requireNonNull(scores.get(MEAN_COLOUR));
                figures.compare(name, own, MEAN_COLOUR, colour, holes, HoleScores.SQUARED_ERROR);
                figures.compare(name, own, MEAN_COLOUR, colour, holes, HoleScores.ABSOLUTE_ERROR);
            }
        }
    }

    /** Fills the holes of the middle coverage in all orders, and compares each with the drawing's own. */
    private void orders(Painter painter) throws IOException {
        String all = byOrder("all four, " + Hole.percent(config.middleCoverage()));
        String ownName = painter.label() + ", " + config.drawing().order().label();
        List<HoleScores> own = new ArrayList<>();
        for (DrawingOrder order : config.orders(painter.model().meanRanks())) {
            String name = painter.label() + ", " + order.label();
            Drawing drawing = config.drawing().withOrder(order);
            List<HoleScores> kinds = new ArrayList<>();
            for (HoledImages holed : middle) {
                HoleScores scores = score(holed, name, drawn(painter, holed, drawing));
                figures.add(name, byOrder(holed.label()), scores);
                kinds.add(scores);
            }
            HoleScores pooled = HoleScores.pooled(kinds);
            figures.add(name, all, pooled);
            if (own.isEmpty()) {
                own.add(pooled);
            } else {
                figures.compare(name, pooled, ownName, own.get(0), all);
            }
        }
    }

    /** The name under which holes are compared across orders. */
    private String byOrder(String holes) {
        String label = "by order: " + holes;
        byOrder.add(label);
        return label;
    }

    private HoleFilling drawn(Painter painter, HoledImages holed, Drawing drawing) throws IOException {
        // All models and orders draw a hole with the same random numbers, different holes with different ones.
        long seed = CounterRandom.of(config.seed(), holed.label()).key();
        return HoleFilling.drawn(painter.painter(), drawing, seed);
    }

    private HoleScores score(HoledImages holed, String name, HoleFilling filling) throws IOException {
        return holed.scored(
                filling,
                network,
                workers,
                heard(holed.label() + ", " + name, holed.images().count()));
    }

    private IntConsumer heard(String activity, int all) {
        return done -> listener.progress(activity, done, all);
    }

    @Override
    public void close() {
        painters.forEach(painter -> painter.packed().close());
    }
}
