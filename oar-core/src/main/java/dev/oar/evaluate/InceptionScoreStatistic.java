package dev.oar.evaluate;

import dev.oar.feature.InceptionInput;
import dev.oar.feature.InceptionNetwork;
import dev.oar.tensor.TensorScope;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The {@link InceptionScore} of samples from the Inception network's pooled features, in the way of the network's protocol: the
 * evaluator of guided-diffusion leaves the biases of the classes out. Splits of {@value #SPLIT} images. The reference does not matter.
 *
 * @param network the network that the features are of, which stays the caller's
 */
public record InceptionScoreStatistic(InceptionNetwork network) implements SampleStatistic {
    private static final int SPLIT = 5000;

    @Override
    public List<Metric> metrics(FeatureSpace space) {
        return List.of(new Metric(space.caption("Inception Score"), false, Metric.Kind.SCORE));
    }

    @Override
    public int leastFamilies() {
        return 2;
    }

    @Override
    public double[] of(FeatureSet reference, FeatureSet samples) {
        return new double[] {of(samples)};
    }

    /** The score of samples alone. */
    public double of(FeatureSet samples) {
        double sum = 0;
        int splits = 0;
        for (int from = 0; from < samples.count(); from += SPLIT) {
            int begin = from;
            sum += TensorScope.compute(() -> {
                Tensor features = samples.rows(begin, Math.min(samples.count(), begin + SPLIT))
                        .to(torch.ScalarType.Float);
                Tensor logits = network.input() == InceptionInput.ADM
                        ? network.logitsWithoutBias(features)
                        : network.logits(features);
                return InceptionScore.of(logits, SPLIT);
            });
            splits++;
        }
        return sum / splits;
    }
}
