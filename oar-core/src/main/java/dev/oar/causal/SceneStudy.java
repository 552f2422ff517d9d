package dev.oar.causal;

import dev.oar.data.TokenShards;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.MostConfidentFirst;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Multiplicity;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.TestOrders;
import dev.oar.extract.OrderExtractor;
import dev.oar.measure.MeasurementListener;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.order.CounterRandom;
import dev.oar.order.FixedOrder;
import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.UniformRandomOrder;
import dev.oar.scene.OrderRule;
import dev.oar.scene.SceneDistribution;
import dev.oar.scene.SceneGenerator;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import dev.oar.train.TrainingLogs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Trains any-order models of scenes, extracts orders, trains further on them, and measures all of it beside what is known exactly.
 *
 * <ol>
 *   <li>The extracted orders beside those that the exact conditionals give.
 *   <li>Code lengths one cell a step. By the chain rule the exact code is equally long in all orders, so an order can win nothing but what a
 *       model loses to the exact code: that bounds the gain of every specialised model.
 *   <li>Several cells a step: here orders differ for the exact conditionals, too, by the total correlation of what is filled at once.
 * </ol>
 */
public final class SceneStudy {
    /** The model before any further training. */
    static final String ANY_ORDER = "any-order";

    /** How several cells a step are spread, besides one cell a step. */
    private static final List<StepPlan> PLANS =
            List.of(new StepPlan(16, false), new StepPlan(8, false), new StepPlan(16, true), new StepPlan(8, true));

    /** Pictures per forward pass of measurements. */
    private static final int BATCH = 32;

    private final SceneStudyConfig config;
    private final MeasurementListener listener;
    private final TrainingLogs logs;
    private final SceneGenerator generator = new SceneGenerator();
    private final SceneDistribution scenes = generator.distribution();
    private final int cells = scenes.grid().cells();
    private final ScenePictures heldOut;
    private final ExactScenes exact;
    private final double[] exactBits;
    private final SeedValues agreement = new SeedValues();
    private final SeedValues lengths = new SeedValues();
    private final SeedValues parallel = new SeedValues();
    private final SceneGallery gallery;

    /** A study. */
    public SceneStudy(SceneStudyConfig config, MeasurementListener listener) {
        this(config, listener, TrainingLogs.NONE);
    }

    /** A study; {@code logs} says what is written of trainings besides their metrics. */
    public SceneStudy(SceneStudyConfig config, MeasurementListener listener, TrainingLogs logs) {
        this.logs = logs;
        this.config = config;
        this.listener = listener;
        this.heldOut = ScenePictures.draw(generator, config.heldOutPictures(), config.seed(), "held-out scenes");
        this.exact = new ExactScenes(scenes, heldOut, config.seed());
        this.exactBits = exact.bits();
        this.gallery = new SceneGallery(generator, heldOut);
    }

    /**
     * Runs it. What was trained before in the directory by an equal study is not trained again.
     *
     * @param directory where tokens and trainings go
     */
    public SceneStudyResults run(Path directory) throws IOException {
        measureExact();
        TokenShards tokens = ScenePictures.draw(generator, config.trainingPictures(), config.seed(), "training scenes")
                .write(generator, directory.resolve("tokens"));
        ScenePictures further =
                ScenePictures.draw(generator, config.furtherPictures(), config.seed(), "further scenes");
        TokenShards furtherTokens = further.write(generator, directory.resolve("further-tokens"));
        for (int number = 0; number < config.seeds(); number++) {
            long seed = config.seed() + number;
            measure(
                    new SceneTraining(config, seed, directory.resolve("seed-" + seed), listener, logs),
                    tokens,
                    further,
                    furtherTokens);
        }
        return new SceneStudyResults(
                config,
                Interval.ofMean(exactBits),
                Interval.ofMean(exact.stepsWithoutLoss()),
                agreement.figures(config.seed()),
                lengths.figures(config.seed()),
                parallel.figures(config.seed()),
                comparisons(),
                gallery.blocks());
    }

