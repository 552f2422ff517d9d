package dev.oar.evaluate;

import dev.oar.config.Require;
import dev.oar.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The Inception Score (Salimans et al., arXiv 1606.03498): how sure a classifier is of each image, and how evenly its classes are
 * drawn. {@code exp(mean over images of KL(p(y | x) || p(y)))}, averaged over splits.
 */
public final class InceptionScore {
    private InceptionScore() {}

    /**
     * The score of images.
     *
     * @param logits {@code [images, classes]} of the classifier
     * @param splitSize images per split; the last split may be smaller
     * @return from 1 to the number of classes
     */
    public static double of(Tensor logits, int splitSize) {
        long images = logits.size(0);
        Require.that(
                splitSize >= 1 && images >= 1,
                "the Inception Score needs at least 1 image and 1 image per split, but was given %s and %s",
                images,
                splitSize);
        double sum = 0;
        int splits = 0;
        for (long from = 0; from < images; from += splitSize) {
            Tensor part = logits.narrow(0, from, Math.min(splitSize, images - from));
            sum += TensorScope.compute(() -> ofSplit(part));
            splits++;
        }
        return sum / splits;
    }

    private static double ofSplit(Tensor logits) {
        Tensor logProbabilities = torch.log_softmax(logits.to(torch.ScalarType.Double), 1);
        Tensor probabilities = logProbabilities.exp();
        // A class that no image has contributes nothing: its probabilities are 0 wherever its logarithm is not finite.
        Tensor marginal = probabilities.mean(new long[] {0}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
        Tensor ratio = logProbabilities.sub(
                marginal.clamp_min(new Scalar(Double.MIN_NORMAL)).log());
        return Math.exp(probabilities
                .mul(ratio)
                .sum()
                .div(new Scalar((double) logits.size(0)))
                .item_double());
    }
}
