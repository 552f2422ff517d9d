package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.checkpoint.Safetensors;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reference numbers of the case {@code golden/metrics}. */
@ExtendWith(NativeMemory.class)
class GoldenMetricsTests {
    private static final Path FOLDER = folder();
    private static final double TOLERANCE = 1e-6;
    private static final double TOLERANCE_RANK_DEFICIENT = 1e-3;

    @ParameterizedTest
    @ValueSource(strings = {"set0", "set1", "set2", "set3"})
    void frechetDistanceMeetsTheReference(String name) throws IOException {
        FeatureSet reference = features(name + "_reference");
        FeatureSet samples = features(name + "_sample");
        double expected = values(name).get("frechet_distance").asDouble();
        boolean deficient = Math.min(reference.count(), samples.count()) <= reference.width();
        double tolerance = deficient ? TOLERANCE_RANK_DEFICIENT : TOLERANCE;
        assertThat(FrechetDistance.between(reference, samples))
                .as(name)
                .isCloseTo(expected, within(tolerance * expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"set0", "set2", "set3"})
    void statisticsMeetTheReference(String name) throws IOException {
        GaussianStatistics statistics = GaussianStatistics.of(features(name + "_reference"));
        double[] mean = doubles(name + "_mu1");
        double[] covariance = doubles(name + "_sigma1");
        assertThat(statistics.mean()).as(name).containsExactly(mean, within(1e-12));
        assertThat(statistics.covariance()).as(name).containsExactly(covariance, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"set0", "set1", "set2", "set3"})
    void precisionAndRecallMeetTheReferenceToOneVector(String name) throws IOException {
        FeatureSet reference = features(name + "_reference");
        FeatureSet samples = features(name + "_sample");
        JsonNode expected = values(name);
        PrecisionRecall.Result result = PrecisionRecall.between(reference, samples);
        assertThat(result.precision())
                .as(name)
                .isCloseTo(expected.get("precision").asDouble(), within(1.001 / samples.count()));
        assertThat(result.recall())
                .as(name)
                .isCloseTo(expected.get("recall").asDouble(), within(1.001 / reference.count()));
    }

    private static FeatureSet features(String name) throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor tensor =
                    Safetensors.open(FOLDER.resolve("golden.safetensors")).read(name);
            return FeatureSet.of(Math.toIntExact(tensor.size(1)), Tensors.floats(tensor));
        }
    }

    private static double[] doubles(String name) throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            return Tensors.doubles(
                    Safetensors.open(FOLDER.resolve("golden.safetensors")).read(name));
        }
    }

    private static JsonNode values(String name) throws IOException {
        for (JsonNode node : new JsonMapper().readTree(Files.readString(FOLDER.resolve("values.json")))) {
            if (node.get("name").asString().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("no values for " + name);
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(GoldenMetricsTests.class.getResource("/golden/metrics"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
