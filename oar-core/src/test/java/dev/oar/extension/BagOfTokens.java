package dev.oar.extension;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.DecodingState;
import dev.oar.model.OpenCells;
import dev.oar.model.TokenSpace;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A model of one's own behind the seam: the logits of a cell are a linear function of {@code tanh(class + cell + bag)}, the bag being the
 * sum of the products {@code token * place} over the committed cells. It sees a set, so that any order is as good as another.
 */
final class BagOfTokens implements AnyOrderModel {
    private final TokenSpace space;
    private final Weights weights;

    /** A model with these weights, which it owns from now on. */
    BagOfTokens(TokenSpace space, Weights weights) {
        weights.requireShapes("the bag of tokens", shapes(space, (int) weights.get("places").size(1)));
        this.space = space;
        this.weights = weights;
    }

    static Map<String, long[]> shapes(TokenSpace space, int width) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("classes", new long[] {space.classCount() + 1L, width});
        shapes.put("cells", new long[] {space.cells(), width});
        shapes.put("tokens", new long[] {space.vocabularySize(), width});
        shapes.put("places", new long[] {space.cells(), width});
        shapes.put("output.weight", new long[] {space.vocabularySize(), width});
        return shapes;
    }

    static BagOfTokens initialise(TokenSpace space, int width, long seed, torch.ScalarType type) {
        CounterRandom random = CounterRandom.of(seed, "bag of tokens");
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes(space, width)
                    .forEach((name, shape) -> tensors.put(
                            name,
                            Tensors.normal(random.bits(tensors.size()), shape)
                                    .mul(new Scalar(0.3))
                                    .to(type)));
            return new BagOfTokens(space, Weights.owning(tensors));
        }
    }

    @Override
    public TokenSpace space() {
        return space;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public BagOfTokens packed(WeightFormat format) {
        return new BagOfTokens(space, weights.packed(format));
    }

    @Override
    public BagOfTokens prepared() {
        return new BagOfTokens(space, weights.prepared());
    }

    @Override
    public Optional<AnyOrderModel> replica() {
        return Optional.of(new BagOfTokens(space, weights.sharing()));
    }

    @Override
    public Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        Tensor told = told(orders, tokens.gather(1, orders));
        // What was filled before step t: the sum up to it without its own.
        return hidden(conditions, orders, told.cumsum(1).sub(told));
    }

    @Override
    public Tensor predictions(Tensor states) {
        return weights.linear("output", states);
    }

    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return predictions(states(tokens, conditions, orders, training));
    }

    @Override
    public DecodingState start(int[] conditions) {
        space.requireConditions(conditions);
        return new State(conditions);
    }

    @Override
    public void close() {
        weights.close();
    }

    private Tensor told(Tensor cells, Tensor tokens) {
        return embedded("tokens", tokens).mul(embedded("places", cells));
    }

    private Tensor hidden(Tensor conditions, Tensor cells, Tensor bag) {
        return embedded("classes", conditions)
                .unsqueeze(1)
                .add(embedded("cells", cells))
                .add(bag)
                .tanh();
    }

    private Tensor embedded(String table, Tensor rows) {
        return Operations.embedding(weights.get(table), rows);
    }

    /** What has been committed is one vector per row. */
    private final class State implements DecodingState {
        private final OpenCells open;
        private int[] conditions;

        /** {@code [batch, 1, width]} */
        private Tensor bag;

        State(int[] conditions) {
            this.conditions = conditions.clone();
            this.open = new OpenCells(conditions.length, space, trainedOrders());
            Tensor places = weights.get("places");
            try (TensorScope ignored = TensorScope.open()) {
                this.bag = TensorScope.retain(
                        Tensors.zeros(places.scalar_type(), conditions.length, 1, places.size(1)));
            }
        }

        @Override
        public int batch() {
            return open.rows();
        }

        @Override
        public int committed() {
            return open.filled();
        }

        @Override
        public Tensor peek(int[][] cells) {
            open.requireAskable(cells);
            return TensorScope.tensor(() -> Tensors.withoutGradient(() ->
                    predictions(hidden(Tensors.of(conditions, batch()), Tensors.of(cells), bag))));
        }

        /** No cell of a group sees another. */
        @Override
        public Tensor predictGroup(int[][] cells) {
            return peek(cells);
        }

        @Override
        public void commit(int[][] cells, Tensor tokens) {
            var unused = open.fill(cells, tokens);
            become(() -> bag.add(told(Tensors.of(cells), tokens).sum(1).unsqueeze(1)));
        }

        @Override
        public void keepRows(int rows) {
            open.keepRows(rows);
            conditions = Arrays.copyOf(conditions, rows);
            become(() -> bag.narrow(0, 0, rows));
        }

        private void become(Supplier<Tensor> next) {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor before = bag;
                bag = TensorScope.retain(Tensors.withoutGradient(next));
                TensorScope.release(before);
            }
        }

        @Override
        public void close() {
            TensorScope.release(bag);
        }
    }
}
