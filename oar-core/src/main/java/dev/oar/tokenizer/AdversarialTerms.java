package dev.oar.tokenizer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What a discriminator says of a batch; all are scalars.
 *
 * @param generator the generator's loss before its weights, with gradients of the reconstructions alone
 * @param adaptiveWeight what brings the generator's gradients to the size of those of the reconstruction loss, at least 0; a constant
 * @param discriminator the discriminator's loss, with gradients of its weights alone
 * @param realLogits mean logit of images
 * @param fakeLogits mean logit of reconstructions
 */
public record AdversarialTerms(
        Tensor generator, Tensor adaptiveWeight, Tensor discriminator, Tensor realLogits, Tensor fakeLogits) {
    /** The terms without gradients, by the names they have in logs. */
    Map<String, Tensor> parts() {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("generator", generator.detach());
        parts.put("adaptive-weight", adaptiveWeight);
        parts.put("discriminator", discriminator.detach());
        parts.put("real-logits", realLogits);
        parts.put("fake-logits", fakeLogits);
        return parts;
    }
}
