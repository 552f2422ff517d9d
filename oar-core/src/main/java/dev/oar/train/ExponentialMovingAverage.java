package dev.oar.train;

import dev.oar.config.Require;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import org.bytedeco.pytorch.Scalar;

/**
 * A moving average of weights: after step {@code t} of training, {@code average = d_t average + (1 - d_t) weights} with
 * {@code d_t = min(decay, (1 + t) / (10 + t))}, so that the first weights are forgotten even in a short training.
 *
 * <p>Owns the average, not the weights.
 */
public final class ExponentialMovingAverage implements AutoCloseable {
    private final Weights source;
    private final Weights average;
    private final double decay;

    /**
     * An average that starts as a copy of the weights.
     *
     * @param decay the share kept per step in the long run, in (0, 1)
     */
    public ExponentialMovingAverage(Weights source, double decay) {
        Require.that(
                decay > 0 && decay < 1,
                "the decay of a moving average must lie in (0, 1), but is %s; 0.999 is a common choice",
                decay);
        this.source = source;
        this.decay = decay;
        this.average = source.copy();
    }

    /** The averaged weights, under the names of the source; overwrite them to resume. */
    public Weights weights() {
        return average;
    }

    /**
     * Takes in the weights as they are after a step.
     *
     * @param number the number of this step, from 1
     */
    public void update(long number) {
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
            var share = new Scalar(1 - Math.min(decay, (1.0 + number) / (10.0 + number)));
            average.asMap().forEach((name, tensor) -> {
                var unused = tensor.is_floating_point()
                        ? tensor.lerp_(source.get(name), share)
                        : tensor.copy_(source.get(name));
            });
        }));
    }

    /** Frees the average. */
    @Override
    public void close() {
        average.close();
    }
}
