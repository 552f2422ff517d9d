package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class FingerprintTests {
    @TempDir
    Path directory;

    @Test
    void aFilesFingerprintIsTheSha256OfItsBytes() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "abc");
        assertThat(Fingerprint.ofFile(file))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void whereATextEndsCounts() {
        assertThat(Fingerprint.of("ab", "c"))
                .isNotEqualTo(Fingerprint.of("a", "bc"))
                .matches("[0-9a-f]{64}");
        assertThat(Fingerprint.of("ab", "c")).isEqualTo(Fingerprint.of("ab", "c"));
        assertThat(Fingerprint.of("")).isNotEqualTo(Fingerprint.of());
    }

    @Test
    void whatIsAddedInPiecesCountsWithItsEnds() {
        assertThat(new Fingerprint.Accumulator().add("ab").add("c").fingerprint())
                .isEqualTo(Fingerprint.of("ab", "c"))
                .isNotEqualTo(new Fingerprint.Accumulator().add("a").add("bc").fingerprint());
        assertThat(new Fingerprint.Accumulator().add(new byte[] {1}).add(2).fingerprint())
                .isNotEqualTo(
                        new Fingerprint.Accumulator().add(new byte[] {1}).add(3).fingerprint());
    }

    @Test
    void weightsOfEqualNamesAndValuesHaveEqualFingerprintsWhateverTheirOrder() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor a = Tensors.normal(1, 2, 3);
            Tensor b = Tensors.normal(2, 3, 2).transpose(0, 1);
            String fingerprint = fingerprint("a", a, "b", b);
            assertThat(fingerprint("b", b.contiguous(), "a", a.clone())).isEqualTo(fingerprint);
            assertThat(fingerprint("a", b, "b", a)).isNotEqualTo(fingerprint);
            assertThat(fingerprint("a", a.reshape(3, 2), "b", b)).isNotEqualTo(fingerprint);
            assertThat(scope).isNotNull();
        }
    }

    private static String fingerprint(String firstName, Tensor first, String secondName, Tensor second) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(firstName, first);
        tensors.put(secondName, second);
        try (Weights weights = Weights.owning(tensors)) {
            return Fingerprint.of(weights);
        }
    }
}
