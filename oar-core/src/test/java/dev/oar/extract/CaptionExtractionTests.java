package dev.oar.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.TransformerConfig.Formulation;
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
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Extraction and guided drawing behind captions of different lengths, in float64. */
@ExtendWith(NativeMemory.class)
class CaptionExtractionTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int CELLS = GRID.cells();
    private static final int IMAGES = 6;
    private static final long SEED = 11;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void extractedOrdersAreThoseOfOneFullForwardPerCandidate(Formulation formulation) throws IOException {
        try (AnyOrderTransformer model = TinyModels.captioned(formulation, GRID, SEED, torch.ScalarType.Double);
                CaptionEmbeddings captions = TinyModels.captions(SEED, 4, 1, 3);
                AnyOrderTransformer view = model.withCaptions(captions)) {
            TokenShards tokens = tokens();
            ExtractionConfig config = ExtractionConfig.of(ConfidenceMeasure.MAX_PROBABILITY)
                    .withBatches(IMAGES, IMAGES)
                    .withSeed(5);
            List<GenerationOrder> orders = new OrderExtractor(view, "model", config).orders(tokens, 0, IMAGES);
            for (int image = 0; image < IMAGES; image++) {
                assertThat(orders.get(image))
                        .as("seed " + SEED + ", image " + image)
                        .isEqualTo(naiveOrder(view, tokens.tokens(image, 0), tokens.classIndex(image)));
            }
            int other = (tokens.classIndex(0) + 1) % 3;
            assertThat(IntStream.range(0, IMAGES)
                            .filter(image ->
                                    !orders.get(image).equals(naiveOrder(view, tokens.tokens(image, 0), other)))
                            .count())
                    .as("orders that another caption changes")
                    .isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void guidedDrawingComparesEveryCaptionWithNoCaption(Formulation formulation) {
        try (AnyOrderTransformer model = TinyModels.captioned(formulation, GRID, SEED, torch.ScalarType.Double);
                CaptionEmbeddings captions = TinyModels.captions(SEED, 4, 1, 3);
                AnyOrderTransformer view = model.withCaptions(captions)) {
            int[] conditions = {0, 1, 2};
            GenerationOrder order = GenerationOrder.uniform(CELLS, CounterRandom.of(SEED, "drawn order"));
            DecodedTokens drawn = new AnyOrderDecoder(view)
                    .decode(new DecodingRequest(
                            conditions,
                            new long[] {0, 1, 2},
                            SEED,
                            new OrderPolicy.GivenOrders(List.of(order, order, order), 0),
                            new TokenSource.Sampled(SamplingFilter.GREEDY),
                            ClassifierFreeGuidance.constant(3),
                            KnownTokens.none()));
            boolean guidanceMatters = false;
            for (int row = 0; row < conditions.length; row++) {
                int[] guided = naiveDrawing(view, conditions[row], order.toArray(), 3);
                assertThat(drawn.tokens()[row])
                        .as("seed " + SEED + ", row " + row)
                        .isEqualTo(guided);
                guidanceMatters |= !Arrays.equals(guided, naiveDrawing(view, conditions[row], order.toArray(), 1));
            }
            assertThat(guidanceMatters).isTrue();
        }
    }

    private static int[] naiveDrawing(AnyOrderTransformer model, int condition, int[] order, double scale) {
        int[] tokens = new int[CELLS];
        for (int step = 0; step < CELLS; step++) {
            double[] with = logits(model, tokens, condition, order, step);
            double[] without = logits(model, tokens, model.space().unconditional(), order, step);
            int best = 0;
            for (int token = 1; token < with.length; token++) {
                best = without[token] + scale * (with[token] - without[token])
                                > without[best] + scale * (with[best] - without[best])
                        ? token
                        : best;
            }
            tokens[order[step]] = best;
        }
        return tokens;
    }

    private static GenerationOrder naiveOrder(AnyOrderTransformer model, int[] tokens, int condition) {
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
                double score = largestProbability(logits(model, tokens, condition, asked, step));
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

    private static double largestProbability(double[] logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        return 1 / Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).sum();
    }

    private static double[] logits(AnyOrderTransformer model, int[] tokens, int condition, int[] order, int step) {
        return TensorScope.compute(() -> {
            Tensor logits = model.logits(
                    Tensors.of(new int[][] {tokens}),
                    Tensors.of(new int[] {condition}, 1),
                    Tensors.of(new int[][] {order}),
                    false);
            return Tensors.doubles(logits.select(1, step));
        });
    }

    private TokenShards tokens() throws IOException {
        TokenSet set = new TokenSet(Split.TRAIN, GRID, 11, 1, List.of("a", "b", "c"), List.of(), "tokenizer", "images");
        TokenShardsWriter writer = TokenShardsWriter.create(folder.resolve("tokens"), set);
        CounterRandom random = CounterRandom.of(SEED, "tokens to extract from");
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
