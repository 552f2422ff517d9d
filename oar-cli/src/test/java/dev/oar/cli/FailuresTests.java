package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.artifact.ModelManifest;
import dev.oar.config.RecipeReader;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class FailuresTests {
    @TempDir
    private Path folder;

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("nothing");
        expectSentence(
                catchThrowable(() -> Files.readAllBytes(missing)),
                "oar: there is no file or folder " + missing + "; check the path");
    }

    @Test
    void aFullDiskIsCalledThat() {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        expectSentence(
                catchThrowable(() -> Files.write(full, new byte[100])),
                "oar: the disk is full; free space and give the same command again, finished work is kept");
    }

    @Test
    void aFullDiskIsFoundBehindOtherExceptions() {
        IOException full = new IOException("No space left on device");
        expectSentence(
                new UncheckedIOException(new IOException("run/x.safetensors could not be written", full)),
                "oar: the disk is full; free space and give the same command again, finished work is kept");
    }

    @Test
    void aRecipesSentenceIsPassedOn() {
        Throwable failure = catchThrowable(() -> RecipeReader.parse("model.yaml", "nmae: x\n", ModelManifest.class));
        expectSentence(failure, "oar: " + failure.getMessage());
    }

    @Test
    void carriersAreTakenOff() {
        expectSentence(new CompletionException(new IllegalArgumentException("the rule")), "oar: the rule");
    }

    @Test
    void notANumberIsPassedOn() {
        expectSentence(new ArithmeticException("the loss of step 3 is NaN"), "oar: the loss of step 3 is NaN");
    }

    @Test
    void textFromNativeCodeStaysInTheLog() throws IOException {
        LibTorch.load();
        Throwable failure = catchThrowable(() ->
                TensorScope.run(() -> Tensors.cat(0, Tensors.of(new float[6], 2, 3), Tensors.of(new float[20], 4, 5))));
        assertThat(failure.getMessage()).contains("\nException raised from");
        Session session = report(failure);
        assertThat(session.err())
                .startsWith("oar: LibTorch refused an operation: Sizes of tensors must match")
                .hasLineCount(1)
                .doesNotContain("frame #");
        String log = session.err().replaceAll("(?s).*details in (.*)\\).*", "$1");
        assertThat(Path.of(log)).content().contains("Sizes of tensors must match", "FailuresTests");
        Files.delete(Path.of(log));
    }

    @Test
    void aFullGpuIsCalledThat() throws IOException {
        RuntimeException failure =
                new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB.\nException raised");
        int inNativeCode = -2;
        failure.setStackTrace(
                new StackTraceElement[] {new StackTraceElement("org.bytedeco.pytorch.Tensor", "mm", null, inNativeCode)
                });
        Session session = report(failure);
        assertThat(session.err())
                .startsWith("oar: the GPU is out of memory; use a smaller batch size or --device cpu (details in ")
                .hasLineCount(1);
        Files.delete(Path.of(session.err().replaceAll("(?s).*details in (.*)\\).*", "$1")));
    }

    @Test
    void theHeapRunningOutIsOneSentenceToo() {
        expectSentence(
                new OutOfMemoryError("Java heap space"),
                "oar: the Java heap is too small (Java heap space); use smaller batches or set OAR_JAVA_OPTS=-Xmx8g");
    }

    @Test
    void anInterruptionHasItsOwnExitCode() {
        Session session = new Session();
        assertThat(new Failures(session.terminal()).report(new CancellationException(), false))
                .isEqualTo(130);
        assertThat(session.err()).startsWith("oar: interrupted").hasLineCount(1);
    }

    @Test
    void verboseShowsTheStack() {
        Session session = new Session();
        new Failures(session.terminal()).report(new IllegalArgumentException("the rule"), true);
        assertThat(session.err()).contains("\tat ", "oar: the rule");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "genrate",
                "generate",
                "generate --model",
                "generate --model x --out y --count many",
                "generate --model x --out y --weight-format heavy",
                "generate --model x --out y --frobnicate",
                "doctor --threads 0",
                "models a b"
            })
    void wrongUsageIsOneSentenceAndExitCode2(String arguments) {
        Session session = new Session();
        assertThat(session.run(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(session.err()).startsWith("oar: ").hasLineCount(1);
        assertThat(session.out()).isEmpty();
    }

    @Test
    void anUnknownModelIsOneSentenceAndExitCode1() {
        Session session = new Session();
        assertThat(session.run("generate", "--model", "nothing", "--out", folder.toString()))
                .isEqualTo(1);
        assertThat(session.err()).startsWith("oar: ").contains("'nothing'").hasLineCount(1);
    }

    private static void expectSentence(Throwable failure, String line) {
        assertThat(report(failure).err()).isEqualToIgnoringNewLines(line).hasLineCount(1);
    }

    private static Session report(Throwable failure) {
        Session session = new Session();
        assertThat(new Failures(session.terminal()).report(failure, false)).isEqualTo(1);
        return session;
    }
}
