package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LearningRateScheduleTests {
    @Test
    void ratesEqualThoseOfTheReference() throws IOException {
        JsonNode cases;
        try (InputStream stream = Objects.requireNonNull(
                LearningRateScheduleTests.class.getResourceAsStream("/golden/schedules/learning_rate.json"))) {
            cases = new JsonMapper().readTree(stream);
        }
        assertThat(cases.size()).isEqualTo(2);
        for (JsonNode golden : cases) {
            long warmUp = golden.get("num_warmup_steps").asLong();
            LearningRateSchedule schedule = golden.get("name").asString().equals("cosine")
                    ? new LearningRateSchedule.Cosine(
                            warmUp, golden.get("min_lr_ratio").asDouble())
                    : new LearningRateSchedule.Constant(warmUp);
            for (Map.Entry<String, JsonNode> rate : golden.get("lr_at_step").properties()) {
                double actual = schedule.rate(
                        golden.get("base_lr").asDouble(),
                        Long.parseLong(rate.getKey()),
                        golden.get("num_training_steps").asLong());
                assertThat(actual)
                        .as("%s at step %s", schedule, rate.getKey())
                        .isCloseTo(rate.getValue().asDouble(), within(1e-9));
            }
        }
    }

    @Test
    void withoutWarmUpTheFirstStepUsesThePeak() {
        assertThat(new LearningRateSchedule.Cosine(0, 0).rate(0.5, 0, 10)).isEqualTo(0.5);
        assertThat(new LearningRateSchedule.Constant(0).rate(0.5, 0, 10)).isEqualTo(0.5);
    }

    @Test
    void theCosineStaysAtItsMinimumBeyondTheLastStep() {
        assertThat(new LearningRateSchedule.Cosine(2, 0.1).rate(1, 50, 10)).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void aLinearRateRisesOverTheWarmUpAndFallsToZeroAtTheEnd() {
        LearningRateSchedule schedule = new LearningRateSchedule.Linear(10);
        for (long step = 0; step <= 50; step++) {
            double expected = step < 10 ? step / 10.0 : (50 - step) / 40.0;
            assertThat(schedule.rate(0.5, step, 50)).as("step " + step).isCloseTo(0.5 * expected, within(1e-15));
        }
        assertThat(schedule.rate(0.5, 60, 50)).isZero();
        assertThat(new LearningRateSchedule.Linear(0).rate(0.5, 0, 10)).isEqualTo(0.5);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new LearningRateSchedule.Cosine(-1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("warm-up-steps");
        assertThatThrownBy(() -> new LearningRateSchedule.Cosine(0, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("minimum-ratio");
        assertThatThrownBy(() -> new LearningRateSchedule.Linear(-1)).hasMessageContaining("warm-up-steps");
    }
}
