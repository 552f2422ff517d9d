package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BlasChoiceTests {
    @Test
    void openBlasIsChosenOnlyWhereOneOfItsThreadsDoesMuchMoreThanOneOfMkl() {
        assertThat(choice(Map.of("mkl", 90e9, "openblas", 65e9))).isEqualTo("mkl");
        assertThat(choice(Map.of("mkl", 99e9, "openblas", 110e9))).isEqualTo("mkl");
        assertThat(choice(Map.of("mkl", 99e9, "openblas", 235e9))).isEqualTo("openblas");
    }

    @Test
    void whatCouldNotBeMeasuredIsNotChosenForThat() {
        assertThat(choice(Map.of())).isEqualTo("mkl");
        assertThat(choice(Map.of("openblas", 65e9))).isEqualTo("mkl");
        assertThat(choice(Map.of("mkl", 65e9))).isEqualTo("mkl");
    }

    @Test
    void theChoiceOfThisProcessIsWhatItRunsOn() {
        LibTorch.load();
        LibTorch.blasChoice().ifPresent(choice -> assertThat(choice.library()).isEqualTo(LibTorch.blas()));
    }

    private static String choice(Map<String, Double> rates) {
        return new BlasChoice(rates, false).library();
    }
}
