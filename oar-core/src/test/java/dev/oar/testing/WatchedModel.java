package dev.oar.testing;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.DecodingState;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A model that notes what it is asked for while cells are decoded; it does everything else as the model inside.
 *
 * @param questions gets the rows and the cells of a row of every question, such as {@code peek 2 x 9}, and {@code packed} where
 *     weights are laid out
 */
public record WatchedModel(AnyOrderModel model, List<String> questions) implements AnyOrderModel {
    @Override
    public String description() {
        return model.description();
    }

    @Override
    public TokenSpace space() {
        return model.space();
    }

    @Override
    public Weights weights() {
        return model.weights();
    }

    @Override
    public AnyOrderModel packed(WeightFormat format) {
        questions.add("packed");
        return new WatchedModel(model.packed(format), questions);
    }

    @Override
    public AnyOrderModel prepared() {
        throw new AssertionError("decoding does not prepare models");
    }

    @Override
    public Optional<AnyOrderModel> replica() {
        throw new AssertionError("decoding does not train");
    }

    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        throw new AssertionError("decoding needs no forward over whole images");
    }

    @Override
    public Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        throw new AssertionError("decoding needs no forward over whole images");
    }

    @Override
    public Tensor predictions(Tensor states) {
        throw new AssertionError("decoding asks for logits of cells");
    }

    @Override
    public DecodingState start(int[] conditions) {
        return new WatchedState(model.start(conditions), questions);
    }

    @Override
    public void close() {
        model.close();
    }

    private record WatchedState(DecodingState state, List<String> questions) implements DecodingState {
        @Override
        public int batch() {
            return state.batch();
        }

        @Override
        public int committed() {
            return state.committed();
        }

        @Override
        public Tensor peek(int[][] cells) {
            questions.add("peek " + cells.length + " x " + cells[0].length);
            return state.peek(cells);
        }

        @Override
        public Tensor predictGroup(int[][] cells) {
            questions.add("group " + cells.length + " x " + cells[0].length);
            return state.predictGroup(cells);
        }

        @Override
        public void commit(int[][] cells, Tensor tokens) {
            state.commit(cells, tokens);
        }

        @Override
        public void keepRows(int rows) {
            state.keepRows(rows);
        }

        @Override
        public void close() {
            state.close();
        }
    }
}
