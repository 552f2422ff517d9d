package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a recipe measures stays what it was: runs of different versions are compared by their results. Keys, names and counts are held as
 * they were recorded; numbers to the last bits where training leaves the recorded weights, which another processor's arithmetic need not.
 */
@ExtendWith(NativeMemory.class)
class RecipeResultsTests {
    private static final String RECORDED = "/results/tiny-recipe.json";
    private static final double LAST_BITS = 1e-9;

    @TempDir
    private Path folder;

    @Test
    void aRecipeMeasuresWhatWasRecorded() throws IOException {
        Recipe recipe = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 16), "dual-position");
        Path run = folder.resolve("run");
        new Pipeline(recipe, folder, run, new PipelineListener() {}).run();
        JsonNode measured = JsonMapper.shared().readTree(Files.readAllBytes(run.resolve(EvaluationStage.RESULTS)));
        JsonNode recorded = recorded();
        boolean sameWeights = measured.get("settings").equals(recorded.get("settings"));
        requireAlike("results", recorded, measured, sameWeights);
    }

    private static JsonNode recorded() throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(RecipeResultsTests.class.getResourceAsStream(RECORDED), RECORDED)) {
            return JsonMapper.shared().readTree(stream);
        }
    }

    private static void requireAlike(String place, JsonNode recorded, JsonNode measured, boolean sameWeights) {
        assertThat(measured.getNodeType()).as(place).isEqualTo(recorded.getNodeType());
        if (recorded.isObject()) {
            assertThat(List.copyOf(measured.propertyNames()))
                    .as(place)
                    .containsExactlyElementsOf(recorded.propertyNames());
            recorded.propertyStream()
                    .forEach(property -> requireAlike(
                            place + "." + property.getKey(),
                            property.getValue(),
                            measured.get(property.getKey()),
                            sameWeights));
        } else if (recorded.isArray()) {
            assertThat(measured.size()).as(place).isEqualTo(recorded.size());
            for (int i = 0; i < recorded.size(); i++) {
                requireAlike(place + "[" + i + "]", recorded.get(i), measured.get(i), sameWeights);
            }
        } else if (recorded.isFloatingPointNumber()) {
            double expected = recorded.asDouble();
            if (sameWeights) {
                assertThat(measured.asDouble()).as(place).isCloseTo(expected, within(LAST_BITS * Math.abs(expected)));
            }
        } else if (sameWeights || !place.startsWith("results.settings.")) {
            assertThat(measured).as(place).isEqualTo(recorded);
        }
    }
}
