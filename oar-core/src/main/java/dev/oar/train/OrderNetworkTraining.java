package dev.oar.train;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import dev.oar.data.TokenBatch;
import dev.oar.data.TokenSampler;
import dev.oar.data.TokenShards;
import dev.oar.model.OrderNetwork;
import dev.oar.order.CounterRandom;
import dev.oar.order.OrderSource;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Distils orders into an {@link OrderNetwork}: after each cell of an image's order, the network learns to rank those that are left as the order
 * does ({@link PlackettLuce}).
 *
 * <p>Which images a step sees, which of them are flipped and which lose their condition is decided by the training's seed and the sample's
 * number alone.
 */
public final class OrderNetworkTraining implements TrainingTask {
    private final OrderNetwork network;
    private final OrderSource orders;
    private final IntFunction<int[]> conditionIds;
    private final Settings settings;
    private final TrainingConfig config;
    private final TokenSampler sampler;
    private final CounterRandom dropouts;
    private final String fingerprint;

    /**
     * What is learnt.
     *
     * @param nextCells how many cells behind the filled ones the network learns to rank, at least 1
     * @param conditionDropout how often a sample's condition is hidden, so that the network ranks cells without one, too; in [0, 1]
     */
    public record Settings(int nextCells, double conditionDropout) {
        /** The usual ones. */
        public static final Settings USUAL = new Settings(8, 0.1);

        /** Checks the ranges. */
        public Settings {
            Require.that(
                    nextCells >= 1 && conditionDropout >= 0 && conditionDropout <= 1,
                    "an order network learns to rank at least 1 cell and hides conditions with a probability in [0, 1], but"
                            + " was told %s and %s; 0.1 is usual",
                    nextCells,
                    conditionDropout);
        }
    }

    /**
     * A training of this network, which stays the caller's.
     *
     * @param tokens the training side of the token shards
     * @param orders the order of each sample
     * @param conditionIds what conditions are made of, see {@link dev.oar.model.AutoregressiveModel#conditionIds}; a pure function
     * @throws IllegalArgumentException if network and tokens differ in grid or vocabulary, or the grid has but one cell
     */
    public OrderNetworkTraining(
            OrderNetwork network,
            TokenShards tokens,
            OrderSource orders,
            IntFunction<int[]> conditionIds,
            Settings settings,
            TrainingConfig config) {
        OrderNetwork.Inputs inputs = network.inputs();
        Require.that(
                inputs.grid().equals(tokens.grid())
                        && inputs.vocabularySize() == tokens.vocabularySize()
                        && tokens.grid().cells() >= 2,
                "an order network and its tokens must share a grid of at least 2 cells and a vocabulary, but have %s and %s"
                        + " cells, %s and %s codes; make a network for these tokens",
                inputs.grid().cells(),
                tokens.grid().cells(),
                inputs.vocabularySize(),
                tokens.vocabularySize());
        this.network = network;
        this.orders = orders;
        this.conditionIds = conditionIds;
        this.settings = settings;
        this.config = config;
        this.sampler = new TokenSampler(tokens, config.seed());
        this.dropouts = CounterRandom.of(config.seed(), "condition dropout");
        this.fingerprint = Fingerprint.of(
                tokens.fingerprint(),
                orders.description(),
                inputs.toString(),
                network.config().toString());
    }

    private OrderNetworkTraining(OrderNetworkTraining other, OrderNetwork replica) {
        this.network = replica;
        this.orders = other.orders;
        this.conditionIds = other.conditionIds;
        this.settings = other.settings;
        this.config = other.config;
        this.sampler = other.sampler;
        this.dropouts = other.dropouts;
        this.fingerprint = other.fingerprint;
    }

    @Override
    public Optional<Replica> replica() {
        return Optional.of(new Share(new OrderNetworkTraining(this, network.replica())));
    }

    @Override
    public Weights weights() {
        return network.weights();
    }

    @Override
    public Tensor loss(long step, int first, int count) {
        TokenBatch batch = sampler.batch(step * config.batchSize() + first, count);
        // Where but one cell is left, there is no choice; so the last two are never seen.
        int seen = batch.tokens()[0].length - 2;
        int[][] rows = new int[count][];
        int[][] ids = new int[count][];
        int[][] cells = new int[count][];
        int[][] tokens = new int[count][seen];
        for (int i = 0; i < count; i++) {
            long draw = batch.firstDraw() + i;
            rows[i] = orders.order(draw, batch.images()[i], batch.views()[i]).toArray();
            ids[i] = dropouts.uniform(draw) < settings.conditionDropout()
                    ? new int[0]
                    : conditionIds.apply(batch.conditions()[i]);
            cells[i] = Arrays.copyOf(rows[i], seen);
            int[] own = batch.tokens()[i];
            int[] filled = cells[i];
            Arrays.setAll(tokens[i], at -> own[filled[at]]);
        }
        Tensor scores = network.scores(rows(cells, seen), rows(tokens, seen), network.conditions(ids));
        return PlackettLuce.loss(scores, rows, settings.nextCells());
    }

    private static Tensor rows(int[][] rows, int length) {
        return length == 0 ? Tensors.zeros(torch.ScalarType.Long, rows.length, 0) : Tensors.of(rows);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("order network", settings.toString());
    }

    /** The training of a replica of the network. */
    private record Share(OrderNetworkTraining training) implements Replica {
        @Override
        public Weights weights() {
            return training.weights();
        }

        @Override
        public Tensor loss(long step, int first, int count) {
            return training.loss(step, first, count);
        }

        @Override
        public void close() {
            training.network.close();
        }
    }
}
