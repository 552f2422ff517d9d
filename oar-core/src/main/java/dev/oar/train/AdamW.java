package dev.oar.train;

import dev.oar.config.Require;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), computed in the order in which PyTorch computes
 * it. With gradient {@code g}, first and second moment {@code m, v}, step number {@code t} and learning rate {@code r}:
 *
 * <pre>
 *     w = w (1 - r decay)
 *     m = m + (1 - beta1) (g - m)        v = beta2 v + (1 - beta2) g g
 *     w = w - r / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 *
 * <p>The whole state is {@link #moments()} and the step number, which the caller counts. A parameter without a gradient is left
 * as it is. Owns the moments, not the parameters.
 */
public final class AdamW implements AutoCloseable {
    private static final String FIRST = "first.";
    private static final String SECOND = "second.";

    private final Weights parameters;
    private final Settings settings;
    private final Predicate<Tensor> decayed;
    private final Weights moments;

    /**
     * The constants of the method.
     *
     * @param beta1 decay of the first moment, in [0, 1)
     * @param beta2 decay of the second moment, in [0, 1)
     * @param epsilon added to the denominator, positive
     * @param weightDecay share of a weight, times the learning rate, that is taken away per step; 0 is off
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {
        /** Checks the ranges. */
        public Settings {
            Require.that(
                    beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
                    "beta1 and beta2 must lie in [0, 1), but are %s and %s; 0.9 and 0.95 are common choices",
                    beta1,
                    beta2);
            Require.that(epsilon > 0, "epsilon must be positive, but is %s; 1e-8 is a common choice", epsilon);
            Require.that(
                    weightDecay >= 0,
                    "weight-decay must be at least 0, but is %s; 0.05 is common and 0 is off",
                    weightDecay);
        }
    }

    /**
     * An optimizer whose moments are zero.
     *
     * @param parameters floating-point tensors, changed in place by every step
     * @param decayed which of them the weight decay applies to, see {@link #matrices()}
     */
    public AdamW(Weights parameters, Settings settings, Predicate<Tensor> decayed) {
        this.parameters = parameters;
        this.settings = settings;
        this.decayed = decayed;
        this.moments = zeros(parameters);
    }

    /** The usual rule of decay groups: tensors of two and more axes decay; biases and norm scales do not. */
    public static Predicate<Tensor> matrices() {
        return tensor -> tensor.dim() >= 2;
    }

    /** First and second moments, named {@code first.NAME} and {@code second.NAME}; overwrite them to resume. */
    public Weights moments() {
        return moments;
    }

    /**
     * Changes all parameters by their gradients.
     *
     * @param number the number of this step, from 1
     * @param learningRate the rate of this step
     */
    public void step(long number, double learningRate) {
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
            var factors = new Factors(number, learningRate, settings);
            parameters.asMap().forEach((name, parameter) -> TensorScope.run(() -> update(name, parameter, factors)));
        }));
    }

    private void update(String name, Tensor parameter, Factors factors) {
        Tensor gradient = parameter.grad();
        if (!gradient.defined()) {
            return;
        }
        if (settings.weightDecay() != 0 && decayed.test(parameter)) {
            parameter.mul_(factors.kept);
        }
        Tensor first = moments.get(FIRST + name).lerp_(gradient, factors.firstShare);
        Tensor second = moments.get(SECOND + name).mul_(factors.secondKept);
        second.addcmul_(gradient, gradient, factors.secondShare);
        Tensor denominator = second.sqrt().div_(factors.secondCorrection).add_(factors.epsilon);
        parameter.addcdiv_(first, denominator, factors.change);
    }

    private static Weights zeros(Weights parameters) {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> zeros = new LinkedHashMap<>();
            for (String moment : new String[] {FIRST, SECOND}) {
                parameters
                        .asMap()
                        .forEach((name, tensor) -> zeros.put(
                                moment + name,
                                Device.of(tensor).compute(() -> Tensors.zeros(tensor.scalar_type(), tensor.shape()))));
            }
            return Weights.owning(zeros);
        }
    }

    /** Frees the moments. */
    @Override
    public void close() {
        moments.close();
    }

    /** The numbers of one step, made once for all parameters. */
    private static final class Factors {
        private final Scalar kept;
        private final Scalar firstShare;
        private final Scalar secondKept;
        private final Scalar secondShare;
        private final Scalar secondCorrection;
        private final Scalar epsilon;
        private final Scalar change;

        Factors(long number, double learningRate, Settings settings) {
            double firstCorrection = 1 - Math.pow(settings.beta1(), number);
            kept = new Scalar(1 - learningRate * settings.weightDecay());
            firstShare = new Scalar(1 - settings.beta1());
            secondKept = new Scalar(settings.beta2());
            secondShare = new Scalar(1 - settings.beta2());
            secondCorrection = new Scalar(Math.sqrt(1 - Math.pow(settings.beta2(), number)));
            epsilon = new Scalar(settings.epsilon());
            change = new Scalar(-learningRate / firstCorrection);
        }
    }
}
