package dev.oar.extract;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.data.Batches;
import dev.oar.data.CalibrationTable;
import dev.oar.data.DrawnTokens;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.OrderSet;
import dev.oar.data.OrderShards;
import dev.oar.data.OrderShardsWriter;
import dev.oar.data.SpreadTokens;
import dev.oar.data.TokenShards;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.Calibrated;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceRanking;
import dev.oar.decode.ConfidenceRanking.FillFirst;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.ObservedScores;
import dev.oar.decode.OrderNoise.Annealing;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Device;
import dev.oar.tensor.Workers;
import dev.oar.tuning.MachineProfiles;
import dev.oar.tuning.ProductRows;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Extracts one generation order per image, by default most confident cell first (design: arXiv 2504.17069, self-distillation of orders).
 *
 * <p>Extraction is decoding with a most-confident-first policy and, in the teacher-forced form, the image as token source: one
 * forward pass per step scores all remaining cells on one shared cache. Images run in batches of equal shape, so that an order
 * does not depend on its neighbours, and batches side by side, one per CPU core. In the free-running form the model draws an image
 * of the same class instead, and what it drew is kept with the order ({@link DrawnTokens}): the order says nothing about the real
 * image.
 */
public final class OrderExtractor {
    private final AnyOrderModel model;
    private final String modelFingerprint;
    private final ExtractionConfig config;
    private final Optional<CalibrationTable> calibration;

    /**
     * An extractor that asks this model.
     *
     * @param modelFingerprint of the model's weights; recorded with the orders
     */
    public OrderExtractor(AnyOrderModel model, String modelFingerprint, ExtractionConfig config) {
        this.model = model;
        this.modelFingerprint = modelFingerprint;
        this.config = config.withWeightFormat(
                config.weightFormat() == WeightFormatSetting.AUTO
                        ? MachineProfiles.of(model.device()).fastest(ProductRows.MANY)
                        : config.weightFormat().explicit());
        this.calibration = Optional.empty();
    }

    private OrderExtractor(OrderExtractor other, CalibrationTable calibration) {
        this.model = other.model;
        this.modelFingerprint = other.modelFingerprint;
        this.config = other.config;
        this.calibration = Optional.of(calibration);
    }

    /**
     * The same extractor, knowing what is usual of cells, if its settings ask for {@linkplain ExtractionConfig.Calibration calibration}; else
     * this one.
     *
     * @param training training images, of which some are looked at
     * @param file what was found, read if it was found before by the same model, images and settings, and else written
     * @param done told how many images are done
     */
    public OrderExtractor calibratedOn(TokenShards training, Path file, IntConsumer done) throws IOException {
        if (config.calibration().isEmpty()) {
            return this;
        }
        ExtractionConfig.Calibration settings = config.calibration().get();
        requireFitting(training);
        String origin = Fingerprint.of(
                modelFingerprint,
                training.fingerprint(),
                RecipeWriter.write(settings),
                RecipeWriter.write(config.observed()));
        if (Files.exists(file)) {
            CalibrationTable found = CalibrationTable.read(file);
            if (found.origin().equals(origin)) {
                return new OrderExtractor(this, found);
            }
        }
        CalibrationTable table = observed(training, settings, done)
                .table(config.order().ranking().confidence().word(), origin);
        table.write(file);
        return new OrderExtractor(this, table);
    }

    private CalibrationTable.Sums observed(
            TokenShards training, ExtractionConfig.Calibration settings, IntConsumer done) {
        CalibrationTable.Sums all = new CalibrationTable.Sums(training.grid(), settings.bins());
        if (training.count() == 0) {
            return all;
        }
        MeasuredTokens some = SpreadTokens.atMost(MeasuredTokens.of(training), settings.images());
        Batches batches = new Batches(some.count(), config.batchSize());
        try (AnyOrderModel packed = model.packed(config.weightFormat().explicit());
                Workers workers = Workers.on(model.device())) {
            for (int next = 0; next < batches.count(); next += workers.count()) {
                int first = next;
                List<CalibrationTable.Sums> side = workers.run(
                        Math.min(workers.count(), batches.count() - first),
                        i -> observed(packed, some, batches.get(first + i), settings.bins()));
                // One after the other, so that the sums do not hang on how many cores there are.
                side.forEach(all::add);
                done.accept(Math.min(some.count(), (first + side.size()) * config.batchSize()));
            }
        }
        return all;
    }

    private CalibrationTable.Sums observed(AnyOrderModel packed, MeasuredTokens images, Batches.Batch batch, int bins) {
        CalibrationTable.Sums sums = new CalibrationTable.Sums(packed.space().grid(), bins);
        var unused = decode(
                packed,
                images,
                batch,
                (conditions, tokens) ->
                        new ObservedScores(config.observed().policy(packed, conditions, tokens), sums, batch.count()),
                this::source,
                ClassifierFreeGuidance.constant(config.guidanceScale()),
                config.seed());
        return sums;
    }

