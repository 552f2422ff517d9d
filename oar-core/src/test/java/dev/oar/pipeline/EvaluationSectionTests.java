package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.decode.GuidanceScale;
import dev.oar.decode.Remasking;
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

    @Test
    void tokensAreDrawnAnewInEveryDrawingOrInNone() {
        EvaluationSection section = section("remasking: {share: 0.2}");
        assertThat(section.drawings())
                .allSatisfy(drawing -> assertThat(drawing.remasking()).contains(new Remasking(0.2, 1)));
        assertThat(section(RecipeWriter.write(section))).isEqualTo(section);
        assertThat(section("samples: 2048").drawings())
                .allSatisfy(drawing -> assertThat(drawing.remasking()).isEmpty());
    }

    @Test
    void anOrderThatAFileCalibratesIsNoneOfTheMoreOrders() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> section("more-orders: [{kind: dynamic, confidence: margin, calibration: usual.json}]"))
                .withMessageContaining("calibrated by one");
    }

    @Test
    void moreOrdersAreDrawnInBehindTheUsualOnes() {
        EvaluationSection section =
                section("order-noise: 0\nmore-orders:\n- {kind: spaced, steps: 16, order-noise: 0.5}\n"
                        + "- {kind: spaced, steps: 16, spacing: 0, order-noise: 0, step-schedule: masked-cosine}\n"
                        + "- {kind: random, steps: 16}");
        assertThat(section.drawings())
                .extracting(drawing -> drawing.order().label())
                .containsExactly(
                        "random",
                        "dynamic",
                        "raster",
                        "spaced by 2 in 16 steps, noise 0.5",
                        "spaced by 0 in 16 steps, masked-cosine",
                        "random in 16 steps");
        assertThat(section(RecipeWriter.write(section))).isEqualTo(section);
        assertThat(section.dynamicOrders()).hasSize(1);
    }

    @Test
    void ordersThatCannotBeToldApartOrStandInFilesAreRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> section("more-orders: [{kind: raster}]"))
                .withMessageContaining("must have different names");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> section("more-orders: [{kind: file, path: orders, steps: 3}]"))
                .withMessageContaining("must be known without a file");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> section("more-orders: [{kind: spaced}]"))
                .withMessageContaining("needs a number of steps above 0");
    }

    @Test
    void anOrderOfANetworkThatNoRunTrainsIsRefusedBeforeItBegins() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> section("more-orders: [{kind: learned}]"))
                .withMessageContaining("learned, noise 1")
                .withMessageContaining("needs an order network");
    }

    private static EvaluationSection section(String yaml) {
        return RecipeReader.parse("evaluation", yaml, EvaluationSection.class);
    }
}
