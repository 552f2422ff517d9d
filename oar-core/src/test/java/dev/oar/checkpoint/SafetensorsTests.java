package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.AtomicFile;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class SafetensorsTests {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = torch.ScalarType.class,
            names = {"Double", "Float", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool"})
    void loadingWhatWasSavedGivesTheSameBytes(torch.ScalarType type) throws IOException {
        Path file = directory.resolve("a.safetensors");
        try (TensorScope scope = TensorScope.open()) {
            Tensor saved = Tensors.normal(7, 3, 5)
                    .mul(Tensors.full(50, torch.ScalarType.Float))
                    .to(type);
            Safetensors.write(file, Map.of("x", saved), Map.of("made-by", "a test"));
            Safetensors opened = Safetensors.open(file);
            Tensor loaded = opened.read("x");
            assertThat(loaded.scalar_type().intern()).isEqualTo(type);
            assertThat(loaded.shape()).containsExactly(3, 5);
            assertThat(Tensors.memory(loaded)).isEqualTo(Tensors.memory(saved)).isEqualTo(opened.map("x"));
            assertThat(opened.metadata()).containsExactly(Map.entry("made-by", "a test"));
            assertThat(scope).isNotNull();
        }
    }

    @Test
    void savingWhatWasLoadedGivesTheSameFile() throws IOException {
        Path first = directory.resolve("first.safetensors");
        Path second = directory.resolve("second.safetensors");
        TensorScope.run(() -> write(first, mixed()));
        try (Weights weights = Safetensors.weights(first)) {
            assertThat(weights.names()).containsExactly("flags", "empty", "scalar", "transposed", "größe");
            Safetensors.write(second, weights.asMap(), Map.of());
        }
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void everyTensorBeginsAtAMultipleOfItsElementSize() throws IOException {
        Path file = directory.resolve("a.safetensors");
        TensorScope.run(() -> write(file, mixed()));
        Safetensors opened = Safetensors.open(file);
        for (String name : opened.names()) {
            Safetensors.Entry entry = opened.entry(name);
            int width = ElementType.named(entry.type()).orElseThrow().bytes();
            assertThat(entry.begin() % width).as(name).isZero();
        }
    }

    @Test
    void aTypeTheFormatDoesNotKnowIsRefusedBeforeAnythingIsWritten() {
        Path file = directory.resolve("a.safetensors");
        TensorScope.run(() -> assertThatThrownBy(() ->
                        Safetensors.write(file, Map.of("x", Tensors.zeros(torch.ScalarType.ComplexFloat, 2)), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ComplexFloat"));
        assertThat(file).doesNotExist();
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = directory.resolve("a.bin");
        AtomicFile.write(file, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    channel.write(java.nio.ByteBuffer.wrap(new byte[] {9}));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a.bin")
                .hasMessageContaining("No space left on device");
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFileCannotReplaceADirectory() {
        assertThatThrownBy(() -> AtomicFile.write(directory, new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a directory");
    }

    static Map<String, Tensor> mixed() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("flags", Tensors.of(new boolean[] {true, false, true}, 3));
        tensors.put("empty", Tensors.zeros(torch.ScalarType.Half, 0, 4));
        tensors.put("scalar", Tensors.full(2.5, torch.ScalarType.Double));
        tensors.put("transposed", Tensors.normal(3, 2, 3).transpose(0, 1));
        tensors.put("größe", Tensors.of(new int[] {1, 2, 3, 4}, 2, 2));
        return tensors;
    }

    private static void write(Path file, Map<String, Tensor> tensors) {
        try {
            Safetensors.write(file, tensors, Map.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
