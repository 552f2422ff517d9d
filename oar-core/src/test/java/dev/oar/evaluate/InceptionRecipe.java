package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.Golden;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The weights of a case of kind {@code inception}: 24 million numbers by formula, checked against what the recipe says of them. */
final class InceptionRecipe {
    private InceptionRecipe() {}

    /** The names and shapes that the recipe lists. */
    static Map<String, long[]> shapes(Golden golden) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        recipe(golden).forEach(entry -> shapes.put(entry.get("name").asString(), shape(entry)));
        return shapes;
    }

    /** The weights; fails if first values or a sum are not those of the recipe. */
    static Weights weights(Golden golden) {
        long seed = golden.config().get("seed").asLong();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (TensorScope ignored = TensorScope.open()) {
            recipe(golden).forEach(entry -> {
                float[] values = values(entry, seed);
                requireAsListed(entry, values);
                tensors.put(entry.get("name").asString(), Tensors.of(values, shape(entry)));
            });
            return Weights.owning(tensors);
        }
    }

    private static float[] values(JsonNode entry, long seed) {
        double a = entry.get("a").asDouble();
        double b = entry.get("b").asDouble();
        long start = (seed * 1_000_003 + entry.get("index").asLong()) * 0xD1342543DE82EF95L;
        float[] values = new float[Math.toIntExact(Arrays.stream(shape(entry)).reduce(1, Math::multiplyExact))];
        for (int i = 0; i < values.length; i++) {
            long z = start + (i + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            double u = (z >>> 11) * 0x1.0p-53;
            values[i] = (float) ((2 * u - 1) * a + b);
        }
        return values;
    }

    private static void requireAsListed(JsonNode entry, float... values) {
        String name = entry.get("name").asString();
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        assertThat(sum).as(name + " sum").isCloseTo(entry.get("sum").asDouble(), within(1e-9 * values.length));
        JsonNode first = entry.get("first4");
        for (int i = 0; i < first.size(); i++) {
            assertThat(values[i]).as(name + " value " + i).isEqualTo((float)
                    first.get(i).asDouble());
        }
    }

    private static long[] shape(JsonNode entry) {
        return entry.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray();
    }

    private static JsonNode recipe(Golden golden) {
        return new JsonMapper()
                .readTree(golden.folder().resolve("weights_recipe.json").toFile());
    }
}
