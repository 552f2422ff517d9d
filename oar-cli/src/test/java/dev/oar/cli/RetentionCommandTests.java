package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models side by side in the orders they draw in, by the command, with the bundled model on pictures of noise in two of its classes. */
class RetentionCommandTests {
    @TempDir
    private Path folder;

    @Test
    void everyArmInEveryOrderStandsInOneTableBesideThePrimaryComparison() throws IOException {
        for (String name : new String[] {"flags", "symbols"}) {
            Path directory = Files.createDirectories(folder.resolve("images").resolve(name));
            for (int i = 0; i < 4; i++) {
                CounterRandom random = CounterRandom.of(i, name);
                byte[] rgb = new byte[64 * 64 * 3];
                for (int at = 0; at < rgb.length; at++) {
                    rgb[at] = (byte) random.bits(at);
                }
                Files.write(directory.resolve(i + ".png"), PngFile.encode(new RgbImage(64, 64, rgb)));
            }
        }
        String bundled = Files.readString(Path.of("../recipes/noto-emoji-64.yaml"));
        Path recipe = Files.writeString(
                folder.resolve("recipe.yaml"),
                bundled.replaceAll(
                        "(?s)\ndata:.*?\n\n", "\ndata: {path: images, image-size: 64, test-fraction: 0.5}\n\n"));
        Session session = new Session();
        assertThat(session.run(
                        "retention",
                        recipe.toString(),
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
}
