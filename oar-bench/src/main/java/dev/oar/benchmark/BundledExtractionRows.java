package dev.oar.benchmark;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.data.OrderShards;
import dev.oar.data.TokenShards;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.DynamicOrder;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.Shortlist;
import dev.oar.decode.TokenSource;
import dev.oar.extract.ExtractionConfig;
import dev.oar.extract.OrderExtractor;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.KendallTau;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Extraction with a trained model as {@code oar extract} does it, on images that the model has drawn itself; exact, and in cheaper
 * ways: several cells committed after each scoring, or a shortlist asked about between full scorings.
 */
final class BundledExtractionRows implements RowGroup {
    private static final double AGREEMENT = 0.9;

    private final ModelFolder folder;
    private final ModelShape shape;
    private final int batch;
    private final List<Variant> variants;
    private final Repetitions repetitions;
    private final Targets targets;
    private final Map<Variant, List<GenerationOrder>> orders = new HashMap<>();
    private @Nullable Extraction extraction;

    /**
     * What the rows should reach.
     *
     * @param share of the exact extraction
     * @param speedUp of the cheapest extraction whose orders agree with the exact ones
     */
    record Targets(Optional<Target> share, Optional<Target> speedUp) {}

    /**
     * A variant of extraction.
     *
     * @param cellsPerStep cells committed after each scoring
     * @param shortlist which cells are asked about between full scorings; empty: all at every step
     */
    record Variant(int cellsPerStep, Optional<Shortlist> shortlist) {
        static final Variant EXACT = new Variant(1, Optional.empty());

        /** So many cells a step. */
        static Variant cells(int cellsPerStep) {
            return new Variant(cellsPerStep, Optional.empty());
        }

        /** One cell a step, from a list of so many, all cells scored every so many steps. */
        static Variant shortlist(int cells, int rescoreEvery) {
            return new Variant(1, Optional.of(new Shortlist(cells, rescoreEvery)));
        }

        String label() {
            return shortlist
                    .map(list -> "shortlist-" + list.cells() + "-all-every-" + list.rescoreEvery())
                    .orElse(cellsPerStep == 1 ? "exact" : cellsPerStep + "-cells-a-step");
        }
    }

    /** The trained model and images of it. */
    private record Extraction(AnyOrderModel model, TemporaryFolder files, TokenShards tokens) {}

    /**
     * Rows of a trained model.
     *
     * @param batch images per worker
     * @param variants the cheaper ones
     */
    BundledExtractionRows(
            ModelFolder folder, int batch, List<Variant> variants, Repetitions repetitions, Targets targets) {
        this.folder = folder;
        this.shape = BundledShape.of(folder).transformer();
        this.batch = batch;
        this.variants = List.copyOf(variants);
        this.repetitions = repetitions;
        this.targets = targets;
    }

    @Override
    public List<PlannedRow> rows() {
        List<PlannedRow> rows = new ArrayList<>();
        rows.add(new PlannedRow(name("exact"), measured -> exact()));
        variants.forEach(one -> rows.add(new PlannedRow(name(one.label()), measured -> variant(one, measured))));
        rows.add(new PlannedRow(name("cheap"), this::cheapest));
        return rows;
    }

    private Figure exact() throws IOException {
        TransformerCost cost = shape.cost();
        double operations = cost.operations(cost.dynamic(1));
        return Figure.of(
                name("exact"),
                Unit.SECONDS_PER_IMAGE,
                secondsPerImage(Variant.EXACT),
                limits -> operations / limits.products(WeightType.FLOAT32),
                String.format(
                        Locale.ROOT,
                        "%.1f GFLOP of all passes per image / products with float32 weights; batches of %d, files"
                                + " included",
                        operations * 1e-9,
                        batch),
                targets.share());
    }

    private Figure variant(Variant one, MeasuredRows measured) throws IOException {
        double exact = measured.figure(name("exact")).value().median();
        Spread seconds = secondsPerImage(one);
        return Figure.of(
                name(one.label()),
                Unit.RATIO,
                seconds.dividing(exact),
                String.format(
                        Locale.ROOT,
                        "seconds per image exact / %s; Kendall tau of the orders %.4f",
                        one.label(),
                        agreement(one)),
                Optional.empty());
    }

    /** The cheapest variant that agrees; the exact extraction agrees with itself. */
    private Figure cheapest(MeasuredRows measured) throws IOException {
        Spread best = Spread.of(1);
        String which = "none but the exact one";
        for (Variant one : variants) {
            Spread speedUp = measured.figure(name(one.label())).value();
            if (agreement(one) >= AGREEMENT && speedUp.median() > best.median()) {
                best = speedUp;
                which = one.label();
            }
        }
        return Figure.of(
                name("cheap"),
                Unit.RATIO,
                best,
                "the fastest variant whose orders have a Kendall tau of at least " + AGREEMENT + " to the exact ones: "
                        + which,
                targets.speedUp());
    }

    private double agreement(Variant one) {
        return KendallTau.mean(orders.getOrDefault(one, List.of()), orders.getOrDefault(Variant.EXACT, List.of()));
    }

    private Spread secondsPerImage(Variant one) throws IOException {
        Extraction made = extraction();
        DynamicOrder order =
                DynamicOrder.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY).withCellsPerStep(one.cellsPerStep());
        ExtractionConfig config = ExtractionConfig.of(ConfidenceMeasure.NEGATIVE_ENTROPY)
                .withOrder(one.shortlist().map(order::withShortlist).orElse(order))
                .withBatches(batch, 512);
        OrderExtractor extractor = new OrderExtractor(made.model(), "benchmark", config);
        Spread seconds = repetitions.time(() -> {
            OrderShards shards = extractor.extract(made.tokens(), made.files().fresh("orders"), done -> {});
            orders.put(
                    one,
                    IntStream.range(0, shards.count()).mapToObj(shards::order).toList());
        });
        return seconds.times(1.0 / made.tokens().count());
    }

    private Extraction extraction() throws IOException {
        if (extraction != null) {
            return extraction;
        }
        TemporaryFolder files = TemporaryFolder.create();
        AnyOrderModel model = (AnyOrderModel) folder.transformer(Arm.ANY_ORDER, Device.inForce());
        int images = batch * LibTorch.threads();
        TokenShards tokens = RandomTokens.write(files.fresh("tokens"), shape.space(), drawn(model, images));
        Extraction made = new Extraction(model, files, tokens);
        extraction = made;
        return made;
    }

    private int[][] drawn(AnyOrderModel model, int images) {
        CounterRandom random = CounterRandom.of(1, "benchmark orders");
        List<GenerationOrder> given = IntStream.range(0, images)
                .mapToObj(image -> GenerationOrder.uniform(shape.space().cells(), random.derive(image)))
                .toList();
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        shape.conditions(images),
                        LongStream.range(0, images).toArray(),
                        1,
                        new OrderPolicy.GivenOrders(given, 0),
                        new TokenSource.Sampled(SamplingFilter.NONE),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none()))
                .tokens();
    }

    private String name(String what) {
        return "extract/" + shape.label() + "/" + what;
    }

    @Override
    public void close() {
        if (extraction != null) {
            extraction.model().close();
            extraction.files().close();
            extraction = null;
        }
    }
}
