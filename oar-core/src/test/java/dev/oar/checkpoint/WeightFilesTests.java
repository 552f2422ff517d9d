package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightFilesTests {
    private static final Path CASE = Golden.resource("checkpoint-formats").folder();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "nested_zip.pt, a.safetensors, PyTorchFile",
        "nested_legacy.pt, a.json, PyTorchFile",
        "mixed.safetensors, a.pt, Safetensors",
        "mixed.safetensors, a, Safetensors"
    })
    void theFormatIsToldByTheContentAndNotByTheName(String original, String name, String type) throws IOException {
        Path copy = Files.copy(CASE.resolve(original), directory.resolve(name));
        WeightFile file = WeightFiles.open(copy);
        assertThat(file.getClass().getSimpleName()).isEqualTo(type);
        assertThat(file.path()).isEqualTo(copy);
        assertThat(file.names()).hasSize(14);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "version https://git-lfs.github.com/spec/v1",
                "<!DOCTYPE html><html>",
                "\u0089HDF\r\n\u001a\n",
                "GGUF\u0003\0\0\0",
                "\u0093NUMPY\u0001\0v\0",
                "\u001f\u008b\b\0\0\0\0\0"
            })
    void anythingElseIsRefusedAndShown(String content) throws IOException {
        Path file = Files.write(
                directory.resolve("a.safetensors"), content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> WeightFiles.open(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("must be a safetensors file, an index of such files or a PyTorch file")
                .satisfies(e -> assertThat(e.getMessage()).matches("[\\x20-\\x7e]{20,400}"));
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertThatThrownBy(() -> WeightFiles.open(directory.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> WeightFiles.open(directory))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("is a directory");
        assertThatThrownBy(() -> PyTorchFile.open(directory)).isInstanceOf(CorruptFileException.class);
        assertThatThrownBy(() -> ShardedSafetensors.open(directory)).isInstanceOf(CorruptFileException.class);
    }

    @Test
    void aKeyIsForPyTorchFilesOnly() throws IOException {
        assertThat(WeightFiles.open(CASE.resolve("nested_legacy.pt"), "model").names())
                .hasSize(14);
        assertThatThrownBy(() -> WeightFiles.open(CASE.resolve("mixed.safetensors"), "model"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'model'");
    }
}
