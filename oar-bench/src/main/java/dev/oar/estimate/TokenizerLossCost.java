package dev.oar.estimate;

import dev.oar.feature.Lpips;
import dev.oar.pipeline.Recipe;
import dev.oar.tokenizer.AdversarialLossConfig;
import dev.oar.tokenizer.PatchDiscriminator;
import dev.oar.tokenizer.PerceptualLossConfig;
import dev.oar.tokenizer.VqLossConfig;
import dev.oar.train.TrainingConfig;
import java.util.Arrays;
import java.util.List;

/** What the perceptual and the adversarial part of a tokenizer's loss add to its training; nothing where they are absent. */
final class TokenizerLossCost {
    private static final int BYTES = 4;
    private static final int OPERATIONS = 2;

    /** Passes of the discriminator: of the generator's loss forward and twice back to the pixels, of its own forward and back to weights. */
    private static final int DISCRIMINATOR_PASSES = 9;

    /** Passes of the perceptual network: both images forward, the reconstruction back to its pixels. */
    private static final int PERCEPTUAL_PASSES = 3;

    /** VGG16's blocks as published: channels, and convolutions in each. */
    private static final List<Integer> VGG_WIDTHS = List.of(64, 128, 256, 512, 512);

    private static final int[] VGG_CONVOLUTIONS = {2, 2, 3, 3, 3};

    private final VqLossConfig loss;
    private final TrainingConfig training;
    private final int side;
    private final double trunk;
    private final double trunkActivations;

    /** The parts of a section, whose own features are those of a trunk of such a cost per image. */
    TokenizerLossCost(Recipe.TokenizerSection section, double trunk, double trunkActivations) {
        this.loss = section.loss();
        this.training = section.training();
        this.side = section.network().imageSize();
        this.trunk = trunk;
        this.trunkActivations = trunkActivations;
    }

    /** Parameters that are trained beside the tokenizer's. */
    long trainedParameters() {
        return loss.adversarial()
                .map(part -> Parameters.count(PatchDiscriminator.shapes(part.layers(), part.baseChannels())))
                .orElse(0L);
    }

    /** Operations of the whole training. */
    double operations() {
        double images = (double) training.steps() * training.batchSize();
        double perceptual = loss.perceptual().map(this::perceptual).orElse(0.0);
        double passes = PERCEPTUAL_PASSES + heardShare();
        double discriminator =
                loss.adversarial().map(this::discriminator).orElse(0.0) * DISCRIMINATOR_PASSES * heardShare();
        return images * (perceptual * passes + discriminator);
    }

    /** The share of steps at which the discriminator is trained and heard. */
    private double heardShare() {
        return loss.adversarial()
                .map(part -> Math.max(0, training.steps() - part.start()) / (double) training.steps())
                .orElse(0.0);
    }

    /** Bytes that the backward pass holds per image. */
    double activations() {
        double perceptual = loss.perceptual()
                .map(part -> part instanceof PerceptualLossConfig.Lpips ? vggActivations() : trunkActivations)
                .orElse(0.0);
        return 2 * perceptual
                + loss.adversarial().map(this::discriminatorActivations).orElse(0.0);
    }

    /** Bytes of weights that are used and not trained. */
    double fixedWeights() {
        return loss.perceptual().orElse(null) instanceof PerceptualLossConfig.Lpips
                ? (double) BYTES * Parameters.count(Lpips.shapes(VGG_WIDTHS))
                : 0;
    }

    private double perceptual(PerceptualLossConfig part) {
        return part instanceof PerceptualLossConfig.Lpips ? vgg() : trunk;
    }

    private double vgg() {
        double sum = 0;
        double inputs = 3;
        for (int block = 0; block < VGG_CONVOLUTIONS.length; block++) {
            double cells = Math.pow(side >> block, 2);
            for (int convolution = 0; convolution < VGG_CONVOLUTIONS[block]; convolution++) {
                sum += OPERATIONS * 9.0 * inputs * VGG_WIDTHS.get(block) * cells;
                inputs = VGG_WIDTHS.get(block);
            }
        }
        return sum;
    }

    private double vggActivations() {
        double sum = 0;
        for (int block = 0; block < VGG_CONVOLUTIONS.length; block++) {
            sum += 2.0 * VGG_CONVOLUTIONS[block] * VGG_WIDTHS.get(block) * Math.pow(side >> block, 2);
        }
        return BYTES * sum;
    }

    private double discriminator(AdversarialLossConfig part) {
        double sum = 0;
        int layer = 0;
        for (long[] shape : convolutions(part)) {
            sum += OPERATIONS * (double) Parameters.count(shape) * Math.pow(sideBehind(part, layer++), 2);
        }
        return sum;
    }

    /** Of a batch three times through it: outputs, normalised and activated. */
    private double discriminatorActivations(AdversarialLossConfig part) {
        double sum = 0;
        int layer = 0;
        for (long[] shape : convolutions(part)) {
            sum += 3.0 * 3 * shape[0] * Math.pow(sideBehind(part, layer++), 2);
        }
        return BYTES * sum;
    }

    private static List<long[]> convolutions(AdversarialLossConfig part) {
        return PatchDiscriminator.shapes(part.layers(), part.baseChannels()).values().stream()
                .filter(shape -> shape.length == 4)
                .map(shape -> Arrays.copyOf(shape, 4))
                .toList();
    }

    /** The side of what a convolution makes, from 0: halved by all but the last two, which take one off. */
    private double sideBehind(AdversarialLossConfig part, int layer) {
        return layer < part.layers() ? side >> (layer + 1) : (side >> part.layers()) - (layer - part.layers() + 1.0);
    }
}
