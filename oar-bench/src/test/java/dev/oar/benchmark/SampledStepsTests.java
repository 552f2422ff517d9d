package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampledStepsTests {
    @Test
    void stepsAreTakenFromTheMiddleOfEveryPartAndTheRestIsSkipped() {
        List<String> calls = new ArrayList<>();
        double[] seconds = new SampledSteps(2, 3).seconds(20, walk(calls));
        assertThat(seconds).hasSize(3);
        assertThat(calls)
                .containsExactly(
                        "skip 0 to 3", "step 3", "step 4", "step 5", "skip 6 to 13", "step 13", "step 14", "step 15");
    }

    @Test
    void allStepsCanBeSampled() {
        List<String> calls = new ArrayList<>();
        double[] unused = new SampledSteps(2, 2).seconds(4, walk(calls));
        assertThat(calls).containsExactly("step 0", "step 1", "step 2", "step 3");
        assertThatThrownBy(() -> new SampledSteps(2, 2).seconds(3, walk(calls)))
                .hasMessageContaining("time it as a whole");
    }

    private static SampledSteps.Walk walk(List<String> calls) {
        return new SampledSteps.Walk() {
            @Override
            public void skip(int from, int to) {
                calls.add("skip " + from + " to " + to);
            }

            @Override
            public void step(int number) {
                calls.add("step " + number);
            }
        };
    }
}
