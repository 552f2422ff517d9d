package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.oar.checkpoint.NumpyBytes;
import dev.oar.data.ImageSet;
import dev.oar.data.ImageSource;
import dev.oar.data.SampleBatch;
import dev.oar.file.CorruptFileException;
import dev.oar.image.Pictures;
import dev.oar.image.RgbImage;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class ReferenceStatisticsTests {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatWasWrittenIsReadButForTheNumberOfFamilies(long seed) throws IOException {
        GaussianStatistics computed = GaussianStatistics.of(RandomFeatures.normal(seed, 30, 7, 1, 2));
        Path file = directory.resolve("a.npz");
        ReferenceStatistics.of(computed).write(file);

        ReferenceStatistics read = ReferenceStatistics.read(file);

        assertThat(read.spatial()).isEmpty();
        assertThat(read.features())
                .as("seed %d", seed)
                .isEqualTo(new GaussianStatistics(computed.mean(), computed.covariance(), OptionalInt.empty()))
                .isNotEqualTo(computed);
        double scale = computed.totalVariance();
        assertThat(FrechetDistance.between(computed, read.features()))
                .as("seed %d", seed)
                .isCloseTo(0, within(1e-6 * scale));
        Path again = directory.resolve("b.npz");
        read.write(again);
        assertThat(again).hasSameBinaryContentAs(file);
    }

    @Test
    void aReferenceBatchHoldsImagesAndBothStatistics() throws IOException {
        List<RgbImage> images = List.of(Pictures.noise(8, 8, 1), Pictures.noise(8, 8, 2));
        ReferenceStatistics written = new ReferenceStatistics(statistics(1, 3), Optional.of(statistics(2, 5)));
        Path file = directory.resolve("a.npz");
        written.write(file, ImageSource.of(images));

        assertThat(ReferenceStatistics.presentIn(file)).isTrue();
        assertThat(ReferenceStatistics.read(file)).isEqualTo(written);
        try (ImageSet set = ImageSet.open(file)) {
            assertThat(set.count()).isEqualTo(2);
            assertThat(set.image(1).rgb()).isEqualTo(images.get(1).rgb());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
    void statisticsOfAnyTypeAndOrderInTheFileAreRead(int method) throws IOException {
        byte[] mean =
                NumpyBytes.array(">f4", false, "(2,)", new byte[] {0x3f, 0, 0, 0, (byte) 0xbf, (byte) 0x80, 0, 0});
        byte[] covariance = NumpyBytes.array("<f8", true, "(2, 2)", NumpyBytes.doubles(4, 1, 2, 3));
        GaussianStatistics read =
                ReferenceStatistics.read(write(method, mean, covariance)).features();
        assertThat(read.mean()).containsExactly(0.5, -1);
        assertThat(read.covariance()).containsExactly(4, 2, 1, 3);
        assertThat(read.families()).isEmpty();
        assertThat(read).hasToString("GaussianStatistics[2 features, unknown number of families]");
    }

    @Test
    void whereTheNumberOfFamiliesIsUnknownNothingSpeaksAgainstFullRank() {
        assertThat(new GaussianStatistics(new double[2], new double[4], 2).fullRankPossible())
                .isFalse();
        assertThat(new GaussianStatistics(new double[2], new double[4], 3).fullRankPossible())
                .isTrue();
        assertThat(new GaussianStatistics(new double[2], new double[4], OptionalInt.empty()).fullRankPossible())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "(2,); 1 2; (2, 2); 1 NaN 0 1; sigma; holds NaN at position 1",
                "(2,); 1 Infinity; (2, 2); 1 0 0 1; mu; holds Infinity at position 1",
                "(1, 2); 1 2; (2, 2); 1 0 0 1; mu; must have 1 axis, but is of shape [1, 2]",
                "(2,); 1 2; (4,); 1 0 0 1; sigma; must have 2 axes, but is of shape [4]",
                "(2,); 1 2; (1, 4); 1 0 0 1; sigma; a shape of [1, 4] for 2 numbers",
                "(2,); 1 2; (1, 1); 1; sigma; a shape of [1, 1] for 2 numbers",
                "(2,); 1 2; (3, 3); 1 0 0 0 1 0 0 0 1; sigma; may hold up to 4 numbers",
                "(0,); ''; (0, 0); ''; sigma; a shape of [0, 0] for 0 numbers"
            })
    void wrongStatisticsAreRefused(
            String meanShape, String mean, String covarianceShape, String covariance, String name, String because)
            throws IOException {
        Path file = write(
                ZipEntry.STORED,
                NumpyBytes.array("<f8", false, meanShape, numbers(mean)),
                NumpyBytes.array("<f8", false, covarianceShape, numbers(covariance)));
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ReferenceStatistics.read(file))
                .withMessageContaining(name)
                .withMessageContaining(because);
    }

    @Test
    void filesWithoutStatisticsSayWhatTheyHold() throws IOException {
        Path file = directory.resolve("samples.npz");
        SampleBatch.write(file, ImageSource.of(List.of(Pictures.noise(8, 8, 1))));
        assertThat(ReferenceStatistics.presentIn(file)).isFalse();
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ReferenceStatistics.read(file))
                .withMessageContaining("must hold an array 'mu', but holds arr_0");
        Path statistics = directory.resolve("a.npz");
        ReferenceStatistics.of(statistics(1, 2)).write(statistics);
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ImageSet.open(statistics))
                .withMessageContaining("must hold an array 'arr_0', but holds mu, sigma");
    }

    private static GaussianStatistics statistics(double mean, int width) {
        double[] means = new double[width];
        double[] covariance = new double[width * width];
        for (int i = 0; i < width; i++) {
            means[i] = mean + i;
            covariance[i * width + i] = 1.0 / (i + 3);
        }
        return new GaussianStatistics(means, covariance, OptionalInt.empty());
    }

    private Path write(int method, byte[] mean, byte[] covariance) throws IOException {
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        arrays.put("mu", mean);
        arrays.put("sigma", covariance);
        return Files.write(directory.resolve("s.npz"), NumpyBytes.archive(arrays, method));
    }

    private static byte[] numbers(String numbers) {
        return NumpyBytes.doubles(
                numbers.isEmpty()
                        ? new double[0]
                        : List.of(numbers.split(" ")).stream()
                                .mapToDouble(Double::parseDouble)
                                .toArray());
    }
}
