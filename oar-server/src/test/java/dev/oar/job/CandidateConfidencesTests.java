package dev.oar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.message.CandidateConfidences;
import dev.oar.order.CounterRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class CandidateConfidencesTests {
    @Test
    void aByteACellTellsEveryConfidenceToHalfALevel() {
        for (long seed = 0; seed < 20; seed++) {
            CounterRandom random = CounterRandom.of(seed, "confidences of a test");
            double[] confidences = new double[64];
            for (int cell = 0; cell < confidences.length; cell++) {
                confidences[cell] = random.integer(3, 2L * cell) == 0 ? Double.NaN : -5 * random.uniform(2L * cell + 1);
            }
            CandidateConfidences told = CandidateConfidences.of(confidences).orElseThrow();
            byte[] levels = Base64.getDecoder().decode(told.levels());
            double level = (told.high() - told.low()) / 254;
            for (int cell = 0; cell < confidences.length; cell++) {
                int of = levels[cell] & 255;
                assertThat(of == 0).as("seed %s, cell %s", seed, cell).isEqualTo(Double.isNaN(confidences[cell]));
                if (of > 0) {
                    assertThat(told.low() + (of - 1) * level)
                            .as("seed %s, cell %s", seed, cell)
                            .isCloseTo(confidences[cell], within(level / 2 + 1e-12));
                }
            }
        }
    }

    @Test
    void equalOnesAreAllTheLeastAndNoneAreNothing() {
        CandidateConfidences told = CandidateConfidences.of(Double.NaN, -2, -2).orElseThrow();
        assertThat(told.low()).isEqualTo(told.high()).isEqualTo(-2);
        assertThat(Base64.getDecoder().decode(told.levels())).containsExactly(0, 1, 1);
        assertThat(CandidateConfidences.of(Double.NaN, Double.NEGATIVE_INFINITY))
                .isEmpty();
    }
}
