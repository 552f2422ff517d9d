package dev.oar.model;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A small network that says which open cell of an image is filled next: a causal transformer over the cells that are filled, in the sequence
 * in which they were, with one output for every cell of the grid. Trained on extracted orders, it replaces the questions that a dynamic order
 * asks a large model before every step.
 *
 * <p>In front stands one position for what the image is drawn from: a learned vector and the mean of the learned vectors of the condition's
 * ids ({@link AutoregressiveModel#conditionIds}). A filled cell enters as the embedding of its token, a learned vector of the cell and, again,
 * the condition. The blocks are those of {@link AnyOrderTransformer}, with two-dimensional rotary embeddings. The score of a cell is the
 * logarithm, up to a number that all cells share, of how likely it is to be next: the model of Plackett and Luce.
 *
 * <p>It knows nothing of the inside of the model that it was distilled from. Owns its weights; several threads may use one at once.
 * Methods that return tensors expect an open {@link TensorScope}.
 */
public final class OrderNetwork implements AutoCloseable {
    private static final String NAME = "the order network";
    private static final String TOKENS = "tok_embeddings.weight";
    private static final String CELLS = "cell_embeddings.weight";
    private static final String START = "start_embedding.weight";
    private static final String CONDITIONS = "condition_embeddings.weight";
    private static final String ROTATIONS = "rotations";

    private final OrderNetworkConfig config;
    private final Inputs inputs;
    private final Weights weights;
    private final Weights tables;
    private final RotaryTrunk trunk;

    /**
     * What the network sees.
     *
     * @param grid the cells of an image
     * @param vocabularySize number of codes, K
     * @param conditionIds how many ids conditions are made of: of classes their number, of captions that a model reads itself the size of
     *     its vocabulary; 0 if the network does not see them
     */
    public record Inputs(TokenGrid grid, int vocabularySize, int conditionIds) {
        /** Checks the numbers. */
        public Inputs {
            Require.that(
                    vocabularySize >= 2 && conditionIds >= 0,
                    "an order network needs at least 2 codes and 0 or more ids of conditions, but was given %s and %s",
                    vocabularySize,
                    conditionIds);
        }

        /** What there is to see where models draw so. */
        public static Inputs of(TokenSpace space, ModelConfig model) {
            int ids = model.captions()
                    .map(captions -> captions.encoder() instanceof LearnedEncoder own ? own.vocabularySize() : 0)
                    .orElse(space.classCount());
            return new Inputs(space.grid(), space.vocabularySize(), ids);
        }
    }

    /**
     * A network with these weights, which it owns from now on.
     *
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape; the weights then stay the caller's
     */
    public OrderNetwork(OrderNetworkConfig config, Inputs inputs, Weights weights) {
        weights.requireShapes(NAME, shapes(config, inputs));
        this.config = config;
        this.inputs = inputs;
        this.weights = weights;
        torch.ScalarType type = weights.get(RotaryTrunk.OUTPUT).scalar_type();
        this.tables = weights.device()
                .compute(() -> TensorScope.compute(() -> Weights.owning(Map.of(
                        ROTATIONS,
                        RotaryEmbedding2d.table(inputs.grid(), config.headWidth(), config.ropeBase(), type)))));
        this.trunk = new RotaryTrunk(config, weights, tables.get(ROTATIONS));
    }

    /** Fresh weights, a function of the seed, by which all open cells are equally likely to be next. */
    public static OrderNetwork initialise(OrderNetworkConfig config, Inputs inputs, long seed) {
        return new OrderNetwork(config, inputs, InitialWeights.of(shapes(config, inputs), RotaryTrunk.OUTPUT, seed));
    }

    /** The names and shapes of all weights, in a fixed order. */
    public static Map<String, long[]> shapes(OrderNetworkConfig config, Inputs inputs) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(TOKENS, new long[] {inputs.vocabularySize(), config.width()});
        shapes.put(CELLS, new long[] {inputs.grid().cells(), config.width()});
        shapes.put(START, new long[] {1, config.width()});
        if (inputs.conditionIds() > 0) {
            shapes.put(CONDITIONS, new long[] {inputs.conditionIds(), config.width()});
        }
        shapes.putAll(RotaryTrunk.shapes(config, inputs.grid().cells()));
        return shapes;
    }

    /** The sizes. */
    public OrderNetworkConfig config() {
        return config;
    }

    /** What it sees. */
    public Inputs inputs() {
        return inputs;
    }

    /** The parameters. */
    public Weights weights() {
        return weights;
    }

    /** Tells two networks apart: 64 lower-case hexadecimal digits of inputs, architecture and weights. */
    public String fingerprint() {
        return Fingerprint.of("order network", inputs.toString(), config.toString(), Fingerprint.of(weights));
    }

    /** The same network for another thread to train with: weights in the same memory, gradients of its own. Close it before this one. */
    public OrderNetwork replica() {
        return TensorScope.handedOver(weights.sharing(), shared -> new OrderNetwork(config, inputs, shared));
    }

    /**
     * Vectors of what images are drawn from.
     *
     * @param ids the ids of each image's condition ({@link AutoregressiveModel#conditionIds}); of none, none
     * @return {@code [batch, 1, width]}
     * @throws IllegalArgumentException if an id is out of range
     */
    public Tensor conditions(int[][] ids) {
        if (inputs.conditionIds() == 0) {
            return Tensors.zeros(type(), ids.length, 1, config.width());
        }
        // A product of one shape for all conditions, so that the last bits of a row do not depend on its neighbours.
        float[] shares = new float[ids.length * inputs.conditionIds()];
        for (int row = 0; row < ids.length; row++) {
            for (int id : ids[row]) {
                Require.that(
                        id >= 0 && id < inputs.conditionIds(),
                        "the ids of a condition must lie in 0 .. %s for this order network, but one is %s; train one for"
                                + " this model",
                        inputs.conditionIds() - 1,
                        id);
                shares[row * inputs.conditionIds() + id] += 1.0f / ids[row].length;
            }
        }
        return Tensors.of(shares, ids.length, inputs.conditionIds())
                .to(type())
                .matmul(weights.get(CONDITIONS))
                .unsqueeze(1);
    }

    /**
     * The scores of all cells after each of the filled ones: those of {@link OrderHistory}, all at once.
     *
     * @param cells {@code [batch, filled]}, int64, in the sequence in which they were filled
     * @param tokens {@code [batch, filled]}, int64: their codes
     * @param conditions {@code [batch, 1, width]}, see {@link #conditions}
     * @return {@code [batch, 1 + filled, cells]}, the first row before any cell is filled; those of filled cells mean nothing
     */
    public Tensor scores(Tensor cells, Tensor tokens, Tensor conditions) {
        return TensorScope.tensor(() -> {
            SequenceInputs<RotaryRows> sequence = behindStart(embedded(cells, tokens, conditions), conditions);
            int length = Math.toIntExact(sequence.embeddings().size(1));
            Tensor states = trunk.forward(
                    sequence,
                    0,
                    length,
                    (layer, query, key, value) -> Operations.causalAttention(query, key, value),
                    false,
                    Trunk.Probe.NONE);
            return trunk.predictions(states);
        });
    }

    /** How filled cells enter. */
    SequenceInputs<RotaryRows> embedded(Tensor cells, Tensor tokens, Tensor conditions) {
        Tensor embedded = Operations.embedding(weights.get(TOKENS), tokens)
                .add(Operations.embedding(weights.get(CELLS), cells))
                .add(conditions);
        Tensor rows = cells.add(new Scalar(1));
        return new SequenceInputs<>(embedded, new RotaryRows(rows, rows));
    }

    /** The same with the position that stands in front of all cells. */
    SequenceInputs<RotaryRows> behindStart(SequenceInputs<RotaryRows> filled, Tensor conditions) {
        Tensor start = conditions.add(weights.get(START));
        Tensor rows = filled.positions().queries();
        Tensor nowhere = Tensors.zeros(torch.ScalarType.Long, rows.size(0), 1);
        Tensor all = Tensors.cat(1, nowhere, rows);
        return new SequenceInputs<>(Tensors.cat(1, start, filled.embeddings()), new RotaryRows(all, all));
    }

    /** The blocks. */
    RotaryTrunk trunk() {
        return trunk;
    }

    private torch.ScalarType type() {
        return weights.get(CELLS).scalar_type().intern();
    }

    /** Frees the weights. */
    @Override
    public void close() {
        tables.close();
        weights.close();
    }
}
