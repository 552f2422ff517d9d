package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The perceptual and the adversarial part of a tokenizer's loss. */
@ExtendWith(NativeMemory.class)
class TokenizerLossTests {
    private static final VqLossConfig PIXELS = new VqLossConfig(2, 3, 5, 7, 0.5);
    private static final CodebookUsageConfig USAGE = new CodebookUsageConfig(true, 0.5, 0.5);

    /** A distance with gradients: half the squared difference of pixels. */
    private static final PerceptualDistance HALF_SQUARED = new PerceptualDistance() {
        @Override
        public Tensor distance(Tensor images, Tensor references) {
            return images.sub(references).square().mean(1, 2, 3).mul(new org.bytedeco.pytorch.Scalar(0.5));
        }

        @Override
        public String fingerprint() {
            return "half of the squared difference";
        }
    };

    @ParameterizedTest
    @EnumSource(AdversarialObjective.class)
    void theTotalIsTheWeightedSumOfAllPartsButTheDiscriminators(AdversarialObjective objective) {
        AdversarialLossConfig adversarial = adversarial(objective, 0);
        VqLossConfig config =
                PIXELS.withPerceptual(new PerceptualLossConfig.OwnFeatures(4)).withAdversarial(adversarial);
        try (Parts parts = new Parts(config, adversarial)) {
            VqTrainingLoss loss = parts.objective.loss(TinyTokenizer.pictures(8, 1), 0);
            Map<String, Double> metrics = loss.metrics();
            assertThat(metrics)
                    .containsKeys(
                            "perceptual",
                            "generator",
                            "adaptive-weight",
                            "discriminator",
                            "real-logits",
                            "fake-logits");
            double expected = 2 * metrics.getOrDefault("absolute", 0.0)
                    + (3 + 4 * 0.5) * metrics.getOrDefault("squared", 0.0)
                    + 12 * metrics.getOrDefault("quantisation", 0.0)
                    + 0.5 * metrics.getOrDefault("entropy", 0.0)
                    + adversarial.weight()
                            * metrics.getOrDefault("adaptive-weight", 0.0)
                            * metrics.getOrDefault("generator", 0.0);
            assertThat(loss.total().item_double()).isCloseTo(expected, offset(1e-5));
            assertThat(metrics.getOrDefault("adaptive-weight", 0.0)).isPositive();
        }
    }

    @Test
    void eachSideLearnsItsOwnLossAlone() {
        AdversarialLossConfig adversarial = adversarial(AdversarialObjective.HINGE, 0);
        VqLossConfig config = PIXELS.withAdversarial(adversarial);
        try (Parts parts = new Parts(config, adversarial)) {
            Tensor weight = parts.discriminator.weights().get("main.0.weight");
            Tensor lastLayer = parts.tokenizer.lastLayer();
            VqTrainingLoss loss = parts.objective.loss(TinyTokenizer.pictures(8, 1), 0);
            AdversarialTerms terms = loss.adversarial().orElseThrow();
            float[] ofDiscriminator = Tensors.floats(Operations.gradient(terms.discriminator(), weight));
            assertThat(Tensors.floats(Operations.gradient(loss.total(), weight)))
                    .containsExactly(ofDiscriminator);
            assertThat(ofDiscriminator).isNotEqualTo(new float[ofDiscriminator.length]);
            Tensor withoutDiscriminator = loss.total()
                    .sub(terms.discriminator().sub(terms.discriminator().detach()));
            assertThat(Tensors.floats(Operations.gradient(loss.total(), lastLayer)))
                    .containsExactly(Tensors.floats(Operations.gradient(withoutDiscriminator, lastLayer)));
        }
    }

    /** The adaptive weight makes the generator's gradient, before its weight, as long as the reconstruction's. */
    @Test
    void bothGradientsOfTheLastLayerAreEquallyLong() {
        AdversarialLossConfig adversarial = adversarial(AdversarialObjective.HINGE, 0);
        VqLossConfig config = new VqLossConfig(1, 1, 0, 0, 0).withAdversarial(adversarial);
        try (Parts parts = new Parts(config, adversarial)) {
            Tensor lastLayer = parts.tokenizer.lastLayer();
            VqTrainingLoss loss = parts.objective.loss(TinyTokenizer.pictures(8, 1), 0);
            AdversarialTerms terms = loss.adversarial().orElseThrow();
            Tensor generator = terms.generator().mul(terms.adaptiveWeight());
            Tensor reconstruction = loss.total().sub(generator.mul(new org.bytedeco.pytorch.Scalar(0.8)));
            double ofGenerator =
                    Operations.gradient(generator, lastLayer).norm().item_double();
            double ofReconstruction =
                    Operations.gradient(reconstruction, lastLayer).norm().item_double();
            // Less by the 1e-4 that keeps the weight finite.
            assertThat(ofGenerator / ofReconstruction).isBetween(0.9, 1.0001);
        }
    }

