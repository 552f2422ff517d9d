package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reference numbers of the case {@code golden/metrics}. */
@ExtendWith(NativeMemory.class)
class GoldenMetricsTests {
    private static final Golden CASE = Golden.resource("metrics");

    @ParameterizedTest
    @ValueSource(strings = {"set0", "set1", "set2", "set3"})
    void frechetDistanceMeetsTheReference(String name) {
        FeatureSet reference = features(name + "_reference");
        FeatureSet samples = features(name + "_sample");
        double expected = values(name).get("frechet_distance").asDouble();
        boolean deficient = Math.min(reference.count(), samples.count()) <= reference.width();
        double tolerance = CASE.tolerance(deficient ? "frechet_relative_rank_deficient" : "frechet_relative");
        assertThat(FrechetDistance.between(reference, samples))
                .as(name)
                .isCloseTo(expected, within(tolerance * expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"set0", "set2", "set3"})
    void statisticsMeetTheReference(String name) {
        GaussianStatistics statistics = GaussianStatistics.of(features(name + "_reference"));
        double[] mean = doubles(name + "_mu1");
        double[] covariance = doubles(name + "_sigma1");
        assertThat(statistics.mean()).as(name).containsExactly(mean, within(1e-12));
        assertThat(statistics.covariance()).as(name).containsExactly(covariance, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"set0", "set1", "set2", "set3"})
    void precisionAndRecallMeetTheReferenceToOneVector(String name) {
        FeatureSet reference = features(name + "_reference");
        FeatureSet samples = features(name + "_sample");
        JsonNode expected = values(name);
        double vectors = CASE.tolerance("precision_recall_vectors") + 1e-3;
        PrecisionRecall.Result result = PrecisionRecall.between(reference, samples);
        assertThat(result.precision())
                .as(name)
                .isCloseTo(expected.get("precision").asDouble(), within(vectors / samples.count()));
        assertThat(result.recall())
                .as(name)
                .isCloseTo(expected.get("recall").asDouble(), within(vectors / reference.count()));
    }

    private static FeatureSet features(String name) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor tensor = Golden.read(CASE.open("golden.safetensors"), name);
            return FeatureSet.of(Math.toIntExact(tensor.size(1)), Tensors.floats(tensor));
        }
    }

    private static double[] doubles(String name) {
        return TensorScope.compute(() -> Tensors.doubles(Golden.read(CASE.open("golden.safetensors"), name)));
    }

    private static JsonNode values(String name) {
        for (JsonNode node :
                new JsonMapper().readTree(CASE.folder().resolve("values.json").toFile())) {
            if (node.get("name").asString().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("no values for " + name);
    }
}