    private void measureExact() {
        agree("exact, other ties", ExactScenes.orders(scenes, heldOut, OrderRule.mostConfident(raster().reversed())));
        CounterRandom random = CounterRandom.of(config.seed(), "unrelated orders");
        agree(
                "random order",
                IntStream.range(0, heldOut.count())
                        .mapToObj(picture -> GenerationOrder.uniform(cells, random.derive(picture)))
                        .toList());
        gallery.orders("exact, confident", ExactScenes.orders(scenes, heldOut, OrderRule.mostConfident(raster())));
        gallery.orders("exact, informative", ExactScenes.orders(scenes, heldOut, OrderRule.informative(raster())));
        List<StepPlan> plans = new ArrayList<>(List.of(new StepPlan(cells, false)));
        plans.addAll(PLANS);
        int done = 0;
        for (StudiedOrder order : StudiedOrder.values()) {
            for (StepPlan plan : plans) {
                String drawing = drawing(order, plan);
                parallel.add(ExactScenes.ARM, drawing, SceneMetrics.LOST, exact.lost(order, plan));
                parallel.add(ExactScenes.ARM, drawing, SceneMetrics.POSSIBLE, exact.possible(order, plan));
            }
            listener.progress("exact figures", ++done, StudiedOrder.values().length);
        }
    }

    private void measure(SceneTraining training, TokenShards tokens, ScenePictures further, TokenShards furtherTokens)
            throws IOException {
        long seed = training.seed();
        OrderSource random = new UniformRandomOrder(cells, seed);
        try (Weights start = training.pretrain(tokens, random);
                AnyOrderTransformer model = training.model(start, tokens)) {
            List<GenerationOrder> own = extract(model, heldOut, seed);
            agree(ANY_ORDER, own);
            gallery.orders("any-order, seed " + seed, own);
            Map<String, TestOrders> orders = testOrders(own, seed);
            lengths(ANY_ORDER, model, orders);
            fill(ANY_ORDER, model, List.of(StudiedOrder.values()), seed);
            for (FurtherTraining arm : FurtherTraining.values()) {
                OrderSource source = source(arm, model, further, seed);
                try (Weights weights = training.further(arm.folder(), start, furtherTokens, source);
                        AnyOrderTransformer trained = training.model(weights, tokens)) {
                    lengths(arm.word(), trained, orders);
                    fill(arm.word(), trained, arm.filled(), seed);
                }
            }
        }
    }

    private OrderSource source(FurtherTraining arm, AnyOrderTransformer model, ScenePictures further, long seed) {
        return switch (arm) {
            case CONTROL -> new UniformRandomOrder(cells, seed);
            case MOST_CONFIDENT -> new SceneTraining.OrdersOfPictures(extract(model, further, seed));
            case INFORMATIVE ->
                new SceneTraining.OrdersOfPictures(
                        ExactScenes.orders(scenes, further, OrderRule.informative(raster())));
            case RASTER -> FixedOrder.raster(cells);
        };
    }

    private List<GenerationOrder> extract(AnyOrderTransformer model, ScenePictures pictures, long seed) {
        try (AnyOrderModel packed = model.packed(WeightFormat.FLOAT32)) {
            return OrderExtractor.orders(
                    packed,
                    pictures,
                    MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                    BATCH,
                    seed,
                    done -> listener.progress("seed " + seed + ": extracting orders", done, pictures.count()));
        }
    }

    private void agree(String arm, List<GenerationOrder> orders) {
        List<ExactOrderAgreement> agreements = exact.agreement(orders);
        String drawing = "orders of held-out pictures";
        agreement.add(
                arm,
                drawing,
                SceneMetrics.TAU,
                agreements.stream().mapToDouble(ExactOrderAgreement::tau).toArray());
        agreement.add(
                arm,
                drawing,
                SceneMetrics.RASTER_TAU,
                agreements.stream().mapToDouble(ExactOrderAgreement::rasterTau).toArray());
        agreement.add(
                arm,
                drawing,
                SceneMetrics.EXCESS_ENTROPY,
                agreements.stream()
                        .mapToDouble(ExactOrderAgreement::excessEntropy)
                        .toArray());
    }

    private Map<String, TestOrders> testOrders(List<GenerationOrder> own, long seed) {
        List<GenerationOrder> informative = ExactScenes.orders(scenes, heldOut, OrderRule.informative(raster()));
        Map<String, TestOrders> orders = new LinkedHashMap<>();
        orders.put(TestOrders.RANDOM, TestOrders.random(cells, seed));
        String confident = FurtherTraining.MOST_CONFIDENT.word();
        orders.put(confident, TestOrders.extracted(confident, own::get));
        String informed = FurtherTraining.INFORMATIVE.word();
        orders.put(informed, TestOrders.extracted(informed, informative::get));
        String rows = FurtherTraining.RASTER.word();
        orders.put(rows, TestOrders.fixed(rows, raster()));
        return orders;
    }

