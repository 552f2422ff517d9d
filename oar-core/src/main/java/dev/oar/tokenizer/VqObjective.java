package dev.oar.tokenizer;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a {@link VqTokenizer} is trained for: to give images back, through codes that lie close to the latents.
 *
 * <p>The gradient of the reconstruction passes the quantisation unchanged (van den Oord et al., "Neural discrete representation
 * learning", 2017); one term moves the codes to the latents and another, weaker one the latents to the codes. Dead codes are
 * restarted on the way ({@link CodebookUsage}).
 */
public final class VqObjective {
    /** LlamaGen's: how sharply the entropy term assigns latents to codes. */
    private static final double ENTROPY_TEMPERATURE = 0.01;

    private final VqTokenizer tokenizer;
    private final VqLossConfig config;
    private final CodebookUsage usage;
    private final CounterRandom random;

    /** An objective over a tokenizer and its usage state, both of which stay the caller's. */
    public VqObjective(VqTokenizer tokenizer, VqLossConfig config, CodebookUsage usage, long seed) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.usage = usage;
        this.random = CounterRandom.of(seed, "codebook restart");
    }

    /**
     * The loss of a batch. Restarts dead codes and counts the used ones, so call it once per batch and step; needs an open
     * {@link TensorScope}.
     *
     * @param images {@code [batch, 3, imageSize, imageSize]}, float32 in [-1, 1]
     * @param step what the choice of restarted codes depends on, besides the seed
     */
    public VqTrainingLoss loss(Tensor images, long step) {
        tokenizer.requireImages(images);
        Codebook codebook = tokenizer.codebook();
        Tensor latents = codebook.prepared(TokenizerShapes.cellRows(tokenizer.latents(images)));
        // A step that will be skipped must not leave its numbers in the codebook.
        boolean finite = latents.isfinite().all().item_bool();
        int restarted = finite ? usage.restart(codebook.vectors(), latents.detach(), random.derive(step)) : 0;
        Tensor tokens = codebook.nearest(latents.detach());
        if (finite) {
            usage.count(tokens);
        }

        Tensor codes = codebook.lookUp(tokens);
        Tensor codebookLoss = torch.mse_loss(codes, latents.detach());
        Tensor commitmentLoss = torch.mse_loss(latents, codes.detach());
        Tensor straightThrough = latents.add(codes.sub(latents).detach());
        Tensor reconstruction =
                tokenizer.decodeVectors(tokenizer.toImage(straightThrough)).to(images.scalar_type());
        Tensor absolute = torch.l1_loss(reconstruction, images);
        Tensor squared = torch.mse_loss(reconstruction, images);
        Tensor total = absolute.mul(new Scalar(config.absoluteWeight()))
                .add(squared.mul(new Scalar(config.squaredWeight())))
                .add(codebookLoss.mul(new Scalar(config.codebookWeight())))
                .add(commitmentLoss.mul(new Scalar(config.commitmentWeight())));
        Tensor entropy = Tensors.zeros(torch.ScalarType.Float);
        if (config.entropyWeight() > 0) {
            entropy = entropyLoss(codebook, latents);
            total = total.add(entropy.mul(new Scalar(config.entropyWeight())));
        }
        return new VqTrainingLoss(
                total, absolute.detach(), squared.detach(), codebookLoss.detach(), entropy.detach(), tokens, restarted);
    }

    /** The mean entropy of each latent's soft assignment, less the entropy of the mean assignment (Yu et al., 2023). */
    private static Tensor entropyLoss(Codebook codebook, Tensor latents) {
        return Precision.withoutAutocast(() -> {
            Tensor codes = codebook.codes();
            Tensor closeness = latents.mm(codes.t())
                    .mul(new Scalar(2.0))
                    .sub(codes.square().sum(-1));
            Tensor logits = closeness.div(new Scalar(ENTROPY_TEMPERATURE));
            Tensor logShares = logits.log_softmax(-1);
            Tensor shares = logShares.exp();
            Tensor single = shares.mul(logShares).sum(-1).mean().neg();
            Tensor average = shares.mean(0);
            Tensor together = average.mul(average.clamp_min(new Scalar(1e-10)).log())
                    .sum()
                    .neg();
            return single.sub(together);
        });
    }
}
