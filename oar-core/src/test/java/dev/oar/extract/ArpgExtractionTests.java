package dev.oar.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.model.ArpgTransformer;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Extraction by a model that is no transformer of this project's own formulations, in float64. */
@ExtendWith(NativeMemory.class)
class ArpgExtractionTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int CELLS = GRID.cells();
    private static final int IMAGES = 7;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = ConfidenceMeasure.class,
            names = {"NEGATIVE_ENTROPY", "MAX_PROBABILITY", "GROUND_TRUTH_PROBABILITY"})
    void extractedOrdersAreThoseOfOneFullForwardPerCandidate(ConfidenceMeasure measure) throws IOException {
        try (ArpgTransformer model = TinyModels.arpg(GRID, 5, torch.ScalarType.Double)) {
            TokenShards tokens = tokens();
            ExtractionConfig config =
                    ExtractionConfig.of(measure).withBatches(4, 6).withSeed(5);
            OrderShards orders =
                    new OrderExtractor(model, "model", config).extract(tokens, folder.resolve("orders"), done -> {});
            assertThat(orders.order(0)).isNotEqualTo(orders.order(1));
            for (int image = 0; image < IMAGES; image++) {
                assertThat(orders.order(image))
                        .as("image " + image)
                        .isEqualTo(naiveOrder(model, tokens.tokens(image, 0), tokens.classIndex(image), measure));
            }
        }
    }

    private static GenerationOrder naiveOrder(
            ArpgTransformer model, int[] tokens, int condition, ConfidenceMeasure measure) {
        int[] order = GenerationOrder.raster(CELLS).toArray();
        for (int step = 0; step < CELLS; step++) {
            // The cells behind the chosen ones stay sorted, so that a tie goes to the lowest.
            Arrays.sort(order, step, CELLS);
            int best = step;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int candidate = step; candidate < CELLS; candidate++) {
                int[] asked = order.clone();
                asked[step] = order[candidate];
                asked[candidate] = order[step];
                double score = score(model, tokens, condition, asked, step, measure);
                if (score > bestScore) {
                    bestScore = score;
                    best = candidate;
                }
            }
            int chosen = order[best];
            order[best] = order[step];
            order[step] = chosen;
        }
        return GenerationOrder.of(order);
    }

    private static double score(
            ArpgTransformer model, int[] tokens, int condition, int[] order, int step, ConfidenceMeasure measure) {
        return TensorScope.compute(() -> {
            Tensor logits = model.logits(
                    Tensors.of(new int[][] {tokens}),
                    Tensors.of(new int[] {condition}, 1),
                    Tensors.of(new int[][] {order}),
                    false);
            double[] p = Tensors.doubles(logits.select(1, step).softmax(-1));
            return switch (measure) {
                case NEGATIVE_ENTROPY ->
                    Arrays.stream(p).map(x -> x * Math.log(x)).sum();
                case GROUND_TRUTH_PROBABILITY -> p[tokens[order[step]]];
                default -> Arrays.stream(p).max().orElseThrow();
            };
        });
    }

    private TokenShards tokens() throws IOException {
        TokenSet set = new TokenSet(Split.TRAIN, GRID, 11, 1, List.of("a", "b", "c"), List.of(), "tokenizer", "images");
        TokenShardsWriter writer = TokenShardsWriter.create(folder.resolve("tokens"), set);
        CounterRandom random = CounterRandom.of(2, "tokens to extract from");
        for (int image = 0; image < IMAGES; image++) {
            int[] cells = new int[CELLS];
            for (int cell = 0; cell < CELLS; cell++) {
                cells[cell] = random.derive(image).integer(11, cell);
            }
            writer.add(new int[][] {cells}, image % 3, image, image + ".png");
        }
        return writer.finish();
    }
}
