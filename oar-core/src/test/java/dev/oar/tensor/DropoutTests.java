package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class DropoutTests {
    private static final int COUNT = 20_000;

    @Test
    void aSeedGivesTheSameMasksAgainAndEveryCallAnotherOne() {
        float[] first = twoCalls(7);
        assertThat(twoCalls(7)).isEqualTo(first);
        assertThat(twoCalls(8)).isNotEqualTo(first);
        int equal = 0;
        for (int i = 0; i < COUNT; i++) {
            equal += (first[i] == first[COUNT + i]) ? 1 : 0;
        }
        // Two independent masks agree with probability 0.8^2 + 0.2^2.
        assertThat((double) equal / COUNT).isCloseTo(0.68, within(0.02));
    }

    @Test
    void asManyNumbersAreDroppedAsAskedAndTheMeanStays() {
        float[] kept = twoCalls(9);
        int zeros = 0;
        double sum = 0;
        for (float value : kept) {
            zeros += value == 0 ? 1 : 0;
            sum += value;
            assertThat(value == 0 || Math.abs(value - 1.25f) < 1e-6).isTrue();
        }
        assertThat((double) zeros / kept.length).isCloseTo(0.2, within(0.01));
        assertThat(sum / kept.length).isCloseTo(1, within(0.02));
    }

    @Test
    void nothingIsDroppedOutsideTrainingOrAtProbabilityZero() {
        TensorScope.run(() -> {
            Tensor ones = ones();
            assertThat(Tensors.floats(Dropout.apply(ones, 0.5, false))).containsOnly(1f);
            assertThat(Tensors.floats(Dropout.seeded(1, () -> Dropout.apply(ones, 0, true))))
                    .containsOnly(1f);
        });
    }

    @Test
    void outsideOfASeedMasksComeFromTheDefaultGenerator() {
        TensorScope.run(() -> {
            torch.manual_seed(5);
            float[] ours = Tensors.floats(Dropout.apply(ones(), 0.2, true));
            torch.manual_seed(5);
            assertThat(Tensors.floats(torch.dropout(ones(), 0.2, true))).isEqualTo(ours);
        });
    }

    private static float[] twoCalls(long seed) {
        return TensorScope.compute(() -> Dropout.seeded(
                seed,
                () -> Tensors.floats(
                        Tensors.cat(0, Dropout.apply(ones(), 0.2, true), Dropout.apply(ones(), 0.2, true)))));
    }

    private static Tensor ones() {
        return Tensors.full(1, torch.ScalarType.Float, COUNT);
    }
}
