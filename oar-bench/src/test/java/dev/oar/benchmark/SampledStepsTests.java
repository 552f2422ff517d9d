package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.decode.DecodingListener;
import dev.oar.order.DecodingSchedule;
import dev.oar.testing.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class SampledStepsTests {
    @Test
    void stepsAreTakenFromTheMiddleOfEveryPartAndTheRestIsTakenAtOnce() {
        assertThat(new SampledSteps(2, 3)
                        .of(20).stream()
                                .map(step -> step.first() + " + " + step.count() + (step.isTimed() ? " timed" : "")))
                .containsExactly(
                        "0 + 2",
                        "2 + 1",
                        "3 + 1 timed",
                        "4 + 1 timed",
                        "5 + 1 timed",
                        "6 + 6",
                        "12 + 1",
                        "13 + 1 timed",
                        "14 + 1 timed",
                        "15 + 1 timed",
                        "16 + 4");
        assertThat(new SampledSteps(2, 1).of(new DecodingSchedule(new int[] {1, 2, 3, 4, 5, 6, 7, 8})))
                .isEqualTo(new DecodingSchedule(new int[] {1, 2, 7, 5, 6, 15}));
    }

    @Test
    void allStepsCanBeSampled() {
        assertThat(new SampledSteps(2, 2).of(4)).hasSize(4).allMatch(SampledSteps.Step::isTimed);
        assertThatThrownBy(() -> new SampledSteps(2, 2).of(3)).hasMessageContaining("time it as a whole");
    }

    @Test
    void theDecodingEndsBehindTheLastTimedStep() {
        List<Integer> between = new ArrayList<>();
        List<String> ended = new ArrayList<>();
        double[] seconds = new SampledSteps(2, 3)
                .seconds(
                        20,
                        listener -> {
                            try {
                                for (int step = 0; step < 11; step++) {
                                    listener.stepped(new DecodingListener.Progress(
                                            0, 0, () -> new int[0][], () -> new double[0][], () -> new double[0][]));
                                }
                            } catch (CancellationException e) {
                                ended.add(e.getMessage());
                                throw e;
                            }
                        },
                        between::add);
        assertThat(seconds).hasSize(3);
        assertThat(between).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(ended).containsExactly("all sampled steps are timed");
    }

    @Test
    void aDecodingThatIsCancelledEarlierIsNoMeasurement() {
        assertThatThrownBy(() -> new SampledSteps(1, 1).seconds(3, listener -> {
                    throw new CancellationException("by someone else");
                }))
                .isInstanceOf(CancellationException.class);
    }
}