    /** The decoder's policy of a batch. */
    private OrderPolicy policy(AnyOrderModel packed, int[] conditions, int[][] tokens) {
        OrderPolicy policy = config.policy(packed, conditions, tokens);
        Require.that(
                calibration.isPresent() == config.calibration().isPresent(),
                "a calibrated extraction must know what is usual of cells, but has not looked at training images; call"
                        + " calibratedOn first");
        return calibration.isPresent() ? new Calibrated(policy, calibration.get()) : policy;
    }

    /**
     * Extracts the orders of all images and writes order shards, free-running with the drawn tokens; goes on where it was broken off.
     *
     * @param tokens the images' tokens (their first view)
     * @param done told after each batch how many images are done
     */
    public OrderShards extract(TokenShards tokens, Path directory, IntConsumer done) throws IOException {
        OrderShardsWriter writer = writer(tokens, directory);
        done.accept(writer.count());
        try (ShardExtraction extraction = onShards(tokens)) {
            while (writer.count() < tokens.count()) {
                for (ExtractedOrders batch : extraction.next(writer.count(), tokens.count())) {
                    add(writer, batch);
                    done.accept(writer.count());
                }
            }
        }
        return finished(writer, tokens, directory);
    }

    /** As {@link #extract}, with orders of {@link ShardExtraction} elsewhere, asked for one missing shard after the other. */
    public OrderShards collect(TokenShards tokens, Path directory, ExtractedOrders.OfShard shards, IntConsumer done)
            throws IOException {
        OrderShardsWriter writer = writer(tokens, directory);
        while (writer.count() < tokens.count()) {
            add(writer, shards.orders(writer.count() / config.imagesPerShard()));
            done.accept(writer.count());
        }
        return finished(writer, tokens, directory);
    }

    private OrderShardsWriter writer(TokenShards tokens, Path directory) throws IOException {
        requireFitting(tokens);
        return OrderShardsWriter.open(directory, describe(tokens), config.imagesPerShard());
    }

    private OrderShards finished(OrderShardsWriter writer, TokenShards tokens, Path directory) throws IOException {
        writer.finish();
        if (isFreeRunning()) {
            DrawnTokens.write(directory, tokens);
        }
        return OrderShards.open(directory, tokens);
    }

    /** This extractor with its model packed, for shards in any order; close it after use. */
    public ShardExtraction onShards(TokenShards tokens) {
        requireFitting(tokens);
        return new ShardExtraction(
                this, tokens, model.packed(config.weightFormat().explicit()), Workers.on(model.device()));
    }

    /** A fingerprint of all that the orders of these images depend on. */
    public String fingerprint(TokenShards tokens) {
        return Fingerprint.of(describe(tokens).toString());
    }

    /** The settings, the weight format decided. */
    ExtractionConfig config() {
        return config;
    }

    private void requireFitting(TokenShards tokens) {
        if (!tokens.grid().equals(model.space().grid())
                || tokens.vocabularySize() != model.space().vocabularySize()) {
            throw new IllegalArgumentException("the tokens have a grid of "
                    + tokens.grid().cells() + " cells and "
                    + tokens.vocabularySize() + " codes, but the model has "
                    + model.space().cells() + " cells and " + model.space().vocabularySize()
                    + " codes; extract with the model trained on these tokens");
        }
    }

    private void add(OrderShardsWriter writer, ExtractedOrders extracted) throws IOException {
        for (int row = 0; row < extracted.orders().size(); row++) {
            if (isFreeRunning()) {
                writer.add(extracted.orders().get(row), extracted.tokens()[row]);
            } else {
                writer.add(extracted.orders().get(row));
            }
        }
    }

    private boolean isFreeRunning() {
        return config.tokens() == ExtractionConfig.Tokens.SAMPLED;
    }

    /**
     * The orders of a range of images.
     *
     * @param from first image
     * @param to behind the last, at most the batch size away
     */
    public List<GenerationOrder> orders(TokenShards tokens, int from, int to) {
        // In a worker as in extraction itself, so that the orders are the same.
        try (AnyOrderModel packed = model.packed(config.weightFormat().explicit());
                Workers workers = new Workers(1)) {
            Batches.Batch batch = new Batches.Batch(from, to, config.batchSize());
            return workers.run(1, i -> decode(packed, MeasuredTokens.of(tokens), batch))
                    .get(0)
                    .orders()
                    .subList(0, to - from);
        }
    }

