package dev.oar.benchmark;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.Decoding;
import dev.oar.decode.DecodingListener;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.order.GenerationOrder;
import dev.oar.order.KendallTau;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Workers;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Exact extraction with a model of random weights, a batch per worker side by side, beside extraction by the letter of the paper with the
 * same model, an image per worker.
 */
final class ExtractionRows implements RowGroup {
    private static final OrderPolicy EXACT = OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY);

    private final ModelShape shape;
    private final Settings settings;
    private final String exact;
    private final String literal;
    private @Nullable AnyOrderTransformer model;
    private @Nullable AnyOrderTransformer packed;
    private List<GenerationOrder> exactOrders = List.of();
    private List<GenerationOrder> literalOrders = List.of();

    /**
     * How it is measured.
     *
     * @param batch images per worker
     * @param literalPositions positions per pass of the literal extraction
     * @param sampled which steps are timed; empty for all
     * @param repetitions of the whole, where all steps are timed
     * @param share target of the exact extraction
     * @param speedUp target of the exact extraction against the literal one
     */
    record Settings(
            int batch,
            int literalPositions,
            Optional<SampledSteps> sampled,
            Repetitions repetitions,
            Optional<Target> share,
            Optional<Target> speedUp) {}

    /** An order of which timed steps are found as a policy finds them; the others fill the first open cells, all at once. */
    private record SampledOrder(OrderPolicy policy, List<SampledSteps.Step> sampled) implements OrderPolicy {
        @Override
        public Steps open(Decoding decoding) {
            Steps exact = policy.open(decoding);
            return () -> {
                SampledSteps.Step step = sampled.get(decoding.step());
                return step.isTimed()
                        ? exact.next()
                        : Arrays.stream(decoding.open())
                                .map(open -> Arrays.copyOf(open, step.count()))
                                .toArray(int[][]::new);
            };
        }

        @Override
        public Asks asks() {
            return policy.asks();
        }
    }

    ExtractionRows(ModelShape shape, Settings settings) {
        this.shape = shape;
        this.settings = settings;
        this.exact = "extract/" + shape.label() + "/exact";
        this.literal = "extract/" + shape.label() + "/literal";
    }

    @Override
    public List<PlannedRow> rows() {
        String ratio = "extract/" + shape.label() + "/exact-against-literal";
        return List.of(
                new PlannedRow(exact, measured -> exact()),
                new PlannedRow(literal, this::literal),
                new PlannedRow(
                        ratio,
                        measured -> Figure.of(
                                ratio,
                                Unit.RATIO,
                                measured.figure(exact).timesAsFastAs(measured.figure(literal)),
                                "seconds per image by the letter of the paper / exact",
                                settings.speedUp())));
    }

    private Figure exact() throws IOException {
        TransformerCost cost = shape.cost();
        double operations = cost.operations(cost.dynamic(1));
        return row(
                exact,
                exactSeconds(),
                limits -> operations / limits.products(WeightType.FLOAT32),
                String.format(
                        Locale.ROOT,
                        "%.1f GFLOP of all passes per image / products with float32 weights; batches of %d",
                        operations * 1e-9,
                        settings.batch()),
                settings.share());
    }

    /** The seconds per image of the exact extraction. */
    Spread exactSeconds() throws IOException {
        return seconds(this::sampledExact, this::wholeExact, orders -> exactOrders = orders, settings.batch());
    }

    private Figure literal(MeasuredRows measured) throws IOException {
        TransformerCost cost = shape.cost();
        double operations = cost.operations(cost.literal());
        Spread seconds = seconds(this::sampledLiteral, this::wholeLiteral, orders -> literalOrders = orders, 1);
        String agreement = "";
        if (settings.sampled().isEmpty()) {
            var unused = measured.figure(exact);
            agreement = String.format(
                    Locale.ROOT,
                    "; Kendall tau of its orders and the exact ones %.4f",
                    KendallTau.mean(literalOrders, exactOrders.subList(0, literalOrders.size())));
        }
        return row(
                literal,
                seconds,
                limits -> operations / limits.products(WeightType.FLOAT32),
                String.format(
                                Locale.ROOT,
                                "%.1f GFLOP per image / products with float32 weights; every candidate computes its"
                                        + " whole sequence",
                                operations * 1e-9)
                        + agreement,
                Optional.empty());
    }

    private Figure row(
            String name,
            Spread seconds,
            ToDoubleFunction<MachineLimits> roofline,
            String formula,
            Optional<Target> target) {
        String note = settings.sampled()
                .map(steps -> "; " + steps.note(shape.space().cells()))
                .orElse("; measured whole");
        return Figure.of(name, Unit.SECONDS_PER_IMAGE, seconds, roofline, formula + note, target);
    }

    /** One worker's part of a measurement. */
    @FunctionalInterface
    private interface Sampled {
        double[] seconds(AnyOrderTransformer model, SampledSteps steps, int worker);
    }

    /** One worker's part of the whole work. */
    @FunctionalInterface
    private interface Whole {
        List<GenerationOrder> orders(AnyOrderTransformer model, int worker);
    }

    /** The seconds per image when all workers do their part, {@code images} each, side by side. */
    private Spread seconds(Sampled sampled, Whole whole, Consumer<List<GenerationOrder>> orders, int images)
            throws IOException {
        AnyOrderTransformer made = model();
        try (Workers workers = Workers.on(made.device())) {
            double fraction = 1.0 / (images * (double) workers.count());
            if (settings.sampled().isPresent()) {
                SampledSteps steps = settings.sampled().get();
                double[] mean = new double[steps.repetitions()];
                for (double[] one : workers.run(workers.count(), worker -> sampled.seconds(made, steps, worker))) {
                    Arrays.setAll(mean, i -> mean[i] + one[i] / workers.count());
                }
                return Spread.of(mean).times(fraction);
            }
            return settings.repetitions()
                    .time(() ->
                            orders.accept(workers.run(workers.count(), worker -> whole.orders(made, worker)).stream()
                                    .flatMap(List::stream)
                                    .toList()))
                    .times(fraction);
        }
    }

    private double[] sampledExact(AnyOrderTransformer made, SampledSteps steps, int worker) {
        int cells = shape.space().cells();
        OrderPolicy sampled = new SampledOrder(EXACT, steps.of(cells));
        return steps.seconds(cells, listener -> {
            var unused = extracted(made, worker, sampled, listener);
        });
    }

    private double[] sampledLiteral(AnyOrderTransformer made, SampledSteps steps, int worker) {
        int[] tokens = shape.tokens(worker + 1)[worker];
        return new LiteralExtraction(made, shape, settings.literalPositions())
                .estimate(tokens, shape.conditions(worker + 1)[worker], steps);
    }

    private List<GenerationOrder> wholeLiteral(AnyOrderTransformer made, int worker) {
        int[] tokens = shape.tokens(worker + 1)[worker];
        return List.of(new LiteralExtraction(made, shape, settings.literalPositions())
                .order(tokens, shape.conditions(worker + 1)[worker]));
    }

    private List<GenerationOrder> wholeExact(AnyOrderTransformer made, int worker) {
        return extracted(made, worker, EXACT, DecodingListener.NONE);
    }

    private List<GenerationOrder> extracted(
            AnyOrderTransformer made, int worker, OrderPolicy policy, DecodingListener listener) {
        int batch = settings.batch();
        int first = worker * batch;
        int[][] tokens = Arrays.copyOfRange(shape.tokens(first + batch), first, first + batch);
        int[] conditions = Arrays.copyOfRange(shape.conditions(first + batch), first, first + batch);
        return new AnyOrderDecoder(made)
                .decode(new DecodingRequest(
                        conditions,
                        LongStream.range(first, first + batch).toArray(),
                        1,
                        policy,
                        new TokenSource.GroundTruth(tokens),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none(),
                        listener))
                .orders();
    }

    private AnyOrderTransformer model() {
        if (packed == null) {
            model = shape.transformer();
            packed = model.packed(WeightFormat.FLOAT32);
        }
        return packed;
    }

    @Override
    public void close() {
        if (packed != null && model != null) {
            packed.close();
            model.close();
            packed = null;
        }
    }
}
