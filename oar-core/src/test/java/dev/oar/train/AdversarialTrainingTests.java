package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureClassifierConfig;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.AdversarialLossConfig;
import dev.oar.tokenizer.AdversarialObjective;
import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.CodebookUsageConfig;
import dev.oar.tokenizer.PerceptualLossConfig;
import dev.oar.tokenizer.VqLossConfig;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A tokenizer is trained with a discriminator and a perceptual loss. */
@Tag("processor")
@ExtendWith(NativeMemory.class)
class AdversarialTrainingTests {
    private static final VqTokenizerConfig NETWORK =
            new VqTokenizerConfig(8, 8, List.of(1, 2), 1, 8, 16, 4, true, AttentionPlacement.NONE, 4);
    private static final String DISCRIMINATOR = "discriminator";
    private static final String MOMENTS = "discriminator-optimizer";
    private static final long START = 2;

    @TempDir
    Path directory;

    private Path pictures;

    @BeforeEach
    void writePictures() throws IOException {
        pictures = Files.createDirectories(directory.resolve("pictures").resolve("one"));
        for (int number = 0; number < 8; number++) {
            CounterRandom random = CounterRandom.of(number, "picture");
            byte[] rgb = new byte[3 * 64];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (random.bits(i / 96 * 3L + i % 3) > 0 ? 230 : 25);
            }
            Files.write(pictures.resolve(number + ".png"), PngFile.encode(new RgbImage(8, 8, rgb)));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, FLOAT32", "3, FLOAT32", "5, FLOAT32", "5, BFLOAT16"})
    void anInterruptedTrainingEndsAsAnUninterruptedOne(long stop, Precision precision) throws IOException {
        TrainingConfig config = config(7, 2, precision);
        Map<String, String> whole = train(config, START, directory.resolve("whole"));
        Path interrupted = directory.resolve("interrupted");
        assertThatThrownBy(() -> train(config, START, interrupted, new TinyTrainings.StopAt(stop)))
                .hasMessage("stopped at step " + stop);
        assertThat(train(config, START, interrupted)).isEqualTo(whole);
    }

    @Test
    void theDiscriminatorIsTrainedFromItsStartOnAndTheLogSaysWhatItSays() throws IOException {
        Map<String, String> early = train(config(2, 1, Precision.FLOAT32), START, directory.resolve("early"));
        Map<String, String> fresh = train(config(1, 1, Precision.FLOAT32), START, directory.resolve("fresh"));
        Map<String, String> late = train(config(3, 1, Precision.FLOAT32), START, directory.resolve("late"));
        assertThat(early).containsEntry(DISCRIMINATOR, fresh.get(DISCRIMINATOR));
        assertThat(late.get(DISCRIMINATOR)).isNotEqualTo(fresh.get(DISCRIMINATOR));
        List<MetricsFile.Line> lines =
                MetricsFile.read(directory.resolve("late").resolve(TrainingLoop.METRICS));
        assertThat(lines.get(1).metrics()).containsKey("perceptual").doesNotContainKey("generator");
        assertThat(lines.get(2).metrics())
                .containsKeys("generator", "discriminator", "adaptive-weight", "real-logits", "fake-logits");
    }

    /** Its bias correction counts its own steps: the first changes each weight by its learning rate, whenever it is. */
    @ParameterizedTest
    @CsvSource({"0", "4"})
    void itsFirstStepIsTheFirstOfItsOptimizer(long start) throws IOException {
        Path run = directory.resolve("run");
        var unused = train(config(start + 1, 1, Precision.FLOAT32), start, run);
        Checkpoint last =
                Checkpoint.latest(run.resolve(TrainingLoop.CHECKPOINTS)).orElseThrow();
        try (Weights after = last.weights(DISCRIMINATOR);
                Weights moments = last.weights(MOMENTS);
                Weights steps = last.weights("discriminator-steps");
                TensorScope ignored = TensorScope.open()) {
            assertThat(Tensors.longs(steps.get("steps"))).containsExactly(1);
            double bias = after.get("main.0.bias").abs().max().item_double();
            assertThat(bias).isBetween(0.9 * 0.002, 1.0001 * 0.002);
            assertThat(moments.get("first.main.0.weight").abs().max().item_double())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(Spoil.class)
    void aStepWithoutFiniteLossOrGradientsChangesNeitherSide(Spoil spoil) throws IOException {
        TrainingConfig config = config(4, 1, Precision.FLOAT32);
        try (Setup setup = new Setup(config, 0)) {
            Path run = directory.resolve("run");
            Spoiled spoiled = new Spoiled(setup.training, spoil, Set.of(2L));
            Map<Long, String> states = new java.util.HashMap<>();
            TrainingListener recorder = new TrainingListener() {
                @Override
                public void onStep(StepReport report, TrainingView view) {
                    states.put(
                            report.step(),
                            Fingerprint.of(view.weights())
                                    + Fingerprint.of(state(setup.training, DISCRIMINATOR))
                                    + Fingerprint.of(state(setup.training, MOMENTS)));
                }
            };
            TrainingLoop.run(config, spoiled, run, List.of(recorder)).close();
            assertThat(states.get(2L)).isEqualTo(states.get(3L)).isNotEqualTo(states.get(1L));
            assertThat(states.get(4L)).isNotEqualTo(states.get(3L));
            assertThat(MetricsFile.read(run.resolve(TrainingLoop.METRICS)))
                    .extracting(MetricsFile.Line::skipped)
                    .containsExactly(0L, 0L, 1L, 1L);
        }
    }

    @Test
    void memoryIsFlat() throws IOException {
        TrainingConfig config = config(8, 2, Precision.FLOAT32);
        long[] pointers = new long[9];
        var unused = train(config, START, directory.resolve("run"), new TrainingListener() {
            @Override
            public void onStep(StepReport report, TrainingView view) {
                pointers[(int) report.step()] = Pointer.totalCount();
            }
        });
        assertThat(pointers[8]).isEqualTo(pointers[5]).isEqualTo(pointers[4]);
    }

    private static Weights state(TrainingTask training, String name) {
        return Objects.requireNonNull(training.stateToSave().get(name), name);
    }

    @Test
    void aLossNeedsItsNetworkAndLayersThatFitTheImages() throws IOException {
        try (ImageFolder images =
                        ImageFolder.open(ImageFolderConfig.of(String.valueOf(pictures.getParent()), 8), directory);
                VqTokenizer tokenizer = VqTokenizer.initialise(NETWORK, 1)) {
            TrainingConfig config = config(1, 1, Precision.FLOAT32);
            assertThatThrownBy(() -> new TokenizerTraining(
                            tokenizer, images, loss(0), Optional.empty(), CodebookUsageConfig.defaults(), config))
                    .hasMessageContaining("but none was given for VqLossConfig[");
            VqLossConfig deep = VqLossConfig.defaults().withAdversarial(AdversarialLossConfig.standard());
            assertThatThrownBy(() -> new TokenizerTraining(
                            tokenizer, images, deep, Optional.empty(), CodebookUsageConfig.defaults(), config))
                    .hasMessageContaining("3 leave none of 8 pixels");
        }
    }

    /** Fingerprints of all that a training leaves, by name. */
    private Map<String, String> train(TrainingConfig config, long start, Path to, TrainingListener... listeners)
            throws IOException {
        try (Setup setup = new Setup(config, start);
                TrainingResult result = TrainingLoop.run(config, setup.training, to, List.of(listeners))) {
            Map<String, String> left = new java.util.TreeMap<>();
            setup.training.stateToSave().forEach((name, state) -> left.put(name, Fingerprint.of(state)));
            left.put("result", Fingerprint.of(result.weights()));
            left.put("weights", Fingerprint.of(setup.tokenizer.weights()));
            return left;
        }
    }

    private static VqLossConfig loss(long start) {
        return VqLossConfig.defaults()
                .withPerceptual(new PerceptualLossConfig.OwnFeatures(0.5))
                .withAdversarial(new AdversarialLossConfig(
                        AdversarialObjective.HINGE, 0.8, start, 1, 4, Optional.of(0.002), 0.5, 0.9));
    }

    private final class Setup implements AutoCloseable {
        private final ImageFolder images;
        private final FeatureClassifier classifier;
        private final VqTokenizer tokenizer;
        private final TokenizerTraining training;

        Setup(TrainingConfig config, long start) throws IOException {
            images = ImageFolder.open(ImageFolderConfig.of(String.valueOf(pictures.getParent()), 8), directory);
            classifier = FeatureClassifier.initialise(new FeatureClassifierConfig(List.of(8, 8), 4, false, 0, 0), 1, 3);
            tokenizer = VqTokenizer.initialise(NETWORK, 1);
            training = new TokenizerTraining(
                    tokenizer,
                    images,
                    loss(start),
                    Optional.of(classifier.perceptualDistance()),
                    CodebookUsageConfig.defaults(),
                    config);
        }

        @Override
        public void close() throws IOException {
            training.close();
            tokenizer.close();
            classifier.close();
            images.close();
        }
    }

    /** What goes wrong at a step. */
    private enum Spoil {
        LOSS,
        DISCRIMINATOR_GRADIENT
    }

    /** A training that goes wrong at some steps. */
    private record Spoiled(TokenizerTraining training, Spoil spoil, Set<Long> steps) implements TrainingTask {
        private static final ThreadLocal<Long> STEP = ThreadLocal.withInitial(() -> 0L);

        @Override
        public Weights weights() {
            return training.weights();
        }

        @Override
        public Tensor loss(long step, int first, int count) {
            STEP.set(step);
            Tensor loss = training.loss(step, first, count);
            boolean now = spoil == Spoil.LOSS && steps.contains(step);
            return now ? loss.mul(new Scalar(Double.NaN)) : loss;
        }

        @Override
        public double clipGradients(double maximum) {
            if (spoil == Spoil.DISCRIMINATOR_GRADIENT && steps.contains(STEP.get())) {
                TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
                    Weights discriminator = state(training, DISCRIMINATOR);
                    var unused =
                            discriminator.get("main.0.weight").mutable_grad().mul_(new Scalar(Double.NaN));
                }));
            }
            return training.clipGradients(maximum);
        }

        @Override
        public void dropGradients() {
            training.dropGradients();
        }

        @Override
        public void afterStep(long step) {
            training.afterStep(step);
        }

        @Override
        public Map<String, Weights> stateToSave() {
            return training.stateToSave();
        }

        @Override
        public Map<String, Double> lastMetrics() {
            return training.lastMetrics();
        }
    }

    private static TrainingConfig config(long steps, int accumulation, Precision precision) {
        return new TrainingConfig(
                steps,
                8,
                accumulation,
                0.004,
                new LearningRateSchedule.Constant(0),
                0.01,
                0.9,
                0.95,
                1e-8,
                1,
                0.9,
                PrecisionSetting.of(precision),
                2,
                2,
                1,
                2);
    }
}
