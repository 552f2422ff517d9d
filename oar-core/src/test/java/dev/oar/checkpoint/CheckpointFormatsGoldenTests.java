package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch 2.6.0 wrote hold the numbers that it read back from them. */
@ExtendWith(NativeMemory.class)
class CheckpointFormatsGoldenTests {
    private static final String EXPECTED = "expected.safetensors";
    private static final String EMPTY = "d.empty";
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("a.weight", "F32"),
            Map.entry("a.bias", "F32"),
            Map.entry("b.half", "F16"),
            Map.entry("b.bfloat", "BF16"),
            Map.entry("b.double", "F64"),
            Map.entry("c.int64", "I64"),
            Map.entry("c.int32", "I32"),
            Map.entry("c.uint8", "U8"),
            Map.entry("c.bool", "BOOL"),
            Map.entry("d.transposed", "F32"),
            Map.entry("d.view", "F32"),
            Map.entry("d.scalar", "F32"),
            Map.entry(EMPTY, "F32"),
            Map.entry("e.num_batches_tracked", "I64"));

    static List<Golden> cases() {
        return Golden.ofKind("checkpoint-formats");
    }

    /** The files of a case, with what to call their tensors in the file of expected values. */
    static Stream<Path> files() {
        return cases().stream()
                .flatMap(golden -> golden.config().get("files").propertyNames().stream()
                        .map(name -> Stream.of(".pt", ".bin", ".safetensors")
                                .map(ending -> golden.folder().resolve(name + ending))
                                .filter(Files::exists)
                                .findFirst()
                                .orElseThrow()));
    }

    @Test
    void theCaseIsThere() {
        assertThat(cases()).isNotEmpty();
        assertThat(files()).hasSizeGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyTensorOfEveryFileIsExact(Path file) throws IOException {
        WeightFile opened = WeightFiles.open(file);
        Map<String, String> inExpected = expectedNames(file, opened.names());
        Safetensors expected = Safetensors.open(file.resolveSibling(EXPECTED));
        try (Weights weights = opened.weights();
                Weights mapped = opened.mapped();
                TensorScope scope = TensorScope.open()) {
            assertThat(weights.names()).containsExactlyElementsOf(opened.names());
            for (String name : opened.names()) {
                Tensor tensor = weights.get(name);
                assertThat(tensor.shape()).as(name).isEqualTo(opened.entry(name).shape());
                assertThat(tensor.is_contiguous()).as(name).isTrue();
                assertThat(mapped.get(name).equal(tensor)).as(name).isTrue();
                if (name.equals(EMPTY)) {
                    assertThat(tensor.shape()).containsExactly(0, 3);
                } else {
                    assertExact(name, tensor, expected.read(inExpected.getOrDefault(name, name)));
                }
            }
            assertThat(scope).isNotNull();
        }
    }

    @Test
    void everyExpectedTensorIsComparedInSomeFile() throws IOException {
        for (Golden golden : cases()) {
            Set<String> compared = new TreeSet<>();
            for (Path file :
                    files().filter(each -> each.startsWith(golden.folder())).toList()) {
                compared.addAll(
                        expectedNames(file, WeightFiles.open(file).names()).values());
            }
            compared.remove(EMPTY);
            assertThat(compared).isEqualTo(new TreeSet<>(golden.open(EXPECTED).names()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nested_zip.pt", "flat_zip.bin", "nested_legacy.pt", "mixed.safetensors"})
    void typesAreKept(String name) throws IOException {
        WeightFile opened = WeightFiles.open(file(name));
        Map<String, String> types = new LinkedHashMap<>();
        for (String tensor : opened.names()) {
            types.put(tensor, opened.entry(tensor).type());
            TensorScope.run(() -> assertThat(
                            ElementType.of(read(opened, tensor).scalar_type()).name())
                    .as(tensor)
                    .isEqualTo(TYPES.get(tensor)));
        }
        assertThat(types).isEqualTo(TYPES);
    }

    @Test
    void stateDictsAreFoundWhereTheyStand() throws IOException {
        assertThat(PyTorchFile.open(file("nested_zip.pt")).stateDict()).isEqualTo("model");
        assertThat(PyTorchFile.open(file("nested_legacy.pt")).stateDict()).isEqualTo("model");
        assertThat(PyTorchFile.open(file("flat_zip.bin")).stateDict()).isEmpty();
        assertThat(PyTorchFile.open(file("parameters_zip.pt")).stateDict()).isEmpty();
        PyTorchFile training = PyTorchFile.open(file("training_state_zip.pt"));
        assertThat(training.stateDict()).isEqualTo("model");
        assertThat(training.stateDicts()).containsExactly(Map.entry("model", 2));
        assertThat(training.metadata()).isEmpty();
        assertThat(PyTorchFile.open(file("nested_legacy.pt")).metadata()).containsExactly(Map.entry("steps", "1234"));
        assertThat(WeightFiles.open(file("mixed.safetensors")).metadata())
                .containsOnly(Map.entry("note", "mixed dtypes"), Map.entry("format", "pt"));
    }

    private static Map<String, String> expectedNames(Path file, Set<String> names) {
        Map<String, String> expected = new LinkedHashMap<>();
        for (String name : names) {
            expected.put(
                    name,
                    switch (file.getFileName().toString()) {
                        case "parameters_zip.pt" -> "parameters." + name;
                        case "training_state_zip.pt" ->
                            Map.of("w", "a.weight", "h", "b.half").get(name);
                        default -> name;
                    });
        }
        return expected;
    }

    private static void assertExact(String name, Tensor tensor, Tensor expected) {
        Tensor converted = tensor.to(
                expected.scalar_type().intern() == torch.ScalarType.Long
                        ? torch.ScalarType.Long
                        : torch.ScalarType.Float);
        long[] shape = tensor.dim() == 0 ? new long[] {1} : tensor.shape();
        assertThat(expected.shape()).as(name).isEqualTo(shape);
        assertThat(Tensors.memory(converted)).as(name).isEqualTo(Tensors.memory(expected));
    }

    private static Tensor read(WeightFile file, String name) {
        try {
            return file.read(name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path file(String name) {
        return Golden.resource("checkpoint-formats").folder().resolve(name);
    }
}
