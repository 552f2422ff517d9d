package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models side by side in the orders they draw in, by the command, with the bundled model on pictures of noise in two of its classes. */
class RetentionCommandTests {
    @TempDir
    private Path folder;

    @Test
    void everyArmInEveryOrderStandsInOneTableBesideThePrimaryComparison() throws IOException {
        NoisePictures.write(folder, 4);
        Session session = new Session();
        assertThat(session.run(
                        "retention",
                        NoisePictures.recipe(folder, 0.5).toString(),
                        "--model",
                        "../models/noto-emoji-64",
                        "--arm",
                        "any-order",
                        "--arm",
                        "specialised",
                        "--samples",
                        "0",
                        "--batch-size",
                        "4",
                        "--out",
                        folder.resolve("out").toString()))
                .as(session.err())
                .isZero();
        assertThat(session.out())
                .contains("Bits per token, minus those of any-order in random orders")
                .containsPattern("\\n +any-order +specialised\\n  random +0 +[+-]\\d\\.\\d{3} ± \\d\\.\\d{3}\\n")
                .containsPattern(
                        "\\n  dynamic, noise 1 +[+-]\\d\\.\\d{3} ± \\d\\.\\d{3} +[+-]\\d\\.\\d{3} ± \\d\\.\\d{3}\\n")
                .contains(
                        "primary comparison: specialised (dynamic, noise 1) minus any-order (random), bits per token");
        assertThat(folder.resolve("out/results.json")).isNotEmptyFile();
    }

    @Test
    void aModelThatDrawsFromCaptionsIsMeasuredUnderThoseOfTheImages() throws IOException {
        Session session = new Session();
        assertThat(session.run(
                        "retention",
                        NoisePictures.captioned(folder, 4).toString(),
                        "--model",
                        "../models/avatars-32",
                        "--arm",
                        "any-order",
                        "--samples",
                        "4",
                        "--batch-size",
                        "4",
                        "--out",
                        folder.resolve("out").toString()))
                .as(session.err())
                .isZero();
        assertThat(session.out()).containsPattern("\n  dynamic, noise 1 +[+-]\\d");
    }
}
