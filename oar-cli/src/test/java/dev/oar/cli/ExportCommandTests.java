package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class ExportCommandTests {
    private static final String ANY_ORDER = "any-order.safetensors";

    @TempDir
    private Path folder;

    private Path model = Path.of("");

    @BeforeEach
    void writeModel() throws IOException {
        model = folder.resolve("tiny");
        TinyModelFolder.write(model);
    }

    @Test
    void aFloat32ExportDrawsTheSameImages() throws IOException {
        assertThat(new Session().run("export", "--model", model.toString(), "--out", path("copy")))
                .isZero();
        assertThat(draw("copy").resolve("0-0.png"))
                .hasSameBinaryContentAs(draw("tiny").resolve("0-0.png"));
    }

    @Test
    void aFloat16ExportIsHalfAsLargeAndStillDraws() throws IOException {
        assertThat(new Session()
                        .run(
                                "export",
                                "--model",
                                model.toString(),
                                "--arms",
                                "any-order",
                                "--type",
                                "float16",
                                "--out",
                                path("half")))
                .isZero();
        double share =
                (double) Files.size(folder.resolve("half").resolve(ANY_ORDER)) / Files.size(model.resolve(ANY_ORDER));
        assertThat(share).isBetween(0.5, 0.6);
        assertThat(draw("half").resolve("0-0.png")).exists();
    }

    @Test
    void aDamagedFileIsNotPassedOn() throws IOException {
        byte[] bytes = Files.readAllBytes(model.resolve(ANY_ORDER));
        bytes[bytes.length - 1] ^= 1;
        Files.write(model.resolve(ANY_ORDER), bytes);
        Session session = new Session();
        assertThat(session.run("export", "--model", model.toString(), "--out", path("copy")))
                .isEqualTo(1);
        assertThat(session.err()).contains("fingerprint", ANY_ORDER);
        assertThat(folder.resolve("copy").resolve(ModelFolder.MANIFEST)).doesNotExist();
    }

    @Test
    void aModelThatIsThereAlreadyIsNotReplaced() throws IOException {
        Path other = folder.resolve("other");
        TinyModelFolder.write(other);
        byte[] before = Files.readAllBytes(other.resolve(ModelFolder.MANIFEST));
        assertRefused("holds one already; choose another folder", "--type", "bfloat16", "--out", other.toString());
        assertThat(other.resolve(ModelFolder.MANIFEST)).hasBinaryContent(before);
        assertThat(other.resolve(ANY_ORDER)).hasSameBinaryContentAs(model.resolve(ANY_ORDER));
    }

    @Test
    void armsThatTheModelLacksAndItsOwnFolderAreRefused() {
        assertRefused("must name arms that the model has", "--arms", "specialised", "--out", path("copy"));
        assertRefused("another folder than its own", "--out", model.toString());
        assertThat(model.resolve(ModelFolder.MANIFEST)).exists();
    }

    private void assertRefused(String sentence, String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "export";
        arguments[1] = "--model";
        arguments[2] = model.toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        Session session = new Session();
        assertThat(session.run(arguments)).isNotZero();
        assertThat(session.err()).contains(sentence);
    }

    private Path draw(String name) {
        Session session = new Session();
        int code = session.run(
                "generate",
                "--model",
                path(name),
                "--class",
                "dogs",
                "--order",
                "raster",
                "--out",
                path(name + "-drawn"));
        assertThat(session.err()).isEmpty();
        assertThat(code).isZero();
        return folder.resolve(name + "-drawn");
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }
}
