package dev.oar.decode;

import dev.oar.model.AnyOrderModel;
import dev.oar.model.DecodingState;
import dev.oar.model.OpenCells;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.Device;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A model made by hand, in which the token of one cell decides those of all others: unless that is known, they may be anything, and then
 * they are the same token but for a small chance. The class says which cell it is. What is known of the other cells says nothing. At first
 * the key cell is a little surer than all others but the one behind it, so that no order of confidences begins with it.
 */
record KeyCellModel(TokenSpace space) implements AnyOrderModel {
    private static final double SURE = 6;

    @Override
    public DecodingState start(int[] conditions) {
        return new State(conditions);
    }

    private final class State implements DecodingState {
        private final int[] conditions;
        private final OpenCells open;
        private final int[] keys;

        State(int[] conditions) {
            this.conditions = conditions.clone();
            this.open = new OpenCells(conditions.length, space, trainedOrders());
            this.keys = new int[conditions.length];
            Arrays.fill(keys, -1);
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
            int codes = space.vocabularySize();
            List<Double> logits = new ArrayList<>();
            for (int row = 0; row < cells.length; row++) {
                for (int cell : cells[row]) {
                    for (int code = 0; code < codes; code++) {
                        logits.add(
                                keys[row] < 0
                                        ? code == 0 ? bias(cell, conditions[row]) : 0
                                        : code == keys[row] ? SURE : 0);
                    }
                }
            }
            double[] values = logits.stream().mapToDouble(Double::doubleValue).toArray();
            return Tensors.of(values, cells.length, cells[0].length, codes);
        }

        private double bias(int cell, int key) {
            return cell == key ? 0.1 : cell == (key + 1) % space.cells() ? 0.2 : 0;
        }

        @Override
        public Tensor predictGroup(int[][] cells) {
            return peek(cells);
        }

        @Override
        public void commit(int[][] cells, Tensor tokens) {
            var unused = open.fill(cells, tokens);
            int[][] codes = Tensors.intRows(tokens.to(torch.ScalarType.Int));
            for (int row = 0; row < cells.length; row++) {
                for (int i = 0; i < cells[row].length; i++) {
                    if (cells[row][i] == conditions[row]) {
                        keys[row] = codes[row][i];
                    }
                }
            }
        }

        @Override
        public void keepRows(int rows) {
            open.keepRows(rows);
        }

        @Override
        public void close() {}
    }

    @Override
    public Device device() {
        return Device.CPU;
    }

    @Override
    public Weights weights() {
        return Weights.owning(Map.of());
    }

    @Override
    public String description() {
        return "key cell";
    }

    @Override
    public AnyOrderModel packed(WeightFormat format) {
        return this;
    }

    @Override
    public AnyOrderModel prepared() {
        return this;
    }

    @Override
    public Optional<AnyOrderModel> replica() {
        return Optional.empty();
    }

    @Override
    public Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        throw new AssertionError("orders are found by decoding");
    }

    @Override
    public Tensor states(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        throw new AssertionError("orders are found by decoding");
    }

    @Override
    public Tensor predictions(Tensor states) {
        throw new AssertionError("orders are found by decoding");
    }

    @Override
    public void close() {}
}
