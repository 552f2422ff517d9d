package dev.oar.train;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import dev.oar.data.TokenBatch;
import dev.oar.data.TokenSampler;
import dev.oar.data.TokenShards;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.TokenSpace;
import dev.oar.order.CounterRandom;
import dev.oar.order.OrderSource;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Training an any-order model on tokens: pretraining with uniform random orders, fine-tuning with recorded ones.
 *
 * <p>Which images a step sees, which of them are flipped and which lose their class is decided by the training's seed and the
 * sample's number alone. So two trainings that differ in their {@link OrderSource} differ in nothing else, and how a batch is cut
 * into micro-batches and shares changes none of it.
 */
public final class AnyOrderTraining implements TrainingTask {
    private final AnyOrderModel model;
    private final OrderSource orders;
    private final TrainingConfig config;
    private final double classDropout;
    private final TokenSampler sampler;
    private final CounterRandom dropouts;
    private final double contextNoise;
    private final CounterRandom noises;
    private final String fingerprint;

    /**
     * What a part of a batch holds.
     *
     * @param tokens {@code [samples][cells]}, raster order
     * @param told what the model is told of the cells before the one that it predicts, {@code [samples][cells]}, raster order
     * @param conditions one class per sample, the unconditional one where the class was dropped
     * @param orders {@code [samples][cells]}, the cell filled at each step
     */
    record Samples(int[][] tokens, int[][] told, int[] conditions, int[][] orders) {}

    /**
     * A training of this model, which stays the caller's.
     *
     * @param tokens the training side of the token shards
     * @param orders the order in which each sample is learnt
     * @param classDropout how often a sample's class (or caption) is hidden, so that the model learns the unconditional branch of guidance;
     *     in [0, 1]
     * @throws IllegalArgumentException if model and tokens differ in grid, vocabulary or number of classes
     */
    public AnyOrderTraining(
            AnyOrderModel model, TokenShards tokens, OrderSource orders, double classDropout, TrainingConfig config) {
        this(model, tokens, orders, classDropout, 0, config);
    }

    /**
     * A training whose model is told wrong tokens now and then, so that it learns to draw on where one of its own was wrong (as BIGFix,
     * arXiv 2510.12231, does). What it is to predict stays right.
     *
     * @param contextNoise how often a token that the model is told is that of a random cell of the same image instead, in [0, 1]; 0 = off
     */
    public AnyOrderTraining(
            AnyOrderModel model,
            TokenShards tokens,
            OrderSource orders,
            double classDropout,
            double contextNoise,
            TrainingConfig config) {
        Require.that(
                contextNoise >= 0 && contextNoise <= 1,
                "context-noise must lie in [0, 1], but is %s; 0 is off and 0.05 is usual",
                contextNoise);
        Require.that(
                classDropout >= 0 && classDropout <= 1,
                "class-dropout must lie in [0, 1], but is %s; 0.1 is a common choice",
                classDropout);
        TokenSpace needed = new TokenSpace(tokens.grid(), tokens.vocabularySize(), tokens.conditionCount());
        Require.that(
                model.space().equals(needed),
                "model and tokens must agree, but the model is for %s and the tokens are %s; make a model for these"
                        + " tokens",
                model.space(),
                needed);
        this.model = model;
        this.orders = orders;
        this.config = config;
        this.classDropout = classDropout;
        this.sampler = new TokenSampler(tokens, config.seed());
        this.dropouts = CounterRandom.of(config.seed(), "class dropout");
        this.contextNoise = contextNoise;
        this.noises = CounterRandom.of(config.seed(), "context noise");
        List<String> decisive = new ArrayList<>(
                List.of(tokens.fingerprint(), Double.toString(classDropout), orders.description(), describe(model)));
        if (contextNoise > 0) {
            decisive.add("context noise " + contextNoise);
        }
        this.fingerprint = Fingerprint.of(decisive.toArray(String[]::new));
    }

    private AnyOrderTraining(AnyOrderTraining other, AnyOrderModel replica) {
        this.model = replica;
        this.orders = other.orders;
        this.config = other.config;
        this.classDropout = other.classDropout;
        this.sampler = other.sampler;
        this.dropouts = other.dropouts;
        this.contextNoise = other.contextNoise;
        this.noises = other.noises;
        this.fingerprint = other.fingerprint;
    }

    @Override
    public Optional<Replica> replica() {
        return model.replica().map(replica -> new Share(new AnyOrderTraining(this, replica)));
    }

    @Override
    public boolean canBeSpread() {
        return true;
    }

    @Override
    public Weights weights() {
        return model.weights();
    }

    @Override
    public Tensor loss(long step, int first, int count) {
        Samples samples = samples(step, first, count);
        return AnyOrderLoss.of(
                model,
                Tensors.of(samples.told()),
                Tensors.of(samples.tokens()),
                Tensors.of(samples.conditions(), samples.conditions().length),
                Tensors.of(samples.orders()));
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("model", model.description());
    }

    /** Samples {@code first .. first + count - 1} of a step's batch. */
    Samples samples(long step, int first, int count) {
        TokenBatch batch = sampler.batch(step * config.batchSize() + first, count);
        int[] conditions = IntStream.range(0, count)
                .map(i -> dropouts.uniform(batch.firstDraw() + i) < classDropout
                        ? model.space().unconditional()
                        : batch.conditions()[i])
                .toArray();
        int[][] rows = new int[count][];
        int[][] told = new int[count][];
        for (int i = 0; i < count; i++) {
            told[i] = told(batch.tokens()[i], batch.firstDraw() + i);
            rows[i] = orders.order(batch.firstDraw() + i, batch.images()[i], batch.views()[i])
                    .toArray();
        }
        return new Samples(batch.tokens(), told, conditions, rows);
    }

    /** What the model is told of an image, a function of seed and draw. */
    private int[] told(int[] tokens, long draw) {
        if (contextNoise == 0) {
            return tokens;
        }
        CounterRandom random = noises.derive(draw);
        int[] told = tokens.clone();
        for (int cell = 0; cell < told.length; cell++) {
            if (random.uniform(2L * cell) < contextNoise) {
                told[cell] = tokens[random.integer(tokens.length, 2L * cell + 1)];
            }
        }
        return told;
    }

    private static String describe(AnyOrderModel model) {
        List<String> shapes = new ArrayList<>();
        Weights.shapes(model.weights()).forEach((name, shape) -> shapes.add(name + Arrays.toString(shape)));
        if (!model.conditionsFingerprint().isEmpty()) {
            shapes.add(model.conditionsFingerprint());
        }
        return shapes.toString();
    }

    /** The training of a replica of the model. */
    private record Share(AnyOrderTraining training) implements Replica {
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
            training.model.close();
        }
    }
}