    /**
     * The orders in which a model fills given images under a policy of any kind, noise included, batches side by side.
     *
     * @param packed a packed model, which stays the caller's
     * @param seed seed of the policy's noise
     * @param done told how many images are done
     */
    public static List<GenerationOrder> orders(
            AnyOrderModel packed,
            MeasuredTokens images,
            OrderPolicy policy,
            int batchSize,
            long seed,
            IntConsumer done) {
        Batches batches = new Batches(images.count(), batchSize);
        List<GenerationOrder> orders = new ArrayList<>();
        try (Workers workers = Workers.on(packed.device());
                Device.Use ignored = packed.device().use()) {
            for (int next = 0; next < batches.count(); next += workers.count()) {
                int first = next;
                int count = Math.min(workers.count(), batches.count() - first);
                List<List<GenerationOrder>> side = workers.run(count, i -> {
                    Batches.Batch batch = batches.get(first + i);
                    return decode(
                                    packed,
                                    images,
                                    batch,
                                    (conditions, tokens) -> policy,
                                    TokenSource.GroundTruth::new,
                                    ClassifierFreeGuidance.OFF,
                                    seed)
                            .orders()
                            .subList(0, batch.count());
                });
                side.forEach(orders::addAll);
                done.accept(orders.size());
            }
        }
        return orders;
    }

    /** What was filled for a batch of images, and in which order. */
    DecodedTokens decode(AnyOrderModel packed, MeasuredTokens images, Batches.Batch batch) {
        return decode(
                packed,
                images,
                batch,
                (conditions, tokens) -> policy(packed, conditions, tokens),
                this::source,
                ClassifierFreeGuidance.constant(config.guidanceScale()),
                config.seed());
    }

    /** What was filled for a batch of images, and in which order; rows behind its last image are padding. */
    private static DecodedTokens decode(
            AnyOrderModel packed,
            MeasuredTokens images,
            Batches.Batch batch,
            BiFunction<int[], int[][], OrderPolicy> policy,
            Function<int[][], TokenSource> source,
            ClassifierFreeGuidance guidance,
            long seed) {
        int[] rows = batch.images();
        int[] conditions = IntStream.of(rows).map(images::condition).toArray();
        int[][] tokens = IntStream.of(rows).mapToObj(images::tokens).toArray(int[][]::new);
        return new AnyOrderDecoder(packed)
                .decode(new DecodingRequest(
                        conditions,
                        IntStream.of(rows).asLongStream().toArray(),
                        seed,
                        policy.apply(conditions, tokens),
                        source.apply(tokens),
                        guidance,
                        KnownTokens.none()));
    }

    private TokenSource source(int[][] images) {
        return switch (config.tokens()) {
            case IMAGE -> new TokenSource.GroundTruth(images);
            case SAMPLED -> new TokenSource.Sampled(SamplingFilter.NONE);
        };
    }

    private OrderSet describe(TokenShards tokens) {
        return new OrderSet(
                config.ranking(),
                config.order().ranking().localityWeight(),
                config.guidanceScale(),
                isFreeRunning(),
                modelFingerprint,
                tokens.fingerprint(),
                tokens.grid(),
                tokens.count(),
                settings());
    }

    /** What else decides the orders. */
    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("cells-per-step", Integer.toString(config.order().cellsPerStep()));
        settings.put("batch-size", Integer.toString(config.batchSize()));
        settings.put("seed", Long.toString(config.seed()));
        settings.put("weight-format", Spelling.word(config.weightFormat().explicit()));
        config.order()
                .shortlist()
                .ifPresent(
                        list -> settings.put("shortlist", list.cells() + " cells, all every " + list.rescoreEvery()));
        ConfidenceRanking ranking = config.order().ranking();
        if (ranking.orderNoise() > 0) {
            settings.put("order-noise", Double.toString(ranking.orderNoise()));
            settings.put("order-noise-unit", Spelling.word(ranking.orderNoiseUnit()));
            if (ranking.orderNoiseAnnealing() != Annealing.LINEAR) {
                settings.put("order-noise-annealing", Spelling.word(ranking.orderNoiseAnnealing()));
            }
        }
        if (ranking.fillFirst() != FillFirst.MOST_CONFIDENT) {
            settings.put("fill-first", Spelling.word(ranking.fillFirst()));
        }
        calibration.ifPresent(table -> settings.put("calibration", table.bins() + " bins, " + table.origin()));
        config.informationGain()
                .flatMap(ExtractionConfig.InformationGain::candidates)
                .ifPresent(candidates -> settings.put("candidates", Integer.toString(candidates)));
        if (config.guidanceScale() != 1 && ranking.confidenceLogits() != ConfidenceLogits.GUIDED) {
            settings.put("confidence-logits", Spelling.word(ranking.confidenceLogits()));
        }
        return settings;
    }
}
