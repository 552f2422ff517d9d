package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import org.junit.jupiter.api.Test;

class TrainingConfigTests {
    @Test
    void threeNumbersMakeAConfigurationAndTheRestHasDefaults() {
        TrainingConfig config = RecipeReader.parse(
                "recipe.yaml", "steps: 300\nbatch-size: 64\nlearning-rate: 0.001\n", TrainingConfig.class);
        assertThat(config.steps()).isEqualTo(300);
        assertThat(config.schedule()).isEqualTo(new LearningRateSchedule.Cosine(0, 0.05));
        assertThat(config.microBatchSize()).isEqualTo(64);
        assertThat(RecipeReader.parse("again.yaml", RecipeWriter.write(config), TrainingConfig.class))
                .isEqualTo(config);
    }

    @Test
    void schedulesAreChosenByKind() {
        TrainingConfig config = RecipeReader.parse("recipe.yaml", """
            steps: 300
            batch-size: 64
            accumulation: 2
            learning-rate: 0.001
            schedule: {kind: constant, warm-up-steps: 20}
            precision: bfloat16
            """, TrainingConfig.class);
        assertThat(config.schedule()).isEqualTo(new LearningRateSchedule.Constant(20));
        assertThat(config.learningRateAt(10)).isEqualTo(0.0005);
        assertThat(RecipeReader.parse("again.yaml", RecipeWriter.write(config), TrainingConfig.class))
                .isEqualTo(config);
    }

    @Test
    void aLinearScheduleIsWrittenAndReadAgain() {
        String recipe = """
            steps: 30
            batch-size: 64
            learning-rate: 0.001
            schedule: {kind: linear, warm-up-steps: 10}
            """;
        TrainingConfig config = RecipeReader.parse("recipe.yaml", recipe, TrainingConfig.class);
        assertThat(config.schedule()).isEqualTo(new LearningRateSchedule.Linear(10));
        assertThat(config.learningRateAt(20)).isEqualTo(0.0005);
        assertThat(RecipeReader.parse("again.yaml", RecipeWriter.write(config), TrainingConfig.class))
                .isEqualTo(config);
    }

    @Test
    void trainingsThatDifferInStepsAloneAreOneWhereTheRateDoesNotDependOnThem() {
        TrainingConfig constant = TrainingConfig.of(30, 8, 0.1, 1);
        assertThat(constant.withSteps(50).butSteps()).isEqualTo(constant.butSteps());
        assertThat(constant.withSteps(50)).isNotEqualTo(constant);
        TrainingConfig cosine = RecipeReader.parse(
                "recipe.yaml", "steps: 30\nbatch-size: 8\nlearning-rate: 0.1\n", TrainingConfig.class);
        assertThat(cosine.butSteps()).isEqualTo(cosine);
    }

    @Test
    void aRuleBrokenByARecipeIsNamedWithItsLine() {
        assertThatThrownBy(() -> RecipeReader.parse(
                        "recipe.yaml",
                        "steps: 300\nbatch-size: 64\naccumulation: 7\nlearning-rate: 0.001\n",
                        TrainingConfig.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("recipe.yaml")
                .hasMessageContaining("batch-size must be a multiple of accumulation");
    }
}
