package dev.oar.tokenizer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * The loss of a batch and its parts, before their weights.
 *
 * @param total the weighted sum, a differentiable scalar; the discriminator's loss adds its gradient alone, not its value
 * @param absolute mean absolute difference between image and reconstruction, pixels in [-1, 1]
 * @param squared mean squared difference
 * @param quantisation mean squared distance between latents and their codes; codebook and commitment loss have this one value
 * @param entropy the entropy term; 0 if it has no weight
 * @param tokens {@code [batch * cells]}, int64, the codes the batch was quantised to
 * @param restartedCodes how many dead codes were moved to latents of this batch
 * @param perceptual mean distance of reconstructions from images in the features of a network; empty without a perceptual loss
 * @param adversarial what the discriminator says; empty before it starts and without one
 */
public record VqTrainingLoss(
        Tensor total,
        Tensor absolute,
        Tensor squared,
        Tensor quantisation,
        Tensor entropy,
        Tensor tokens,
        int restartedCodes,
        Optional<Tensor> perceptual,
        Optional<AdversarialTerms> adversarial) {
    /** The parts as numbers, by name, for logs. */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("absolute", absolute.item_double());
        metrics.put("squared", squared.item_double());
        metrics.put("quantisation", quantisation.item_double());
        metrics.put("entropy", entropy.item_double());
        metrics.put("restarted-codes", (double) restartedCodes);
        perceptual.ifPresent(distance -> metrics.put("perceptual", distance.item_double()));
        adversarial.ifPresent(terms -> terms.parts().forEach((name, part) -> metrics.put(name, part.item_double())));
        return metrics;
    }
}
