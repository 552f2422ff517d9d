package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.config.RecipeReader;
import dev.oar.study.StudyPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BundledStudyTests {
    private static final Path STUDIES = Path.of("..", "studies");

    static Stream<Path> plans() throws IOException {
        try (Stream<Path> files = Files.list(STUDIES)) {
            return files.filter(file -> !file.toString().endsWith("-recipe.yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void everyBundledPlanAndItsRecipeCanBeRead(Path file) {
        StudyPlan plan = RecipeReader.read(file, StudyPlan.class);
        Recipe recipe = RecipeReader.read(file.resolveSibling(plan.recipe()), Recipe.class);
        assertThat(recipe.data().imageSize()).isPositive();
        assertThat(plan.arms()).isNotEmpty();
    }
}
