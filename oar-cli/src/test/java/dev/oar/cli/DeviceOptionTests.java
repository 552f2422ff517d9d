package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.tensor.Device;
import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceOptionTests {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeModel() throws IOException {
        TinyModelFolder.write(folder.resolve("tiny"));
    }

    /** Every command with the option, and what else it needs. */
    static Stream<List<String>> commands() {
        String model = folder.resolve("tiny").toString();
        String out = folder.resolve("out").toString();
        String recipe = Path.of("..", "recipes", "quickstart.yaml").toString();
        return Stream.of(
                List.of("bench", "--model", model, "--only", "nothing"),
                List.of("generate", "--model", model, "--class", "cats", "--out", out),
                List.of("retention", recipe, "--model", model, "--out", out),
                List.of("run", recipe, "--out", out),
                List.of("quickstart", "--out", out),
                List.of("evaluate", recipe, "--out", out),
                List.of("extract", recipe, "--out", out),
                List.of("pretrain", recipe, "--out", out));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aGpuThatIsNotThereIsOneSentenceBeforeAnythingIsDone(List<String> command) {
        Session session = run(command, Device.cuda(Device.gpus()).label());
        assertThat(session.err())
                .hasLineCount(1)
                .startsWith("oar: the device cuda")
                .endsWith(", or leave --device out\n");
        assertThat(session.out()).isEmpty();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void anUnknownDeviceIsAMistakeOfTheCommandLine(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--device", "gpu"));
        Session session = new Session();
        assertThat(session.run(words.toArray(String[]::new))).isEqualTo(2);
        assertThat(session.err()).hasLineCount(1).contains("must be cpu, cuda or cuda:N", "'gpu'");
    }

    @Test
    void theProcessorCanBeNamed() {
        Session session = new Session();
        assertThat(session.run(
                        "generate",
                        "--model",
                        folder.resolve("tiny").toString(),
                        "--class",
                        "cats",
                        "--device",
                        "cpu",
                        "--out",
                        folder.resolve("drawn").toString()))
                .as(session.err())
                .isZero();
        assertThat(folder.resolve("drawn/0-0.png")).isRegularFile();
    }

    private static Session run(List<String> command, String device) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--device", device));
        Session session = new Session();
        assertThat(session.run(words.toArray(String[]::new))).isEqualTo(1);
        return session;
    }
}
