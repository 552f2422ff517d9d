package dev.oar.train;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** What is done to the gradients of all parameters at once. */
public final class Gradients {
    private Gradients() {}

    /**
     * Scales all gradients down so that their common Euclidean norm is at most a maximum (Pascanu et al., arXiv 1211.5063).
     *
     * @param maximum the largest norm, {@link Double#POSITIVE_INFINITY} to leave the gradients as they are
     * @return the norm before scaling; infinite or NaN if a gradient is
     */
    public static double clip(Weights parameters, double maximum) {
        return TensorScope.compute(() -> {
            var tensors = new TensorVector(parameters.asMap().values().toArray(Tensor[]::new));
            return torch.clip_grad_norm_(tensors, maximum);
        });
    }

    /** Drops all gradients and frees their memory. */
    public static void drop(Weights parameters) {
        TensorScope.run(() -> parameters
                .asMap()
                .values()
                .forEach(tensor -> tensor.mutable_grad().reset()));
    }
}
