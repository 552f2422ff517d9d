package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.decode.GuidanceScale;
import org.junit.jupiter.api.Test;

/** What an evaluation draws, and the text it is known by. */
class EvaluationSectionTests {
    private static final String DEFAULTS = """
        samples: 2048
        shown: 16
        batch-size: 32
        confidence: negative-entropy
        order-noise: 1.0
        guidance-scale: 1.0
        temperature: 1.0
        top-k: 0
        top-p: 1.0
        random-orders: 2
        subsamples: 40
        """;

    @Test
    void aConstantScheduleIsTheSameNamedOrNot() {
        EvaluationSection named = section("guidance-schedule: constant");
        assertThat(RecipeWriter.write(named)).isEqualTo(DEFAULTS);
        assertThat(named).isEqualTo(section("samples: 2048"));
        assertThat(section("guidance-scale: 3").drawings())
                .allSatisfy(drawing -> assertThat(
                                drawing.guidance().classifierFree().scale())
                        .isEqualTo(new GuidanceScale.Linear(3, 3)));
    }

    @Test
    void everyDrawingFollowsTheSchedule() {
        EvaluationSection section = section("guidance-scale: 4\nguidance-schedule: power-cosine\nguidance-power: 1.5");
        assertThat(section.drawings())
                .hasSize(4)
                .allSatisfy(drawing -> assertThat(
                                drawing.guidance().classifierFree().scale())
                        .isEqualTo(new GuidanceScale.PowerCosine(4, 1.5)));
        String text = RecipeWriter.write(section);
        assertThat(text).endsWith("guidance-schedule: power-cosine\nguidance-power: 1.5\n");
        assertThat(section(text)).isEqualTo(section);
    }

    @Test
    void aScheduleWithoutItsNumberIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> section("guidance-schedule: first-cells"))
                .withMessageContaining("guided-cells must be given");
    }

    private static EvaluationSection section(String yaml) {
        return RecipeReader.parse("evaluation", yaml, EvaluationSection.class);
    }
}