    private void lengths(String arm, AnyOrderTransformer model, Map<String, TestOrders> orders) {
        orders.forEach((name, order) -> {
            double[] perToken = BitsPerToken.measure(model, heldOut, order, BATCH)
                    .families()
                    .values();
            double[] bits = Arrays.stream(perToken).map(of -> of * cells).toArray();
            lengths.add(arm, name, SceneMetrics.EXCESS, difference(bits, exactBits));
        });
    }

    private static double[] difference(double[] bits, double[] from) {
        double[] differences = new double[bits.length];
        Arrays.setAll(differences, picture -> bits[picture] - from[picture]);
        return differences;
    }

    private void fill(String arm, AnyOrderTransformer model, List<StudiedOrder> orders, long seed) {
        try (AnyOrderModel packed = model.packed(WeightFormat.FLOAT32)) {
            SceneModel asked = new SceneModel(packed, scenes, BATCH);
            int done = 0;
            for (StudiedOrder order : orders) {
                StepPlan oneByOne = new StepPlan(cells, false);
                double[] single = asked.bits(heldOut, order, oneByOne, config.seed());
                parallel.add(arm, drawing(order, oneByOne), SceneMetrics.EXCESS, difference(single, exactBits));
                possible(arm, asked, order, oneByOne, seed);
                for (StepPlan plan : PLANS) {
                    double[] bits = asked.bits(heldOut, order, plan, config.seed());
                    parallel.add(arm, drawing(order, plan), SceneMetrics.LOST, difference(bits, single));
                    parallel.add(arm, drawing(order, plan), SceneMetrics.EXCESS, difference(bits, exactBits));
                    possible(arm, asked, order, plan, seed);
                }
                listener.progress("seed " + seed + ": filling, " + arm, ++done, orders.size());
            }
        }
    }

    private void possible(String arm, SceneModel asked, StudiedOrder order, StepPlan plan, long seed) {
        int[][] drawn = asked.draw(heldOut.count(), order, plan, seed);
        double[] wrong =
                Arrays.stream(drawn).mapToDouble(scenes::contradictions).toArray();
        parallel.add(arm, drawing(order, plan), SceneMetrics.CONTRADICTIONS, wrong);
        parallel.add(
                arm,
                drawing(order, plan),
                SceneMetrics.POSSIBLE,
                Arrays.stream(wrong).map(of -> of == 0 ? 1 : 0).toArray());
        gallery.drawn(arm, drawing(order, plan), drawn);
    }

    /** Every specialised arm in its own order against the control, in random order and in the same one: what specialising brings in bits. */
    private List<PairedComparison> comparisons() {
        String control = FurtherTraining.CONTROL.word();
        List<PairedComparison> comparisons = new ArrayList<>();
        for (FurtherTraining arm : FurtherTraining.values()) {
            if (arm != FurtherTraining.CONTROL) {
                comparisons.add(compared(arm.word(), arm.word(), control, TestOrders.RANDOM));
                comparisons.add(compared(arm.word(), arm.word(), control, arm.word()));
            }
        }
        return Multiplicity.judged(comparisons, comparison -> false);
    }

    private PairedComparison compared(String first, String firstOrders, String second, String secondOrders) {
        Interval difference = lengths.difference(
                new SeedValues.Row(first, firstOrders, SceneMetrics.EXCESS),
                new SeedValues.Row(second, secondOrders, SceneMetrics.EXCESS));
        return new PairedComparison(
                first,
                second,
                firstOrders,
                SceneMetrics.EXCESS,
                difference,
                heldOut.count(),
                config.seed(),
                firstOrders.equals(secondOrders) ? Optional.empty() : Optional.of(secondOrders),
                Optional.empty());
    }

    private GenerationOrder raster() {
        return GenerationOrder.raster(cells);
    }

    private String drawing(StudiedOrder order, StepPlan plan) {
        return order.word() + ", " + plan.words(cells);
    }
}
