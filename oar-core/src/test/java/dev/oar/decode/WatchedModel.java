package dev.oar.decode;

import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.model.TokenSpace;
import dev.oar.model.TrainedOrders;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A model that notes what it is asked for; it does everything else as the model inside.
 *
 * @param questions gets the rows and the cells of a row of every question, such as {@code peek 2 x 9}
 */
record WatchedModel(AutoregressiveModel model, List<String> questions) implements AutoregressiveModel {
    @Override
    public TokenSpace space() {
        return model.space();
    }

    @Override
    public Weights weights() {
        return model.weights();
    }

    @Override
    public AutoregressiveModel packed(WeightFormat format) {
        throw new AssertionError("decoding does not lay weights out");
    }

    @Override
    public AutoregressiveModel prepared() {
        throw new AssertionError("decoding does not lay weights out");
    }

    @Override
    public TrainedOrders trainedOrders() {
        return model.trainedOrders();
    }

    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        throw new AssertionError("decoding needs no forward over whole images");
    }

    @Override
    public DecodingState start(int[] conditions) {
        return model.start(conditions);
    }

    @Override
    public Tensor peek(DecodingState state, int[][] cells) {
        questions.add("peek " + cells.length + " x " + cells[0].length);
        return model.peek(state, cells);
    }

    @Override
    public Tensor predictGroup(DecodingState state, int[][] cells) {
        questions.add("group " + cells.length + " x " + cells[0].length);
        return model.predictGroup(state, cells);
    }

    @Override
    public void commit(DecodingState state, int[][] cells, Tensor tokens) {
        model.commit(state, cells, tokens);
    }

    @Override
    public void close() {
        model.close();
    }
}
