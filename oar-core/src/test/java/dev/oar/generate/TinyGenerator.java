package dev.oar.generate;

import dev.oar.artifact.FolderOrders;
import dev.oar.data.MeanRanks;
import dev.oar.data.OrderSet;
import dev.oar.data.OrderShardsWriter;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.ConfidenceRanking.OrderNoiseUnit;
import dev.oar.decode.OrderNoise.Annealing;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.OrderNetwork;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.testing.TinyModels;
import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;

/** A model of random weights that draws 8 x 8 pixels in 4 x 4 cells, and orders for it. */
public record TinyGenerator(AnyOrderTransformer model, VqTokenizer tokenizer, OrderNetwork network)
        implements AutoCloseable {
    /** Its cells. */
    public static final TokenGrid GRID = TokenGrid.square(4);

    static final List<String> CLASSES = List.of("cats", "dogs", "birds");

    private static final VqTokenizerConfig TOKENIZER =
            new VqTokenizerConfig(8, 8, List.of(1, 1), 1, 8, 16, 4, true, AttentionPlacement.NONE, 4);

    /** A model in this formulation. */
    public static TinyGenerator of(Formulation formulation) {
        return new TinyGenerator(
                TinyModels.transformer(
                        TransformerConfig.of(formulation, 32, 2, 4),
                        new TokenSpace(GRID, 16, CLASSES.size()),
                        3,
                        torch.ScalarType.Float),
                VqTokenizer.initialise(TOKENIZER, 4),
                TinyModels.orderNetwork(new OrderNetwork.Inputs(GRID, 16, CLASSES.size()), 5, torch.ScalarType.Float));
    }

    ImageGenerator generator(Path folder) throws IOException {
        return new ImageGenerator(new DrawingModel(
                model, tokenizer, new FolderOrders(Optional.of(meanRanks(folder)), Optional.of(network))));
    }

    static GenerationOrder order(int number) {
        return GenerationOrder.uniform(GRID.cells(), CounterRandom.of(number, "orders of a test"));
    }

    /** A text file with {@link #order} 0. */
    static Path orderFile(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("order.txt"),
                IntStream.of(order(0).toArray()).mapToObj(Integer::toString).collect(Collectors.joining("\n")));
    }

    /** Order shards with {@link #order} 0 to 4, two to a shard. */
    public static Path orderFolder(Path folder) throws IOException {
        Path orders = folder.resolve("orders");
        OrderShardsWriter writer = OrderShardsWriter.open(
                orders, new OrderSet("margin", 0, 1, false, "model", "tokens", GRID, 5, Map.of()), 2);
        for (int i = writer.count(); i < 5; i++) {
            writer.add(order(i));
        }
        writer.finish();
        return orders;
    }

    /** Mean ranks whose order is {@link #order} 1 for the first class, 2 for the second and 3 for the third. */
    public static MeanRanks meanRanks(Path folder) throws IOException {
        String rows = IntStream.rangeClosed(1, 3)
                .mapToObj(i -> IntStream.of(order(i).inverse())
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(", ", "[", "]")))
                .collect(Collectors.joining(", "));
        String classes = CLASSES.stream().collect(Collectors.joining("\", \"", "\"", "\""));
        String overall =
                IntStream.range(0, GRID.cells()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String json = "{\"format\": \"oar-mean-ranks\", \"version\": 1, \"grid\": {\"height\": 4, \"width\": 4},"
                + " \"classes\": [" + classes + "], \"ranks\": [" + rows + "], \"overall\": [" + overall + "]}";
        return MeanRanks.read(Files.writeString(folder.resolve("mean-ranks.json"), json));
    }

    /** A drawing in every kind of order, by name; those from files are written to the folder. */
    static Map<String, Drawing> drawings(Path folder) throws IOException {
        Map<String, Drawing> drawings = new LinkedHashMap<>();
        drawings.put(
                "dynamic with noise",
                Drawing.of(new DrawingOrder.Dynamic(
                        ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 1)));
        drawings.put(
                "dynamic, guided and filtered",
                Drawing.of(new DrawingOrder.Dynamic(
                                ConfidenceMeasure.SAMPLED_PROBABILITY, ConfidenceLogits.GUIDED, 0.1 + 0.2, 3))
                        .withGuidance(new GuidanceSettings(2.3, new GuidanceSchedule.Linear()))
                        .withSampling(new Sampling(1.1, 9, 0.93)));
        drawings.put(
                "raster, guided at first",
                Drawing.of(new DrawingOrder.Raster(0))
                        .withGuidance(new GuidanceSettings(3, new GuidanceSchedule.FirstCells(5))));
        drawings.put("random", Drawing.of(new DrawingOrder.UniformRandom(0)));
        drawings.put("random in groups", Drawing.of(new DrawingOrder.UniformRandom(5)));
        drawings.put("checkerboard", Drawing.of(new SpatialOrder.Checkerboard(0)));
        drawings.put("locality in groups", Drawing.of(new SpatialOrder.Locality(5)));
        drawings.put("raster", Drawing.of(new DrawingOrder.Raster(0)));
        drawings.put("learned", Drawing.of(new LearnedOrder(1)));
        drawings.put(
                "learned in groups",
                Drawing.of(new LearnedOrder(
                                0.5,
                                OrderNoiseUnit.SPREAD,
                                Annealing.CONSTANT,
                                new Pace(6, StepSchedule.MASKED_ARCCOSINE),
                                1))
                        .withGuidance(new GuidanceSettings(2, new GuidanceSchedule.Constant())));
        drawings.put("recorded mean", Drawing.of(new DrawingOrder.RecordedMean(6)));
        drawings.put(
                "one from a file",
                Drawing.of(new DrawingOrder.FromFile(orderFile(folder).toString(), 0)));
        drawings.put(
                "recorded orders",
                Drawing.of(new DrawingOrder.FromFile(orderFolder(folder).toString(), 7)));
        return drawings;
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
        network.close();
    }
}
