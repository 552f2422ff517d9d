package dev.oar.tokenizer;

import dev.oar.config.Require;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a {@link VqTokenizer} is trained for: to give images back, through codes that lie close to the latents.
 *
 * <p>The gradient of the reconstruction passes the quantisation unchanged (van den Oord et al., "Neural discrete representation
 * learning", 2017); one term moves the codes to the latents and another, weaker one the latents to the codes. Dead codes are
 * restarted on the way ({@link CodebookUsage}). A network's features and a discriminator may have a say in what a good reconstruction is.
 */
public final class VqObjective {
    /** LlamaGen's: how sharply the entropy term assigns latents to codes. */
    private static final double ENTROPY_TEMPERATURE = 0.01;

    private final VqTokenizer tokenizer;
    private final VqLossConfig config;
    private final CodebookUsage usage;
    private final CounterRandom random;
    private final Optional<PerceptualDistance> perceptual;
    private final Optional<AdversarialLoss> adversarial;

    /**
     * An objective over a tokenizer and its usage state, both of which stay the caller's.
     *
     * @throws IllegalArgumentException if the loss has a perceptual or adversarial part, which need networks
     */
    public VqObjective(VqTokenizer tokenizer, VqLossConfig config, CodebookUsage usage, long seed) {
        this(tokenizer, config, usage, seed, Optional.empty(), Optional.empty());
    }

    /**
     * An objective over a tokenizer, its usage state and the networks of its loss, all of which stay the caller's.
     *
     * @param perceptual the network of the perceptual part, if the loss has one
     * @param adversarial the discriminator of the adversarial part, if the loss has one
     * @throws IllegalArgumentException if one is missing or surplus
     */
    public VqObjective(
            VqTokenizer tokenizer,
            VqLossConfig config,
            CodebookUsage usage,
            long seed,
            Optional<PerceptualDistance> perceptual,
            Optional<AdversarialLoss> adversarial) {
        Require.that(
                perceptual.isPresent() == config.perceptual().isPresent()
                        && adversarial.isPresent() == config.adversarial().isPresent(),
                "a loss needs the networks of its perceptual and adversarial parts and no others, but %s and %s were"
                        + " given for %s; give those that it names",
                perceptual.isPresent() ? "a perceptual distance" : "no perceptual distance",
                adversarial.isPresent() ? "a discriminator" : "no discriminator",
                config);
        this.perceptual = perceptual;
        this.adversarial = adversarial;
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
        return loss(images, step, step);
    }

    /**
     * As the shorter form, for a step that is cut into parts.
     *
     * @param part what the choice of restarted codes depends on, besides the seed: the number of this part since training began
     * @param step the number of steps done before, from 0
     */
    public VqTrainingLoss loss(Tensor images, long part, long step) {
        tokenizer.requireImages(images);
        Codebook codebook = tokenizer.codebook();
        Tensor latents = codebook.prepared(TokenizerShapes.cellRows(tokenizer.latents(images)));
        // A step that will be skipped must not leave its numbers in the codebook.
        boolean finite = latents.isfinite().all().item_bool();
        int restarted = finite ? usage.restart(codebook.vectors(), latents.detach(), random.derive(part)) : 0;
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
        Optional<Tensor> seen = perceptual.map(
                network -> network.distance(reconstruction, images).mean());
        Tensor reconstructionLoss = reconstructionLoss(absolute, squared, seen);
        Optional<AdversarialTerms> judged = adversarial
                .filter(loss -> loss.hasStarted(step))
                .map(loss -> loss.terms(reconstruction, images, reconstructionLoss, tokenizer.lastLayer()));
        Tensor total = reconstructionLoss
                .add(codebookLoss.mul(new Scalar(config.codebookWeight())))
                .add(commitmentLoss.mul(new Scalar(config.commitmentWeight())));
        Tensor entropy = Tensors.zeros(torch.ScalarType.Float);
        if (config.entropyWeight() > 0) {
            entropy = entropyLoss(codebook, latents);
            total = total.add(entropy.mul(new Scalar(config.entropyWeight())));
        }
        if (judged.isPresent()) {
            total = withAdversary(total, judged.get());
        }
        return new VqTrainingLoss(
                total,
                absolute.detach(),
                squared.detach(),
                codebookLoss.detach(),
                entropy.detach(),
                tokens,
                restarted,
                seen.map(Tensor::detach),
                judged);
    }

    private Tensor reconstructionLoss(Tensor absolute, Tensor squared, Optional<Tensor> seen) {
        Tensor pixels =
                absolute.mul(new Scalar(config.absoluteWeight())).add(squared.mul(new Scalar(config.squaredWeight())));
        return seen.map(distance -> pixels.add(distance.mul(
                        new Scalar(config.perceptual().orElseThrow().weight()))))
                .orElse(pixels);
    }

    /** Adds the generator's loss, and of the discriminator's the gradient: it is no part of what the tokenizer makes small. */
    private Tensor withAdversary(Tensor total, AdversarialTerms terms) {
        Tensor weight = terms.adaptiveWeight()
                .mul(new Scalar(config.adversarial().orElseThrow().weight()));
        Tensor gradientAlone = terms.discriminator().sub(terms.discriminator().detach());
        return total.add(terms.generator().mul(weight)).add(gradientAlone);
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
