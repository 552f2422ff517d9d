package dev.oar.parity;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.AdversarialLoss;
import dev.oar.tokenizer.AdversarialObjective;
import dev.oar.tokenizer.PatchDiscriminator;
import java.io.IOException;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** pix2pix's discriminator of patches: logits, losses of both sides, the adaptive weight, gradients. */
final class PatchDiscriminatorCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.fixed("input_nc", 3);
        int layers = settings.integer("n_layers");
        int baseChannels = settings.integer("ndf");
        try (PatchDiscriminator discriminator =
                new PatchDiscriminator(layers, baseChannels, run.folder().weights())) {
            compare(run, discriminator);
        }
    }

    private static void compare(GoldenRun run, PatchDiscriminator discriminator) throws IOException {
        Weights weights = discriminator.weights().requireGradient(true);
        Tensor images = run.input(FILE, "images");
        Tensor lastLayer = run.input(FILE, "last_layer").requires_grad_(true);
        Tensor reconstruction = Operations.conv2d(run.input(FILE, "hidden"), lastLayer, 1, 1, 1);
        run.close(FILE, "reconstruction", reconstruction.detach());
        Tensor reconstructionLoss = torch.l1_loss(reconstruction, images).add(torch.mse_loss(reconstruction, images));
        Tensor real = discriminator.logits(images);
        Tensor judged = discriminator.logitsByFixedWeights(reconstruction);
        Tensor fake = discriminator.logits(reconstruction.detach());
        run.close(FILE, "real_logits", real.detach());
        run.close(FILE, "fake_logits", judged.detach());
        for (AdversarialObjective objective : AdversarialObjective.values()) {
            String name = objective.name().toLowerCase(Locale.ROOT);
            Tensor generator = objective.generator(judged);
            Tensor weight = AdversarialLoss.adaptiveWeight(reconstructionLoss, generator, lastLayer);
            run.close(FILE, "generator_" + name, generator.detach());
            run.close(
                    FILE,
                    "discriminator_" + name,
                    objective.discriminator(real, fake).detach());
            run.gradient(FILE, "adaptive_weight_" + name, weight);
            run.gradient(
                    FILE,
                    "last_layer_gradient_" + name,
                    Operations.gradient(reconstructionLoss.add(generator.mul(weight)), lastLayer));
        }
        AdversarialObjective.HINGE.discriminator(real, fake).backward();
        run.gradients(FILE, weights);
    }
}
