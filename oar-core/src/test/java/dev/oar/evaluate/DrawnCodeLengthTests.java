package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class DrawnCodeLengthTests {
    private static final FamilyValues TEST = values(4, 5, 6, 5);

    private static FamilyValues values(double... bits) {
        return new FamilyValues(IntStream.range(0, bits.length).toArray(), bits);
    }

    private static EvaluationFigure apart(double... bits) {
        return new DrawnCodeLength(values(bits), TEST)
                .figures("arm", "random", 1)
                .get(1);
    }

    @Test
    void fewerBitsThanTestImagesAreAsFarApartAsMore() {
        assertThat(apart(4, 4.5, 3.5).value().point()).isCloseTo(1, within(1e-12));
        assertThat(apart(6, 6.5, 5.5).value().point()).isCloseTo(1, within(1e-12));
        assertThat(apart(6, 4).value().point()).isCloseTo(0, within(1e-12));
        assertThat(DrawnCodeLength.APART.judges()).isTrue();
        assertThat(DrawnCodeLength.BITS.judges()).isFalse();
    }

    @Test
    void twoArmsAreComparedImageByImageAlsoFromEitherSide() {
        double[] first = {6.1, 5.2, 7.3, 5.9};
        double[] second = {6.0, 5.1, 7.2, 5.8};
        Interval difference = apart(first).minus(apart(second));
        assertThat(difference.point()).isCloseTo(0.1, within(1e-12));
        assertThat(difference.reach()).as("every image has a tenth more").isLessThan(1e-9);
        double[] mirrored = Arrays.stream(second).map(bits -> 10 - bits).toArray();
        assertThat(apart(first).minus(apart(mirrored)).point()).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void theIntervalCoversTestImagesToo() {
        EvaluationFigure figure = apart(6, 6.5, 5.5);
        double ofDrawn = values(6, 6.5, 5.5).mean().reach();
        assertThat(figure.value().reach())
                .isCloseTo(Math.hypot(ofDrawn, TEST.mean().reach()), within(1e-12));
        assertThat(apart(6).value().bounded()).isFalse();
    }
}
