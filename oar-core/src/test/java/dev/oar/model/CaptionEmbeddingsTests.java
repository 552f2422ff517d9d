package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class CaptionEmbeddingsTests {
    @TempDir
    Path folder;

    private Path file(Map<String, Tensor> tensors) throws IOException {
        Path path = folder.resolve("captions.safetensors");
        Safetensors.write(path, tensors, Map.of());
        return path;
    }

    private void assertRefused(String message, Map<String, Tensor> tensors) throws IOException {
        Path path = file(tensors);
        assertThatThrownBy(() -> CaptionEmbeddings.read(path).close())
                .isInstanceOf(CorruptFileException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageContaining(message)
                .hasMessageMatching("[^\\n]*;[^\\n]*");
    }

    @ParameterizedTest
    @EnumSource(
            value = torch.ScalarType.class,
            names = {"Float", "Double", "Half", "BFloat16"})
    void aCaptionsTokensStandAtTheEndOfItsRoomAndZerosInFront(torch.ScalarType type) throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor embeddings = Tensors.normal(1, 2, 4, 3).to(type);
            Tensor lengths = Tensors.of(new long[] {4, 1}, 2);
            Path path = file(Map.of("captions", embeddings, "lengths", lengths));
            try (CaptionEmbeddings captions = CaptionEmbeddings.read(path);
                    CaptionEmbeddings same = CaptionEmbeddings.of(embeddings, new int[] {4, 1})) {
                assertThat(captions.count()).isEqualTo(2);
                assertThat(captions.length()).isEqualTo(4);
                assertThat(captions.width()).isEqualTo(3);
                assertThat(captions.length(1)).isEqualTo(1);
                assertThat(captions.longest()).isEqualTo(4);
                double[] numbers = Tensors.doubles(embeddings);
                assertThat(Tensors.doubles(captions.padded(0))).isEqualTo(Arrays.copyOf(numbers, 12));
                double[] second = new double[12];
                System.arraycopy(numbers, 12, second, 9, 3);
                assertThat(Tensors.doubles(captions.padded(1))).isEqualTo(second);
                assertThat(captions.fingerprint()).isEqualTo(same.fingerprint());
            }
        }
    }

    @Test
    void withoutLengthsAllTokensCountAndLengthsAreWholeNumbersOfEitherSize() throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor embeddings = Tensors.normal(2, 3, 5, 2);
            String whole;
            try (CaptionEmbeddings captions = CaptionEmbeddings.read(file(Map.of("captions", embeddings)))) {
                assertThat(Stream.of(0, 1, 2).map(captions::length)).containsOnly(5);
                whole = captions.fingerprint();
            }
            Tensor lengths = Tensors.of(new long[] {5, 2, 5}, 3).to(torch.ScalarType.Int);
            try (CaptionEmbeddings captions =
                    CaptionEmbeddings.read(file(Map.of("captions", embeddings, "lengths", lengths)))) {
                assertThat(captions.length(1)).isEqualTo(2);
                assertThat(captions.fingerprint()).isNotEqualTo(whole);
            }
        }
    }

    @Test
    void filesOfAnotherShapeAreRefusedWithOneSentence() throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor embeddings = Tensors.normal(3, 2, 4, 3);
            Tensor lengths = Tensors.of(new long[] {4, 1}, 2);
            assertRefused("must hold a tensor named 'captions'", Map.of("caption", embeddings));
            assertRefused("such as 'mask'", Map.of("captions", embeddings, "mask", lengths));
            assertRefused("[count, length, width]", Map.of("captions", embeddings.select(0, 0)));
            assertRefused("[2, 0, 3]", Map.of("captions", embeddings.narrow(1, 0, 0)));
            assertRefused("type Long", Map.of("captions", embeddings.to(torch.ScalarType.Long)));
            assertRefused(
                    "there are 2 captions and 3 lengths",
                    Map.of("captions", embeddings, "lengths", Tensors.of(new long[] {4, 1, 1}, 3)));
            for (long wrong : new long[] {0, 5, -1, (1L << 32) + 1}) {
                assertRefused(
                        "must lie in 1 .. 4, but that of caption 1",
                        Map.of("captions", embeddings, "lengths", Tensors.of(new long[] {4, wrong}, 2)));
            }
            assertRefused(
                    "whole numbers of shape [count]",
                    Map.of("captions", embeddings, "lengths", lengths.to(torch.ScalarType.Float)));
            assertRefused("whole numbers of shape", Map.of("captions", embeddings, "lengths", lengths.unsqueeze(0)));
        }
    }

    @Test
    void tokensThatAreNoNumbersAreRefusedButWhatStandsBehindThemIsNot() throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor embeddings = Tensors.normal(4, 2, 4, 3);
            embeddings.select(0, 1).narrow(0, 2, 1).fill_(new Scalar(Double.POSITIVE_INFINITY));
            assertRefused("caption 1", Map.of("captions", embeddings));
            Tensor lengths = Tensors.of(new long[] {4, 2}, 2);
            CaptionEmbeddings.read(file(Map.of("captions", embeddings, "lengths", lengths)))
                    .close();
        }
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Path path = file(Map.of("captions", Tensors.normal(5, 2, 4, 3)));
            byte[] bytes = Files.readAllBytes(path);
            Path shorter = Files.write(folder.resolve("shorter.safetensors"), Arrays.copyOf(bytes, bytes.length - 4));
            assertThatThrownBy(() -> CaptionEmbeddings.read(shorter).close()).isInstanceOf(CorruptFileException.class);
        }
    }
}
