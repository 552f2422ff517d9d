package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.PngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTests {
    @TempDir
    private static Path models;

    @TempDir
    private Path out;

    @BeforeAll
    static void writeModel() throws IOException {
        TinyModelFolder.write(models.resolve("tiny"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic", "random", "raster"})
    void aSingleImageEqualsTheOneDrawnAmongOthers(String order) throws IOException {
        generate("many", "--count", "8", "--seed", "5", "--batch-size", "3", "--order", order);
        generate("one", "--count", "1", "--first-index", "2", "--seed", "5", "--batch-size", "3", "--order", order);
        assertThat(out.resolve("one/5-2.png")).hasSameBinaryContentAs(out.resolve("many/5-2.png"));
        assertThat(out.resolve("many/5-1.png").toFile()).exists();
    }

    @Test
    void filesAreNamedByWhatTheyAre() throws IOException {
        generate("named", "--count", "3", "--seed", "7", "--first-index", "4", "--animate");
        assertThat(names("named"))
                .containsExactlyInAnyOrder(
                        "7-4.png",
                        "7-5.png",
                        "7-6.png",
                        "7-4-animation.gif",
                        "7-5-animation.gif",
                        "7-6-animation.gif",
                        "7-4-6-sheet.png",
                        "7-4-6-order.png");
    }

    @Test
    void anImageTellsHowItWasMade() throws IOException {
        generate("told", "--order", "dynamic", "--confidence", "margin", "--order-noise", "0.5", "--steps", "5");
        assertThat(PngFile.text(out.resolve("told/0-0.png")).get(PngFile.PARAMETERS))
                .contains(
                        "class: dogs",
                        "model: tiny",
                        "arm: any-order",
                        "confidence: margin",
                        "order-noise: 0.5",
                        "cells-per-step: 4",
                        "batch-size: 2");
    }

    @Test
    void aMissingClassIsAnsweredWithTheClasses() {
        Session session = new Session();
        int code = session.run("generate", "--model", models.resolve("tiny").toString(), "--out", out.toString());
        assertThat(code).isEqualTo(1);
        assertThat(session.err())
                .isEqualToIgnoringNewLines("oar: --class must name one of the classes of tiny: cats, dogs");
    }

    @Test
    void anArmThatIsNotThereIsRefused() {
        Session session = run("arm", "--arm", "specialised");
        assertThat(session.err())
                .startsWith("oar: model tiny has no weights of the arm specialised")
                .hasLineCount(1);
    }

    @Test
    void aDamagedWeightFileIsRefused() throws IOException {
        Path copy = models.resolve("damaged");
        TinyModelFolder.write(copy);
        Path weights = copy.resolve("any-order.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
        Session session = new Session();
        int code = session.run(
                "generate",
                "--model",
                copy.toString(),
                "--class",
                "cats",
                "--out",
                out.resolve("x").toString());
        assertThat(code).isEqualTo(1);
        assertThat(session.err())
                .startsWith("oar: ")
                .contains("any-order.safetensors")
                .hasLineCount(1);
        assertThat(out.resolve("x")).doesNotExist();
    }

    @Test
    void outputInPlaceOfAFileIsRefused() throws IOException {
        Files.writeString(out.resolve("taken"), "not a folder");
        Session session = run("taken");
        assertThat(session.err())
                .startsWith("oar: a folder is needed at ")
                .contains("taken")
                .hasLineCount(1);
    }

    @Test
    void modelsAreListedWithTheirClasses() {
        Session session = new Session();
        assertThat(session.run("models", models.toString())).isZero();
        assertThat(session.out()).contains("tiny", "cats, dogs", "8 x 8 pixels, 4 x 4 cells", "any-order");
    }

    private void generate(String folder, String... options) {
        Session session = run(folder, options);
        assertThat(session.err()).isEmpty();
        assertThat(session.out()).contains("drew ");
    }

    private Session run(String folder, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "generate",
                "--model",
                models.resolve("tiny").toString(),
                "--class",
                "dogs",
                "--out",
                out.resolve(folder).toString()));
        arguments.addAll(List.of(options));
        if (!arguments.contains("--batch-size")) {
            arguments.addAll(List.of("--batch-size", "2"));
        }
        Session session = new Session();
        session.run(arguments.toArray(String[]::new));
        return session;
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(out.resolve(folder))) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
