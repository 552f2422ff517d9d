package dev.oar.train;

import dev.oar.model.AnyOrderModel;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The training loss of any-order models.
 *
 * <p>Logits, their logarithms of probabilities and the gradients of both take three times the room of the logits. Up to 2^27 of them
 * (512 MiB in float32) are worked on as a whole; more in parts of 2^25, whose gradients are taken at once and whose logits are let go,
 * so that the loss of 32 images of 1,024 cells with 16,384 codes takes less than 2 GiB beside the network itself.
 */
final class AnyOrderLoss {
    private static final long LARGEST_WHOLE = 1L << 27;
    private static final long LARGEST_PART = 1L << 25;

    private AnyOrderLoss() {}

    /**
     * The mean cross-entropy over all cells in nats, every cell predicted from the cells before it in its image's order.
     *
     * @param tokens {@code [batch, cells]}, int64, raster order
     * @param conditions {@code [batch]}, int64
     * @param orders {@code [batch, cells]}, int64
     * @return a scalar, float32 or wider
     */
    static Tensor of(AnyOrderModel model, Tensor tokens, Tensor conditions, Tensor orders) {
        return of(model, tokens, tokens, conditions, orders);
    }

    /**
     * The same of a model that is told other tokens than those it is to predict.
     *
     * @param told what the model sees of cells before the one that it predicts, {@code [batch, cells]}, int64, raster order
     */
    static Tensor of(AnyOrderModel model, Tensor told, Tensor tokens, Tensor conditions, Tensor orders) {
        // Logits come in decoding order, so the labels are put into it too.
        Tensor labels = tokens.gather(1, orders).flatten();
        if (labels.numel() * model.space().vocabularySize() > LARGEST_WHOLE) {
            return inParts(model, model.states(told, conditions, orders, true), labels, LARGEST_PART);
        }
        return meanLoss(model.logits(told, conditions, orders, true).flatten(0, 1), labels);
    }

    /**
     * The same of hidden states, whose logits are worked out and forgotten part by part. Its value and its gradients are those of the
     * whole up to the rounding of sums.
     *
     * @param states {@code [batch, cells, width]} in decoding order
     * @param labels {@code [batch * cells]}, int64, in decoding order
     * @param largest how many logits a part has, at least those of one cell
     */
    static Tensor inParts(AnyOrderModel model, Tensor states, Tensor labels, long largest) {
        PartGradients gradients = new PartGradients(model.weights().asMap().values().stream()
                .filter(Tensor::requires_grad)
                .toList());
        Tensor rows = states.flatten(0, 1);
        List<Tensor> ofRows = new ArrayList<>();
        long count = labels.numel();
        long size = Math.max(1, largest / model.space().vocabularySize());
        for (long from = 0; from < count; from += size) {
            long first = from;
            long length = Math.min(size, count - from);
            ofRows.add(TensorScope.tensor(() -> {
                Tensor part = rows.narrow(0, first, length).detach().requires_grad_(true);
                Tensor mean = meanLoss(model.predictions(part), labels.narrow(0, first, length));
                return gradients.add(mean.mul(new Scalar((double) length / count)), part);
            }));
        }
        return gradients.loss(rows, Tensors.cat(0, ofRows));
    }

    private static Tensor meanLoss(Tensor logits, Tensor labels) {
        Tensor wide =
                logits.scalar_type().intern() == torch.ScalarType.BFloat16 ? logits.to(torch.ScalarType.Float) : logits;
        return torch.cross_entropy_loss(wide, labels);
    }

    /** What the parts of a loss add up to; it lives in the scope that it was made in. */
    private static final class PartGradients {
        private final TensorScope around = TensorScope.innermost();
        private final List<Tensor> weights;
        private final Map<Tensor, Tensor> sums = new LinkedHashMap<>();
        private @Nullable Tensor value;

        PartGradients(List<Tensor> weights) {
            this.weights = weights;
        }

        /**
         * Adds a part of the loss and its gradients of the weights, and lets go of what they were worked out from.
         *
         * @return the gradient of its states
         */
        Tensor add(Tensor share, Tensor states) {
            List<Tensor> inputs = new ArrayList<>(weights);
            inputs.add(states);
            TensorVector gradients = torch.grad(
                    new TensorVector(share),
                    new TensorVector(inputs.toArray(Tensor[]::new)),
                    new TensorVector(),
                    new BoolOptional(),
                    false,
                    true);
            for (int i = 0; i < weights.size(); i++) {
                Tensor gradient = gradients.get(i);
                if (gradient.defined()) {
                    addTo(weights.get(i), gradient);
                }
            }
            Tensor number = share.detach();
            if (value == null) {
                value = around.hold(number);
            } else {
                var unused = value.add_(number);
            }
            return new Tensor(gradients.get(weights.size()));
        }

        private void addTo(Tensor weight, Tensor gradient) {
            Tensor sum = sums.get(weight);
            if (sum == null) {
                // What a vector hands out dies with it.
                sums.put(weight, around.hold(new Tensor(gradient)));
            } else {
                var unused = sum.add_(gradient);
            }
        }

        /** The loss: its value, with the gradients of sums of products, whose own value is taken away again. */
        Tensor loss(Tensor states, Tensor ofStates) {
            Tensor products = states.mul(ofStates).sum();
            for (Map.Entry<Tensor, Tensor> sum : sums.entrySet()) {
                products = products.add(sum.getKey().mul(sum.getValue()).sum());
            }
            return products.sub(products.detach()).add(Objects.requireNonNull(value));
        }
    }
}
