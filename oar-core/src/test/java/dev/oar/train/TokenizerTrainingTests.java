package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.image.ContactSheet;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensorboard.EventFileReader;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.CodebookUsageConfig;
import dev.oar.tokenizer.VqLossConfig;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("processor")
@ExtendWith(NativeMemory.class)
class TokenizerTrainingTests {
    private static final VqTokenizerConfig NETWORK =
            new VqTokenizerConfig(8, 8, List.of(1, 2), 1, 8, 16, 4, true, AttentionPlacement.MIDDLE, 4);

    @TempDir
    Path directory;

    private Path pictures;

    @BeforeEach
    void writePictures() throws IOException {
        pictures = directory.resolve("pictures");
        for (int number = 0; number < 12; number++) {
            Path file = pictures.resolve("class" + number % 2).resolve(number + ".png");
            Files.createDirectories(file.getParent());
            Files.write(file, PngFile.encode(quarters(number)));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void anInterruptedTrainingEndsAsAnUninterruptedOne(Precision precision) throws IOException {
        TrainingConfig config = config(8, 2, precision);
        String whole = train(config, directory.resolve("whole"));
        Path interrupted = directory.resolve("interrupted");
        assertThatThrownBy(() -> train(config, interrupted, new TrainingListener() {
                    @Override
                    public void onStep(StepReport report, TrainingView view) throws IOException {
                        if (report.step() == 5) {
                            throw new IOException("stopped");
                        }
                    }
                }))
                .hasMessage("stopped");
        assertThat(train(config, interrupted)).isEqualTo(whole);
    }

    @Test
    void reconstructionsGetBetterAndTheLogSaysSo() throws IOException {
        train(config(30, 1, Precision.FLOAT32), directory.resolve("run"));
        List<MetricsFile.Line> lines = MetricsFile.read(directory.resolve("run").resolve(TrainingLoop.METRICS));
        double first = lines.get(0).metrics().getOrDefault("absolute", Double.NaN);
        double last = lines.get(lines.size() - 1).metrics().getOrDefault("absolute", Double.NaN);
        assertThat(last).isLessThan(0.8 * first);
    }

    @Test
    void cuttingABatchIntoMicroBatchesDoesNotChangeItsPictures() throws IOException {
        try (ImageFolder images = images(8);
                VqTokenizer tokenizer = VqTokenizer.initialise(NETWORK, 1);
                TokenizerTraining whole = training(tokenizer, images, config(1, 1, Precision.FLOAT32));
                TokenizerTraining parts = training(tokenizer, images, config(1, 4, Precision.FLOAT32))) {
            for (int picture = 0; picture < 8; picture++) {
                assertThat(parts.pictures(3, picture - picture % 2, 2)
                                .get(picture % 2)
                                .rgb())
                        .isEqualTo(whole.pictures(3, 0, 8).get(picture).rgb());
            }
        }
    }

    @Test
    void eventFilesShowReconstructionsAndTheTrainingIsTheSameWithAndWithoutThem() throws IOException {
        TrainingConfig config = config(5, 2, Precision.FLOAT32);
        Path shown = directory.resolve("shown");
        try (ImageFolder images = images(8);
                VqTokenizer tokenizer = VqTokenizer.initialise(NETWORK, 1);
                TokenizerTraining training = training(tokenizer, images, config);
                TrainingResult result = TrainingLoop.run(
                        config, training, shown, TrainingLogs.TENSORBOARD.of(shown, config, training, "seed: 2"))) {
            RgbImage picture = TensorScope.compute(() -> Tensors.withoutGradient(
                    () -> training.pictures(new TrainingView(tokenizer.weights(), Optional.of(result.weights())))
                            .getOrDefault("reconstructions", new RgbImage(1, 1, new byte[3]))));
            int examples = images.testIndices().length;
            RgbImage two = ContactSheet.of(Collections.nCopies(2 * examples, quarters(0)), examples, 1);
            assertThat(List.of(picture.width(), picture.height()))
                    .as("two rows of the test images")
                    .isEqualTo(List.of(two.width(), two.height()));
            assertThat(Fingerprint.of(result.weights()) + Fingerprint.of(tokenizer.weights()))
                    .isEqualTo(train(config, directory.resolve("plain")));
        }
        assertThat(EventFileReader.of(shown).records().stream()
                        .filter(record -> record.tags().contains("reconstructions"))
                        .map(EventFileReader.Event::step))
                .containsExactly(3L, 5L);
    }

    @Test
    void imagesOfAnotherSizeAreRefused() throws IOException {
        try (ImageFolder images = images(16);
                VqTokenizer tokenizer = VqTokenizer.initialise(NETWORK, 1)) {
            assertThatThrownBy(() -> training(tokenizer, images, config(1, 1, Precision.FLOAT32)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("they are 8 and 16");
        }
    }

    private String train(TrainingConfig config, Path to, TrainingListener... listeners) throws IOException {
        try (ImageFolder images = images(8);
                VqTokenizer tokenizer = VqTokenizer.initialise(NETWORK, 1);
                TokenizerTraining training = training(tokenizer, images, config);
                TrainingResult result = TrainingLoop.run(config, training, to, List.of(listeners))) {
            return Fingerprint.of(result.weights()) + Fingerprint.of(tokenizer.weights());
        }
    }

    private ImageFolder images(int size) throws IOException {
        return ImageFolder.open(ImageFolderConfig.of(pictures.toString(), size), directory);
    }

    private static TokenizerTraining training(VqTokenizer tokenizer, ImageFolder images, TrainingConfig config)
            throws IOException {
        return new TokenizerTraining(
                tokenizer, images, VqLossConfig.defaults(), CodebookUsageConfig.defaults(), config);
    }

    /** A picture of four quarters in random shades. */
    private static RgbImage quarters(int number) {
        CounterRandom random = CounterRandom.of(number, "picture");
        byte[] rgb = new byte[3 * 64];
        for (int i = 0; i < rgb.length; i++) {
            int pixel = i / 3;
            int quarter = pixel / 32 * 2 + pixel % 8 / 4;
            rgb[i] = (byte) (random.bits(quarter * 3L + i % 3) > 0 ? 230 : 25);
        }
        return new RgbImage(8, 8, rgb);
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
                3,
                2,
                1,
                2);
    }
}
