package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class PyTorchFileTests {
    private static final byte[] TWELVE = PickleBytes.floats(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    @TempDir
    Path directory;

    @Test
    void bothContainersGiveTheSameViewsOfASharedStorage() throws IOException {
        byte[] pickle = PickleBytes.begin()
                .raw("}(")
                .text("whole")
                .tensor("0", 12, 0, new long[] {3, 4}, new long[] {4, 1})
                .text("transposed")
                .tensor("0", 12, 0, new long[] {4, 3}, new long[] {1, 4})
                .text("every other")
                .tensor("0", 12, 1, new long[] {2, 3}, new long[] {6, 2})
                .text("repeated")
                .tensor("0", 12, 5, new long[] {2, 3}, new long[] {0, 0})
                .text("overlapping")
                .tensor("0", 12, 2, new long[] {3, 2}, new long[] {1, 1})
                .text("last")
                .tensor("0", 12, 11, new long[] {}, new long[] {})
                .text("one row of great stride")
                .tensor("0", 12, 8, new long[] {1, 4}, new long[] {1L << 60, 1})
                .text("empty")
                .tensor("0", 12, 12, new long[] {0, 7}, new long[] {7, 1})
                .raw("u")
                .end();
        Map<String, byte[]> storages = Map.of("0", TWELVE);
        for (byte[] bytes :
                new byte[][] {PyTorchContainers.zip(pickle, storages), PyTorchContainers.legacy(pickle, storages)}) {
            WeightFile file = WeightFiles.open(write(bytes));
            assertValues(file, "whole", new long[] {3, 4}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            assertValues(file, "transposed", new long[] {4, 3}, 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
            assertValues(file, "every other", new long[] {2, 3}, 1, 3, 5, 7, 9, 11);
            assertValues(file, "repeated", new long[] {2, 3}, 5, 5, 5, 5, 5, 5);
            assertValues(file, "overlapping", new long[] {3, 2}, 2, 3, 3, 4, 4, 5);
            assertValues(file, "last", new long[] {}, 11);
            assertValues(file, "one row of great stride", new long[] {1, 4}, 8, 9, 10, 11);
            assertValues(file, "empty", new long[] {0, 7});
            try (Weights weights = file.weights();
                    Weights again = WeightFiles.weights(file.path())) {
                assertThat(Fingerprint.of(weights)).isEqualTo(Fingerprint.of(again));
            }
        }
    }

    @Test
    void picklesOfOtherProtocolsGiveTheSame() throws IOException {
        String tensor = "ctorch._utils\n_rebuild_tensor\n((Vstorage\nctorch\nFloatStorage\nS'0'\nS\"cpu\"\nI12\ntQL0L\n"
                + "(L3L\nI4\nt(I4\nI1\nttR";
        String oldest = "(dp0\nS'w'\np1\n" + tensor + "p2\nsS'\\x66\\u006c\\n'\nF1.5e3\nsg0\n0.";
        String newest = "\u0080\u0004\u0095\u0010\0\0\0\0\0\0\0}\u0094(\u008c\u0001w\u0094"
                + "\u008c\u000ctorch._utils\u008c\u0012_rebuild_tensor_v2\u0093(("
                + "\u008c\u0007storage\u008c\u0005torch\u008c\u000cFloatStorage\u0093\u008c\u00010\u008c\u0003cpuK\u000ctQ"
                + "K\0K\u0003K\u0004\u0086K\u0004K\u0001\u0086\u0089NtR\u0094\u008c\u0001xh\u0001u.";
        for (String pickle : new String[] {oldest, newest}) {
            byte[] bytes = new PickleBytes().raw(pickle).cut();
            WeightFile file = WeightFiles.open(write(PyTorchContainers.zip(bytes, Map.of("0", TWELVE))));
            assertThat(file.names()).containsExactly("w");
            assertValues(file, "w", new long[] {3, 4}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        }
    }

    @Test
    void tensorsOfStoragesOfBytesAndTensorsWithAttributesAreRead() throws IOException {
        byte[] pickle = PickleBytes.begin()
                .raw("}(")
                .text("bytes")
                .tensor("torch.storage.UntypedStorage", "0", 48, 4, new long[] {4}, new long[] {1})
                .text("typed")
                .raw("ctorch._utils\n_rebuild_tensor_v3\n(")
                .storage("torch.storage.UntypedStorage", "0", 48)
                .raw("K\u0001K\u0003\u0085K\u0002\u0085\u0089Nctorch\nfloat32\ntR")
                .text("parameter")
                .raw("ctorch._utils\n_rebuild_parameter_with_state\n(")
                .row("1", 2)
                .raw("\u0088N}tR")
                .text("attributes")
                .raw("ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\nctorch\nTensor\n(")
                .storage("torch.FloatStorage", "1", 2)
                .raw("K\u0001))\u0089Nt}tR")
                .raw("u")
                .end();
        WeightFile file = WeightFiles.open(
                write(PyTorchContainers.zip(pickle, Map.of("0", TWELVE, "1", PickleBytes.floats(5, 6)))));
        assertThat(file.entry("bytes").type()).isEqualTo("U8");
        assertValues(file, "bytes", new long[] {4}, 0, 0, 0x80, 0x3f);
        assertThat(file.entry("typed").type()).isEqualTo("F32");
        assertValues(file, "typed", new long[] {3}, 1, 3, 5);
        assertValues(file, "parameter", new long[] {2}, 5, 6);
        assertValues(file, "attributes", new long[] {}, 6);
    }

    @Test
    void aByteThatIsNoTruthValueIsRefused() throws IOException {
        byte[] pickle = PickleBytes.begin()
                .raw("}")
                .text("flags")
                .tensor("torch.BoolStorage", "0", 3, 0, new long[] {3}, new long[] {1})
                .raw("s")
                .end();
        WeightFile file = WeightFiles.open(write(PyTorchContainers.zip(pickle, Map.of("0", new byte[] {1, 0, 2}))));
        TensorScope.run(() -> assertThatThrownBy(() -> file.read("flags"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("'flags', but has 2"));
    }

    @Test
    void tensorsThatPretendToBeLargeAreRefusedBeforeTheyAreMade() throws IOException {
        long count = 1 << 14;
        Map<String, byte[]> storages = Map.of("0", new byte[4 << 14]);
        for (byte[] pickle : new byte[][] {
            namedOften(1, count, new long[] {1L << 40}, new long[] {0}),
            namedOften(1000, count, new long[] {count}, new long[] {1}),
            namedOften(2000, count, new long[] {2}, new long[] {count - 1})
        }) {
            Path path = write(PyTorchContainers.zip(pickle, storages));
            assertThatThrownBy(() -> WeightFiles.open(path))
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("repeat elements to take more");
        }
        Path tied = write(PyTorchContainers.zip(namedOften(3, count, new long[] {count}, new long[] {1}), storages));
        try (Weights weights = WeightFiles.weights(tied)) {
            assertThat(weights.parameterCount()).isEqualTo(3 * count);
        }
    }

    @Test
    void storagesMustBeThereInFull() throws IOException {
        byte[] pickle =
                PickleBytes.begin().raw("}").text("w").row("0", 12).raw("s").end();
        List<Map<String, byte[]>> wrong = List.of(
                Map.of(),
                Map.of("1", TWELVE),
                Map.of("0", new byte[47]),
                Map.of("0", new byte[52]),
                Map.of("0", new byte[0]));
        for (Map<String, byte[]> storages : wrong) {
            for (byte[] bytes :
                    new byte[][] {PyTorchContainers.zip(pickle, storages), PyTorchContainers.legacy(pickle, storages)
                    }) {
                Path path = write(bytes);
                assertThatThrownBy(() -> WeightFiles.open(path)).isInstanceOf(CorruptFileException.class);
            }
        }
        byte[] legacy = PyTorchContainers.legacy(pickle, Map.of("0", TWELVE));
        Path longer = write(java.util.Arrays.copyOf(legacy, legacy.length + 1));
        assertThatThrownBy(() -> WeightFiles.open(longer)).hasMessageContaining("nothing behind them");
        Path shortened = write(legacy);
        WeightFile opened = WeightFiles.open(shortened);
        try (FileChannel channel = FileChannel.open(shortened, StandardOpenOption.WRITE)) {
            channel.truncate(legacy.length - 1);
        }
        assertThatThrownBy(() -> opened.read("w"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("since it was opened");
    }

    @Test
    void filesBeyondFourGibibytesAreRead() throws IOException {
        long storage = 5L << 30;
        byte[] pickle = PickleBytes.begin()
                .raw("}")
                .text("end")
                .tensor("torch.ByteStorage", "0", storage, storage - 4, new long[] {4}, new long[] {1})
                .raw("s")
                .end();
        Path path = directory.resolve("large.pt");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            LargeZip zip = new LargeZip(channel);
            zip.sparse("a/data/0", storage, new byte[] {1, 2, 3, 4});
            zip.entry("a/data.pkl", pickle);
            zip.close();
        }
        assertThat(Files.size(path)).isGreaterThan(storage);
        assertValues(WeightFiles.open(path), "end", new long[] {4}, 1, 2, 3, 4);
    }

    /** One tensor under many names. */
    private static byte[] namedOften(int names, long count, long[] shape, long[] strides) {
        PickleBytes pickle = PickleBytes.begin()
                .tensor("0", count, 0, shape, strides)
                .raw("q\u0001")
                .raw("0}");
        for (int i = 0; i < names; i++) {
            pickle.text(Integer.toString(i)).raw("h\u0001s");
        }
        return pickle.end();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("weights"), bytes);
    }

    private static void assertValues(WeightFile file, String name, long[] shape, float... values) throws IOException {
        assertThat(file.entry(name).shape()).as(name).isEqualTo(shape);
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = file.read(name);
            assertThat(tensor.shape()).as(name).isEqualTo(shape);
            assertThat(tensor.is_contiguous()).as(name).isTrue();
            assertThat(Tensors.floats(tensor)).as(name).containsExactly(values);
            assertThat(scope).isNotNull();
        }
    }
}
