package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.ReadAhead;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureClassifierConfig;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Precision;
import dev.oar.testing.NativeMemory;
import dev.oar.train.TinyTrainings.StopAt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images that are made ready in the background are those that would be made in front. */
@ExtendWith(NativeMemory.class)
class TrainingPicturesTests {
    private static final int IMAGES = 14;

    @TempDir
    Path directory;

    private Path folder;

    @BeforeEach
    void writePictures() throws IOException {
        folder = directory.resolve("pictures");
        for (int number = 0; number < IMAGES; number++) {
            Path file = folder.resolve("class" + number % 2).resolve(number + ".png");
            Files.createDirectories(file.getParent());
            Files.write(file, PngFile.encode(noise(number)));
        }
    }

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals(ReadAhead.THREAD));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "2, 1, 3", "2, 4, 0", "5, 2, 7"})
    void batchesAreTheSameBytesWhateverTheNumberOfThreads(int threads, int accumulation, long begin)
            throws IOException {
        TrainingConfig config = TrainingConfig.of(20, 8, 0.1, threads);
        int count = 8 / accumulation;
        try (ImageFolder images = images()) {
            TrainingPictures front = pictures(images, config);
            TrainingPictures back = pictures(images, config);
            try (TrainingInput input = back.readAhead(begin, threads)) {
                for (long step = begin; step < 20; step++) {
                    // A step whose loss is not finite leaves out the rest of its batch.
                    int end = step % 5 == 4 ? count : 8;
                    for (int first = 0; first < end; first += count) {
                        requireEqual(front.batch(step, first, count), back.batch(step, first, count));
                    }
                }
                assertThat(input.times().waited()).isNotNegative();
                assertThat(input.times().work().values())
                        .as("decoding, cropping, flipping")
                        .allMatch(time -> time > 0);
            }
            requireEqual(front.batch(2, 0, 8), back.batch(2, 0, 8));
        }
    }

    @Test
    void aTrainingIsTheSameWhetherImagesLieInMemoryOrNot() throws IOException {
        TrainingConfig config = TrainingConfig.of(4, 8, 0.01, 3);
        try (ImageFolder images = images()) {
            String streamed = train(images, config, directory.resolve("streamed"));
            assertThat(images.preload()).isTrue();
            assertThat(train(images, config, directory.resolve("preloaded"))).isEqualTo(streamed);
        }
        List<MetricsFile.Line> lines =
                MetricsFile.read(directory.resolve("streamed").resolve(TrainingLoop.METRICS));
        assertThat(lines).allMatch(line -> line.waiting() >= 0 && line.waiting() <= line.seconds() + 0.001);
        assertThat(MetricsFile.waitingShare(lines).orElse(-1)).isBetween(0.0, 1.0);
    }

    @Test
    void aTrainingThatIsStoppedLeavesNoThreadAndGoesOnAsIfItHadNotBeen() throws IOException {
        TrainingConfig config = TinyTrainings.config(12, 2, 0, Precision.FLOAT32, 4);
        try (ImageFolder images = images()) {
            String whole = train(images, config, directory.resolve("whole"));
            Path stopped = directory.resolve("stopped");
            assertThatThrownBy(() -> train(images, config, stopped, new StopAt(7)))
                    .hasMessage("stopped at step 7");
            noThreadIsLeft();
            assertThat(train(images, config, stopped)).isEqualTo(whole);
        }
    }

    @Test
    void anUnreadableFileIsToldAsInFrontAndAtTheStepThatNeedsIt() throws IOException {
        TrainingConfig config = TrainingConfig.of(40, 2, 0.01, 5);
        try (ImageFolder images = images()) {
            int last = images.trainIndices()[images.trainIndices().length - 1];
            damage(images.images().get(last).path());
            String inFront = messageOf(images, last);
            assertThat(inFront).contains("cannot be decoded as a PNG image");
            Path run = directory.resolve("run");
            assertThatThrownBy(() -> train(images, config, run))
                    .isInstanceOf(IOException.class)
                    .hasMessage(inFront);
            TrainingPictures front = pictures(images, config);
            long step = 0;
            while (isReadable(front, step)) {
                step++;
            }
            List<MetricsFile.Line> lines = MetricsFile.read(run.resolve(TrainingLoop.METRICS));
            assertThat(lines.isEmpty() ? 0 : lines.get(lines.size() - 1).step()).isLessThanOrEqualTo(step);
            assertThat(step).isLessThan(40);
        }
    }

    private static boolean isReadable(TrainingPictures pictures, long step) {
        try {
            pictures.batch(step, 0, 2);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static String messageOf(ImageFolder images, int index) {
        try {
            images.pixels(index);
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Damages the compressed pixels, not the header or the end, which are looked at when a set is opened. */
    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int data = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 4;
        // Behind the two bytes of zlib stands the kind of the first block; there is none of this kind.
        bytes[data + 2] = -1;
        Files.write(file, bytes);
    }

    private static void requireEqual(TrainingPictures.Batch expected, TrainingPictures.Batch actual) {
        assertThat(actual.classes()).isEqualTo(expected.classes());
        assertThat(actual.places()).isEqualTo(expected.places());
        for (int i = 0; i < expected.pictures().size(); i++) {
            assertThat(actual.pictures().get(i).rgb())
                    .isEqualTo(expected.pictures().get(i).rgb());
        }
    }

    private static TrainingPictures pictures(ImageFolder images, TrainingConfig config) {
        CounterRandom flips = CounterRandom.of(config.seed(), "flips");
        return new TrainingPictures(images, config, draw -> flips.uniform(draw) < 0.5);
    }

    /** Images of which one class is flipped. */
    private ImageFolder images() throws IOException {
        String section = "path: '" + folder + "'\nimage-size: 16\nflip: true\nnever-flip: [class1]\n";
        return ImageFolder.open(RecipeReader.parse("data", section, ImageFolderConfig.class), directory);
    }

    private static String train(ImageFolder images, TrainingConfig config, Path to, TrainingListener... listeners)
            throws IOException {
        try (FeatureClassifier classifier = FeatureClassifier.initialise(
                        new FeatureClassifierConfig(List.of(8, 8), 4, false, 0.1, 0.1), 2, 1);
                TrainingResult result = TrainingLoop.run(
                        config, new FeatureTraining(classifier, images, config, "images"), to, List.of(listeners))) {
            return Fingerprint.of(result.weights());
        }
    }

    private static RgbImage noise(int number) {
        CounterRandom random = CounterRandom.of(number, "noise");
        byte[] rgb = new byte[3 * 20 * 24];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) random.bits(i);
        }
        return new RgbImage(20, 24, rgb);
    }
}
