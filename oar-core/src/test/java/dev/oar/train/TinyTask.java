package dev.oar.train;

import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Two layers with dropout between them that learn to sum their inputs; counts its steps in a state of its own. */
final class TinyTask implements TrainingTask, AutoCloseable {
    private final TrainingConfig config;
    private final double dropout;
    private final Weights weights;
    private final Weights state;
    private double lastLoss;

    TinyTask(TrainingConfig config, double dropout) {
        this.config = config;
        this.dropout = dropout;
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("in.weight", Tensors.normal(config.seed(), 16, 6).mul(new Scalar(0.3)));
            tensors.put("in.bias", Tensors.zeros(torch.ScalarType.Float, 16));
            tensors.put("out.weight", Tensors.normal(config.seed() + 1, 1, 16).mul(new Scalar(0.3)));
            weights = Weights.owning(tensors);
            state = Weights.owning(Map.of("count", Tensors.zeros(torch.ScalarType.Long, 1)));
        }
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Tensor loss(long step, int first, int count) {
        Tensor inputs = Tensors.normal(1000 + step, config.batchSize(), 6).narrow(0, first, count);
        Tensor hidden = torch.relu(Operations.linear(inputs, weights.get("in.weight"), weights.get("in.bias")));
        Tensor outputs = torch.linear(torch.dropout(hidden, dropout, true), weights.get("out.weight"));
        Tensor targets = inputs.narrow(1, 0, 2).matmul(Tensors.full(1, torch.ScalarType.Float, 2, 1));
        Tensor loss = outputs.sub(targets).pow(new Scalar(2)).mean();
        lastLoss = loss.item_double();
        return loss;
    }

    @Override
    public Map<String, Double> lastMetrics() {
        return Map.of("square-root", Math.sqrt(lastLoss));
    }

    @Override
    public void afterStep(long step) {
        state.get("count").add_(new Scalar(1L));
    }

    @Override
    public Map<String, Weights> stateToSave() {
        return Map.of("counter", state);
    }

    /** The number of steps done, as this task counts them. */
    Weights state() {
        return state;
    }

    @Override
    public void close() {
        weights.close();
        state.close();
    }
}
