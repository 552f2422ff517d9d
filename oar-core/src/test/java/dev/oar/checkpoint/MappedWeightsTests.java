package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.MappedFile;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class MappedWeightsTests {
    private static final Path MAPPINGS = Path.of("/proc/self/maps");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = torch.ScalarType.class,
            names = {"Double", "Float", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool"})
    void mappedTensorsEqualCopiedOnes(torch.ScalarType type) throws IOException {
        Path file = directory.resolve("gewichte-größe.safetensors");
        TensorScope.run(() -> write(
                file,
                Map.of(
                        "x", Tensors.normal(7, 3, 5).mul(new Scalar(50)).to(type),
                        "scalar", Tensors.full(1, type),
                        "empty", Tensors.zeros(type, 0, 3))));
        try (Weights mapped = Safetensors.mapped(file);
                Weights copied = Safetensors.weights(file)) {
            assertThat(mapped.names()).containsExactlyElementsOf(copied.names());
            assertThat(Fingerprint.of(mapped)).isEqualTo(Fingerprint.of(copied));
            assertThat(mapped.get("x").scalar_type().intern()).isEqualTo(type);
        }
    }

    @Test
    void theMappingOutlivesScopesAndEndsWithItsWeights() throws IOException {
        assumeTrue(Files.exists(MAPPINGS));
        Path file = floats("held.safetensors");
        Weights mapped;
        try (TensorScope scope = TensorScope.open()) {
            mapped = Safetensors.mapped(file);
            assertThat(scope).isNotNull();
        }
        assertThat(isMapped(file)).isTrue();
        assertThat(TensorScope.compute(() -> Tensors.floats(mapped.get("x")))).containsExactly(0, 1, 2, 3);
        mapped.close();
        assertThat(isMapped(file)).isFalse();
    }

    @Test
    void theMappingLastsAsLongAsAnyTensorThatLooksIntoIt() throws IOException {
        assumeTrue(Files.exists(MAPPINGS));
        Path file = floats("shared.safetensors");
        try (TensorScope scope = TensorScope.open()) {
            Tensor view;
            try (Weights mapped = Safetensors.mapped(file)) {
                view = mapped.get("x").narrow(0, 1, 2);
            }
            assertThat(isMapped(file)).isTrue();
            assertThat(Tensors.floats(view)).containsExactly(1, 2);
            assertThat(scope).isNotNull();
        }
        assertThat(isMapped(file)).isFalse();
    }

    @Test
    void copiesOfMappedWeightsDoNotHoldTheMapping() throws IOException {
        assumeTrue(Files.exists(MAPPINGS));
        Path file = floats("copied.safetensors");
        Weights copy;
        Weights half;
        try (Weights mapped = Safetensors.mapped(file)) {
            copy = mapped.copy();
            half = mapped.to(torch.ScalarType.Half);
        }
        try (copy;
                half) {
            assertThat(isMapped(file)).isFalse();
            assertThat(TensorScope.compute(() -> Tensors.floats(copy.get("x")))).containsExactly(0, 1, 2, 3);
            assertThat(TensorScope.compute(() -> Tensors.floats(half.get("x")))).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void writingToAMappedTensorChangesNeitherTheFileNorAnotherMapping() throws IOException {
        Path file = floats("private.safetensors");
        byte[] before = Files.readAllBytes(file);
        try (Weights written = Safetensors.mapped(file);
                Weights other = Safetensors.mapped(file);
                TensorScope scope = TensorScope.open()) {
            written.requireGradient(true);
            Tensors.runWithoutGradient(() -> written.get("x").add_(new Scalar(10)));
            assertThat(Tensors.floats(written.get("x"))).containsExactly(10, 11, 12, 13);
            assertThat(Tensors.floats(other.get("x"))).containsExactly(0, 1, 2, 3);
            assertThat(scope).isNotNull();
        }
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void changingOneTensorBetweenForwardAndBackwardLeavesTheOthersUsable() throws IOException {
        Path file = directory.resolve("two.safetensors");
        TensorScope.run(() -> write(
                file,
                Map.of(
                        "x",
                        Tensors.range(0, 4).to(torch.ScalarType.Float),
                        "y",
                        Tensors.full(3, torch.ScalarType.Float, 4))));
        try (Weights mapped = Safetensors.mapped(file);
                TensorScope scope = TensorScope.open()) {
            mapped.requireGradient(true);
            Tensor loss = mapped.get("x").mul(mapped.get("x")).sum();
            Tensors.runWithoutGradient(() -> mapped.get("y").add_(new Scalar(1)));
            loss.backward();
            assertThat(Tensors.floats(mapped.get("x").grad())).containsExactly(0, 2, 4, 6);
            assertThat(scope).isNotNull();
        }
    }

    @Test
    void aTensorThatIsNotAlignedIsCopied() throws IOException {
        assumeTrue(Files.exists(MAPPINGS));
        byte[] bytes = bytes("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} ", 4);
        assertThat((bytes.length - 4) % 4).isNotZero();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, 2.5f);
        Path file = Files.write(directory.resolve("odd.safetensors"), bytes);
        try (Weights mapped = Safetensors.mapped(file)) {
            assertThat(TensorScope.compute(() -> Tensors.floats(mapped.get("x"))))
                    .containsExactly(2.5f);
            assertThat(isMapped(file)).isFalse();
        }
    }

    @Test
    void tensorsBeyondTwoGibibytesAreMappedWhole() throws IOException {
        long size = 3L << 30;
        Path file = directory.resolve("large.safetensors");
        Files.write(
                file,
                bytes("{\"x\":{\"dtype\":\"U8\",\"shape\":[" + size + "],\"data_offsets\":[0," + size + "]}}", 0));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), channel.size() + size - 4);
        }
        try (Weights mapped = Safetensors.mapped(file)) {
            assertThat(TensorScope.compute(() -> Tensors.bytes(mapped.get("x").narrow(0, size - 5, 5))))
                    .containsExactly(0, 1, 2, 3, 4);
        }
    }

    @Test
    void aByteThatIsNoTruthValueIsRefused() throws IOException {
        byte[] bytes = bytes("{\"x\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]}}", 3);
        bytes[bytes.length - 1] = 2;
        Path file = Files.write(directory.resolve("flags.safetensors"), bytes);
        assertThatThrownBy(() -> Safetensors.mapped(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("but has 2");
    }

    @Test
    void aFileShorterThanItWasWhenOpenedIsNotMapped() throws IOException {
        Path file = floats("short.safetensors");
        Safetensors opened = Safetensors.open(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        assertThatThrownBy(opened::mapped)
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("since it was opened");
        assertThatThrownBy(() -> MappedFile.bytes(file, Files.size(file) + 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("short.safetensors");
        assertThatThrownBy(() -> MappedFile.bytes(directory.resolve("missing"), 8))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing");
    }

    private Path floats(String name) {
        Path file = directory.resolve(name);
        TensorScope.run(() -> write(file, Map.of("x", Tensors.range(0, 4).to(torch.ScalarType.Float))));
        return file;
    }

    private static boolean isMapped(Path file) throws IOException {
        return Files.readString(MAPPINGS).contains(file.getFileName().toString());
    }

    private static void write(Path file, Map<String, Tensor> tensors) {
        try {
            Safetensors.write(file, tensors, Map.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String header, int dataBytes) {
        byte[] encoded = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + encoded.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(encoded.length)
                .put(encoded)
                .array();
    }
}
