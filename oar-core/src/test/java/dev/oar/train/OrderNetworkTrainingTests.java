package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.evaluate.OrderAgreement;
import dev.oar.model.OrderNetwork;
import dev.oar.model.OrderNetworkConfig;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class OrderNetworkTrainingTests {
    private static final TokenGrid GRID = new TokenGrid(3, 4);
    private static final int CELLS = GRID.cells();
    private static final int VOCABULARY = 12;
    private static final OrderNetwork.Inputs INPUTS = new OrderNetwork.Inputs(GRID, VOCABULARY, 2);
    private static final OrderNetworkConfig SMALL = new OrderNetworkConfig(32, 1, 4);
    private static final IntFunction<int[]> CLASS = condition -> new int[] {condition};

    @TempDir
    private Path folder;

    /**
     * The rows of a picture are permuted: its first cell says in which sequence. Pictures of the first class are filled row by row in that
     * sequence, those of the second against it. So an order follows from class and first cell alone, and neither tells it without the
     * other.
     */
    private record RowsInTurn(TokenShards tokens) implements OrderSource {
        private static final int FIRST = 0;

        @Override
        public GenerationOrder order(long draw, int image, int view) {
            List<Integer> cells = new ArrayList<>(List.of(FIRST));
            int turn = tokens.tokens(image, view)[FIRST] % GRID.height();
            for (int row = 0; row < GRID.height(); row++) {
                int which = (turn + row) % GRID.height();
                IntStream.range(0, GRID.width())
                        .map(column -> which * GRID.width() + column)
                        .filter(cell -> cell != FIRST)
                        .forEach(cells::add);
            }
            int[] order = cells.stream().mapToInt(Integer::intValue).toArray();
            if (tokens.classIndex(image) == 1) {
                for (int i = 1, j = order.length - 1; i < j; i++, j--) {
                    int moved = order[i];
                    order[i] = order[j];
                    order[j] = moved;
                }
            }
            return GenerationOrder.of(order);
        }

        @Override
        public String description() {
            return "rows in turn";
        }
    }

    private TokenShards tokens(String name, long seed, int count) throws IOException {
        TokenShardsWriter writer = TokenShardsWriter.create(
                folder.resolve(name),
                new TokenSet(
                        Split.TRAIN, GRID, VOCABULARY, 1, List.of("down", "up"), List.of(), "tokenizer", "images"));
        for (int image = 0; image < count; image++) {
            CounterRandom random = CounterRandom.of(seed, "tokens").derive(image);
            int[] row = new int[CELLS];
            Arrays.setAll(row, cell -> random.integer(VOCABULARY, cell));
            writer.add(new int[][] {row}, image % 2, image, image + ".png");
        }
        return writer.finish();
    }

    private static OrderNetworkTraining training(OrderNetwork network, TokenShards tokens, TrainingConfig config) {
        return new OrderNetworkTraining(
                network, tokens, new RowsInTurn(tokens), CLASS, OrderNetworkTraining.Settings.USUAL, config);
    }

    @Test
    void theLossIsTheLikelihoodOfChoosingOneCellAfterAnother() {
        double[] scores = {0.3, -1, 2, 0.5, 1.1, -0.4, 0, 0.7, -2, 0.1, 0.6, 1.3};
        int[] order = {2, 0, 3, 1};
        for (int contexts = 1; contexts < 4; contexts++) {
            for (int next = 1; next < 5; next++) {
                double expected = 0;
                for (int filled = 0; filled < contexts; filled++) {
                    int count = Math.min(next, 3 - filled);
                    for (int at = filled; at < filled + count; at++) {
                        double left = 0;
                        for (int later = at; later < 4; later++) {
                            left += Math.exp(scores[4 * filled + order[later]]);
                        }
                        expected -= (scores[4 * filled + order[at]] - Math.log(left)) / count / contexts;
                    }
                }
                int first = contexts;
                int cells = next;
                double found = TensorScope.compute(() -> {
                    Tensor ofOne = Tensors.of(scores, 1, 3, 4).narrow(1, 0, first);
                    return PlackettLuce.loss(Tensors.cat(0, ofOne, ofOne), new int[][] {order, order}, cells)
                            .item_double();
                });
                assertThat(found).as("%s contexts, next %s", contexts, next).isCloseTo(expected, within(1e-12));
            }
        }
    }

    @Test
    void ordersThatFollowFromTokensAndClassAreLearntForPicturesNeverSeen() throws IOException {
        TokenShards seen = tokens("seen", 1, 512);
        TokenShards unseen = tokens("unseen", 2, 64);
        RowsInTurn rule = new RowsInTurn(unseen);
        List<GenerationOrder> recorded = IntStream.range(0, unseen.count())
                .mapToObj(image -> rule.order(0, image, 0))
                .toList();
        TrainingConfig config = TrainingConfig.of(300, 32, 0.005, 3);
        try (OrderNetwork network = OrderNetwork.initialise(SMALL, INPUTS, 1)) {
            List<GenerationOrder> before = OrderAgreement.orders(network, MeasuredTokens.of(unseen), CLASS, 16);
            assertThat(OrderAgreement.tau(unseen.families(), before, recorded).high())
                    .isLessThan(0.5);
            try (TrainingResult result = TrainingLoop.run(
                            config, training(network, seen, config), folder.resolve("run"), List.of());
                    OrderNetwork trained =
                            new OrderNetwork(SMALL, INPUTS, result.weights().copy())) {
                List<GenerationOrder> after = OrderAgreement.orders(trained, MeasuredTokens.of(unseen), CLASS, 16);
                assertThat(OrderAgreement.tau(unseen.families(), after, recorded)
                                .low())
                        .isGreaterThan(0.8);
                // The class decides, too.
                List<GenerationOrder> otherClass = OrderAgreement.orders(
                        trained, MeasuredTokens.of(unseen), condition -> new int[] {1 - condition}, 16);
                assertThat(OrderAgreement.tau(unseen.families(), otherClass, recorded)
                                .high())
                        .isLessThan(0);
            }
        }
    }

    @Test
    void aStepIsAFunctionOfSeedAndNumberHoweverItIsCut() throws IOException {
        TokenShards tokens = tokens("tokens", 1, 20);
        for (long seed = 0; seed < 3; seed++) {
            TrainingConfig config = TrainingConfig.of(10, 8, 0.01, seed);
            try (OrderNetwork network = TinyModels.orderNetwork(INPUTS, seed, torch.ScalarType.Double)) {
                OrderNetworkTraining training = training(network, tokens, config);
                double whole = loss(training, 4, 0, 8);
                assertThat(loss(training, 4, 0, 8)).as("seed %s", seed).isEqualTo(whole);
                assertThat((loss(training, 4, 0, 3) * 3 + loss(training, 4, 3, 5) * 5) / 8)
                        .as("seed %s", seed)
                        .isCloseTo(whole, within(1e-9));
                assertThat(loss(training, 5, 0, 8)).as("seed %s", seed).isNotEqualTo(whole);
            }
        }
    }

    @Test
    void anInterruptedTrainingEndsWithTheSameWeights() throws IOException {
        TokenShards tokens = tokens("tokens", 1, 20);
        TrainingConfig config = TinyTrainings.config(12, 1, 0.9, Precision.FLOAT32, 5);
        String whole = trained(tokens, config, folder.resolve("whole"), List.of());
        assertThatIOException()
                .isThrownBy(
                        () -> trained(tokens, config, folder.resolve("parts"), List.of(new TinyTrainings.StopAt(8))));
        assertThat(trained(tokens, config, folder.resolve("parts"), List.of())).isEqualTo(whole);
    }

    @Test
    void tokensOfAnotherGridAndSettingsOutOfRangeAreRefused() throws IOException {
        TokenShards tokens = tokens("tokens", 1, 4);
        try (OrderNetwork network =
                OrderNetwork.initialise(SMALL, new OrderNetwork.Inputs(GRID, VOCABULARY + 1, 2), 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> training(network, tokens, TrainingConfig.of(1, 2, 0.1, 1)))
                    .withMessageContaining("13 and 12 codes");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new OrderNetworkTraining.Settings(0, 0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> new OrderNetworkTraining.Settings(1, 1.1));
    }

    private static String trained(
            TokenShards tokens, TrainingConfig config, Path directory, List<TrainingListener> listeners)
            throws IOException {
        try (OrderNetwork network = OrderNetwork.initialise(SMALL, INPUTS, 1);
                TrainingResult result =
                        TrainingLoop.run(config, training(network, tokens, config), directory, listeners)) {
            return Fingerprint.of(result.weights());
        }
    }

    private static double loss(OrderNetworkTraining training, long step, int first, int count) {
        return TensorScope.compute(() ->
                Tensors.withoutGradient(() -> training.loss(step, first, count).item_double()));
    }
}
