package dev.oar.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oar.checkpoint.StrictJson;
import dev.oar.config.RecipeWriter;
import dev.oar.data.MeanRanks;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.SpreadTokens;
import dev.oar.data.TokenShards;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.OrderStatistics;
import dev.oar.evaluate.TestOrders;
import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.file.NamedReading;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Describes the orders of one extraction of a study, and how sure the model becomes along them. */
final class StudyOrdersStage extends Stage {
    private static final String FILE = "orders.json";
    private static final JsonMapper JSON = StrictJson.mapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .build();

    private final FirstStages first;
    private final ExtractionStage extraction;

    StudyOrdersStage(RunContext context, FirstStages first, ExtractionStage extraction) {
        super(context, StageName.ORDERS, List.of(first.tokenizer(), first.tokens(), first.pretraining(), extraction));
        this.first = first;
        this.extraction = extraction;
    }

    /**
     * What was found.
     *
     * @param confidence what the orders were extracted by
     * @param statistics of the orders of training images
     * @param bitsOfStep bits per token of each step, of test images in their recorded orders
     * @param randomBitsOfStep the same in random orders
     */
    record Found(String confidence, OrderStatistics statistics, double[] bitsOfStep, double[] randomBitsOfStep) {}

    @Override
    String settings() {
        return "what extracted orders are like " + RecipeWriter.write(recipe().evaluation()) + recipe().seed();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        OrderShards orders = extraction.orders(Split.TRAIN);
        OrderStatistics statistics = statistics(orders, extraction.tokens(Split.TRAIN));
        SpreadTokens test = recipe().evaluation().measured(MeasuredTokens.of(extraction.tokens(Split.TEST)));
        OrderShards ofTest = extraction.orders(Split.TEST);
        try (AnyOrderModel open = first.pretraining().model(Split.TEST);
                AnyOrderModel prepared = open.prepared()) {
            Found found = new Found(
                    orders.set().measure(),
                    statistics,
                    bits(prepared, test, TestOrders.extracted("recorded", image -> ofTest.order(test.place(image)))),
                    bits(prepared, test, TestOrders.random(orders.set().grid().cells(), recipe().seed())));
            AtomicFile.write(directory.resolve(FILE), JSON.writeValueAsBytes(found));
        }
        return Map.of();
    }

    private OrderStatistics statistics(OrderShards orders, TokenShards tokens) {
        int[] images = IntStream.range(0, orders.count()).toArray();
        return OrderStatistics.of(
                orders.set().grid(),
                IntStream.of(images).mapToObj(orders::order).toList(),
                IntStream.of(images).map(tokens::classIndex).toArray(),
                IntStream.of(images).map(tokens::family).toArray(),
                tokens.classes(),
                recipe().seed());
    }

    private double[] bits(AnyOrderModel model, SpreadTokens test, TestOrders orders) {
        return BitsPerToken.measure(
                        model,
                        test,
                        orders,
                        recipe().evaluation().batchSize(),
                        done -> progress("bits by step, " + orders.name(), done, test.count()))
                .bitsOfStep();
    }

    /** What the finished stage found. */
    Found found() throws IOException {
        try {
            return JSON.readValue(NamedReading.bytes(file(FILE)), Found.class);
        } catch (JacksonException e) {
            throw unusable(
                    new CorruptFileException(file(FILE) + " is damaged or of another version; run the study again", e));
        }
    }

    /** The order of the mean ranks of all training images. */
    GenerationOrder meanOrder() throws IOException {
        MeanRanks ranks = extraction.orders(Split.TRAIN).allMeanRanks();
        return GenerationOrder.ascending(ranks.overall());
    }

    /** The recorded orders of the first test images; none where the model extracted the orders of images of its own. */
    List<GenerationOrder> testOrders(int most) throws IOException {
        if (extraction.isFreeRunning()) {
            return List.of();
        }
        OrderShards orders = extraction.orders(Split.TEST);
        return IntStream.range(0, Math.min(most, orders.count()))
                .mapToObj(orders::order)
                .toList();
    }
}
