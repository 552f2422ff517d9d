package dev.oar.causal;

import dev.oar.decode.Confidence;
import dev.oar.scene.SceneDistribution;
import dev.oar.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How much a cell would tell about the scene, as a model sees it: the entropy of its kind in nats, the probabilities of the tokens of a kind
 * added up. Unlike the entropy of the token it leaves out noise; it is no confidence, but what is large here comes first.
 */
final class KindEntropy implements Confidence {
    private static final double SMALLEST = 1e-30;

    private final float[] membership;
    private final int kinds;

    KindEntropy(SceneDistribution scenes) {
        this.kinds = scenes.kinds();
        this.membership = new float[scenes.vocabularySize() * kinds];
        for (int token = 0; token < scenes.vocabularySize(); token++) {
            membership[token * kinds + scenes.kindOfToken(token)] = 1;
        }
    }

    @Override
    public Tensor scales(Tensor logits, Tensor tokens) {
        Tensor ofKinds = torch.softmax(logits.to(torch.ScalarType.Float), -1)
                .matmul(Tensors.of(membership, membership.length / kinds, kinds));
        return ofKinds.mul(ofKinds.clamp_min(new Scalar(SMALLEST)).log())
                .sum(-1)
                .neg();
    }
}
