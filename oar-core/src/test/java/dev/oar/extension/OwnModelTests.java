package dev.oar.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.data.OrderShards;
import dev.oar.data.RecordedOrder;
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
import dev.oar.extract.ExtractionConfig;
import dev.oar.extract.OrderExtractor;
import dev.oar.model.DecodingState;
import dev.oar.model.TokenSpace;
import dev.oar.order.CounterRandom;
import dev.oar.order.OrderSource;
import dev.oar.order.TokenGrid;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.MetricsFile;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A model from outside the library does all that the library's own do. */
@ExtendWith(NativeMemory.class)
class OwnModelTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final TokenSpace SPACE = new TokenSpace(GRID, 7, 2);
    private static final int IMAGES = 40;
    private static final int BATCH = 4;

    @TempDir
    Path folder;

    @Test
    void whatItSaysOfCommittedCellsIsWhatItSaysOfWholeImages() {
        try (BagOfTokens model = BagOfTokens.initialise(SPACE, 8, 1, torch.ScalarType.Double);
                TensorScope ignored = TensorScope.open();
                DecodingState state = model.start(new int[] {0, SPACE.unconditional()})) {
            int[][] orders = {{4, 0, 2, 1, 5, 3}, {1, 3, 5, 0, 2, 4}};
            int[][] tokens = {{0, 1, 2, 3, 4, 5}, {6, 5, 4, 3, 2, 1}};
            Tensor whole = model.logits(
                    Tensors.of(tokens), Tensors.of(new int[] {0, SPACE.unconditional()}, 2), Tensors.of(orders), false);
            for (int step = 0; step < GRID.cells(); step++) {
                int[][] next = {{orders[0][step]}, {orders[1][step]}};
                Golden.assertClose("step " + step, state.peek(next).select(1, 0), whole.select(1, step), 1e-12);
                state.commit(next, new int[][] {{tokens[0][next[0][0]]}, {tokens[1][next[1][0]]}});
                assertThatThrownBy(() -> state.peek(next)).hasMessageContaining("which is filled");
            }
        }
    }

    @Test
    void ordersAreExtractedFromItLearntByItAndDrawnIn() throws IOException {
        try (BagOfTokens model = BagOfTokens.initialise(SPACE, 8, 2, torch.ScalarType.Float)) {
            TokenShards tokens = tokens();
            double untrained = train(model, tokens, new UniformRandomOrder(GRID.cells(), 3), "pretrained", 0);
            OrderShards orders = new OrderExtractor(model, "bag of tokens", extraction())
                    .extract(tokens, folder.resolve("orders"), done -> {});
            // The lower row is the same in all images of a class, the upper one is noise.
            for (int image = 0; image < IMAGES; image++) {
                assertThat(Arrays.copyOf(orders.order(image).toArray(), 3))
                        .as("image " + image)
                        .containsExactlyInAnyOrder(3, 4, 5);
            }
            assertThat(train(model, tokens, new RecordedOrder(orders), "fine-tuned", -1))
                    .isLessThan(0.8 * untrained);

            OrderPolicy confident = OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY);
            DecodedTokens drawn = drawn(model, confident);
            OrderPolicy given = new OrderPolicy.GivenOrders(
                    IntStream.range(0, BATCH).mapToObj(orders::order).toList(), 3);
            for (DecodedTokens images : List.of(drawn, drawn(model, given))) {
                for (int row = 0; row < BATCH; row++) {
                    int[] lower = Arrays.copyOfRange(images.tokens()[row], 3, 6);
                    assertThat(lower).as("row " + row).containsExactly(lowerRow(row % 2));
                }
            }
            assertThat(drawn(model, confident).tokens()).isDeepEqualTo(drawn.tokens());
        }
    }

    /** The loss of the first step that is logged, or of the last one. */
    private double train(BagOfTokens model, TokenShards tokens, OrderSource orders, String name, int line)
            throws IOException {
        TrainingConfig config = TrainingConfig.of(200, 16, 0.03, 3);
        Path directory = folder.resolve(name);
        TrainingLoop.run(config, new AnyOrderTraining(model, tokens, orders, 0.1, config), directory, List.of())
                .close();
        List<MetricsFile.Line> lines = MetricsFile.read(directory.resolve(TrainingLoop.METRICS));
        return lines.get(line < 0 ? lines.size() + line : line).loss();
    }

    private static ExtractionConfig extraction() {
        return ExtractionConfig.of(ConfidenceMeasure.NEGATIVE_ENTROPY).withBatches(8, 16);
    }

    private static DecodedTokens drawn(BagOfTokens model, OrderPolicy policy) {
        return new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {0, 1, 0, 1},
                        new long[] {0, 1, 2, 3},
                        5,
                        policy,
                        new TokenSource.Sampled(SamplingFilter.GREEDY),
                        ClassifierFreeGuidance.constant(3),
                        KnownTokens.none()));
    }

    private TokenShards tokens() throws IOException {
        TokenSet set = new TokenSet(Split.TRAIN, GRID, 7, 1, List.of("cat", "dog"), List.of(), "tokenizer", "images");
        TokenShardsWriter writer = TokenShardsWriter.create(folder.resolve("tokens"), set);
        CounterRandom random = CounterRandom.of(4, "images");
        for (int image = 0; image < IMAGES; image++) {
            int[] cells = new int[GRID.cells()];
            for (int cell = 0; cell < 3; cell++) {
                cells[cell] = random.derive(image).integer(7, cell);
                cells[3 + cell] = lowerRow(image % 2)[cell];
            }
            writer.add(new int[][] {cells}, image % 2, image, image + ".png");
        }
        return writer.finish();
    }

    private static int[] lowerRow(int classIndex) {
        return classIndex == 0 ? new int[] {6, 0, 3} : new int[] {1, 1, 5};
    }
}
