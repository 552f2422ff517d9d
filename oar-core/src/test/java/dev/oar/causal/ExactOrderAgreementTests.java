package dev.oar.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.scene.ExactWalk;
import dev.oar.scene.OrderRule;
import dev.oar.scene.SceneDistribution;
import dev.oar.scene.SceneGenerator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExactOrderAgreementTests {
    private static final SceneGenerator GENERATOR = new SceneGenerator();
    private static final SceneDistribution SCENES = GENERATOR.distribution();
    private static final int CELLS = 64;

    @Test
    void everyMostConfidentOrderAgreesWhateverBreaksItsTies() {
        for (int seed = 0; seed < 8; seed++) {
            CounterRandom random = CounterRandom.of(seed, "agreement");
            int[] tokens = GENERATOR.draw(random).tokens();
            GenerationOrder order =
                    ExactOrderAgreement.exact(SCENES, tokens, GenerationOrder.uniform(CELLS, random.derive(1)));
            ExactOrderAgreement agreement = ExactOrderAgreement.of(SCENES, tokens, order);
            assertThat(agreement.tau()).as("seed %d", seed).isEqualTo(1);
            assertThat(agreement.rasterTau()).as("seed %d", seed).isLessThan(1);
            assertThat(agreement.excessEntropy()).as("seed %d", seed).isCloseTo(0, within(1e-7));
        }
    }

    @Test
    void otherOrdersAgreeLess() {
        for (int seed = 0; seed < 8; seed++) {
            CounterRandom random = CounterRandom.of(seed, "disagreement");
            int[] tokens = GENERATOR.draw(random).tokens();
            ExactOrderAgreement unrelated =
                    ExactOrderAgreement.of(SCENES, tokens, GenerationOrder.uniform(CELLS, random.derive(1)));
            ExactOrderAgreement opposed = ExactOrderAgreement.of(
                    SCENES,
                    tokens,
                    ExactWalk.of(
                                    SCENES,
                                    tokens,
                                    OrderRule.leastConfident(GenerationOrder.raster(CELLS)),
                                    DecodingSchedule.sequential(CELLS))
                            .order());
            assertThat(unrelated.tau()).as("seed %d", seed).isLessThan(0.6);
            assertThat(opposed.tau()).as("seed %d", seed).isLessThan(unrelated.tau());
            assertThat(unrelated.excessEntropy()).as("seed %d", seed).isGreaterThan(0.3);
            assertThat(opposed.excessEntropy()).as("seed %d", seed).isGreaterThan(0.3);
        }
    }

    @Test
    void plansFillAllCells() {
        for (int steps : new int[] {1, 8, 16, 64}) {
            for (boolean late : new boolean[] {false, true}) {
                DecodingSchedule schedule = new StepPlan(steps, late).schedule(CELLS);
                assertThat(schedule.steps()).isEqualTo(steps);
                assertThat(Arrays.stream(schedule.cellsPerStep()).sum()).isEqualTo(CELLS);
            }
        }
    }
}