    @Test
    void beforeItsStartTheLossIsThatWithoutADiscriminator() {
        AdversarialLossConfig adversarial = adversarial(AdversarialObjective.HINGE, 3);
        try (Parts with = new Parts(PIXELS.withAdversarial(adversarial), adversarial);
                Parts without = new Parts(PIXELS, null)) {
            VqTrainingLoss early = with.objective.loss(TinyTokenizer.pictures(8, 1), 11, 2);
            VqTrainingLoss plain = without.objective.loss(TinyTokenizer.pictures(8, 1), 11, 2);
            assertThat(early.metrics()).isEqualTo(plain.metrics());
            assertThat(early.total().item_double()).isEqualTo(plain.total().item_double());
            assertThat(with.objective.loss(TinyTokenizer.pictures(8, 1), 11, 3).adversarial())
                    .isPresent();
        }
    }

    @Test
    void aLossNeedsTheNetworksThatItNames() {
        try (VqTokenizer tokenizer = VqTokenizer.initialise(TinyTokenizer.CONFIG, 1);
                CodebookUsage usage = CodebookUsage.start(USAGE, 16)) {
            VqLossConfig config = PIXELS.withPerceptual(new PerceptualLossConfig.OwnFeatures(1));
            assertThatThrownBy(() -> new VqObjective(tokenizer, config, usage, 1))
                    .hasMessageContaining("no perceptual distance and no discriminator were given");
            assertThatThrownBy(() ->
                            new VqObjective(tokenizer, PIXELS, usage, 1, Optional.of(HALF_SQUARED), Optional.empty()))
                    .hasMessageContaining("a perceptual distance and no discriminator were given");
        }
    }

    @Test
    void aLossOfPixelsHasTheTextsThatItAlwaysHad() {
        assertThat(VqLossConfig.defaults())
                .hasToString("VqLossConfig[absoluteWeight=1.0, squaredWeight=1.0, codebookWeight=1.0,"
                        + " commitmentWeight=0.25, entropyWeight=0.0]");
        assertThat(RecipeWriter.write(VqLossConfig.defaults())).isEqualTo("""
                        absolute-weight: 1.0
                        squared-weight: 1.0
                        codebook-weight: 1.0
                        commitment-weight: 0.25
                        entropy-weight: 0.0
                        """);
        VqLossConfig more = RecipeReader.parse(
                "loss.yaml",
                "perceptual: {kind: own-features, weight: 2}\nadversarial: {objective: non-saturating, start: 7}",
                VqLossConfig.class);
        assertThat(more.toString())
                .contains("perceptual=OwnFeatures[weight=2.0]")
                .contains("start=7");
        assertThat(RecipeReader.parse("loss.yaml", RecipeWriter.write(more), VqLossConfig.class))
                .isEqualTo(more);
    }

    @Test
    void settingsOutOfTheirRangeAreRefused() {
        for (String text : new String[] {
            "perceptual: {kind: own-features, weight: 0}",
            "perceptual: {kind: vgg}",
            "perceptual: {kind: lpips, weights: ''}",
            "adversarial: {weight: -1}",
            "adversarial: {start: -1}",
            "adversarial: {layers: 0}",
            "adversarial: {base-channels: 0}",
            "adversarial: {learning-rate: 0}",
            "adversarial: {beta1: 1}",
            "adversarial: {objective: wasserstein}"
        }) {
            assertThatThrownBy(() -> RecipeReader.parse("loss.yaml", text, VqLossConfig.class))
                    .as(text)
                    .isInstanceOf(dev.oar.config.ConfigException.class)
                    .hasMessageStartingWith("loss.yaml:1: ");
        }
    }

    private static AdversarialLossConfig adversarial(AdversarialObjective objective, long start) {
        return new AdversarialLossConfig(objective, 0.8, start, 1, 4, Optional.of(0.001), 0.5, 0.9);
    }

    /** A tokenizer and what its loss needs, in a scope that is open as long. */
    private static final class Parts implements AutoCloseable {
        final VqTokenizer tokenizer = VqTokenizer.initialise(TinyTokenizer.CONFIG, 4);
        final CodebookUsage usage = CodebookUsage.start(USAGE, TinyTokenizer.CONFIG.codebookSize());
        final PatchDiscriminator discriminator = PatchDiscriminator.initialise(1, 4, 2);
        final TensorScope scope = TensorScope.open();
        final VqObjective objective;

        Parts(VqLossConfig config, @org.jspecify.annotations.Nullable AdversarialLossConfig adversarial) {
            tokenizer.weights().requireGradient(true);
            discriminator.weights().requireGradient(true);
            objective = new VqObjective(
                    tokenizer,
                    config,
                    usage,
                    1,
                    config.perceptual().map(part -> HALF_SQUARED),
                    Optional.ofNullable(adversarial).map(part -> new AdversarialLoss(part, discriminator)));
        }

        @Override
        public void close() {
            scope.close();
            discriminator.close();
            usage.close();
            tokenizer.close();
        }
    }
}
