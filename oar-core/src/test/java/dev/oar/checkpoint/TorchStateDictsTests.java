package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class TorchStateDictsTests {
    private static final byte[] TWELVE = PickleBytes.floats(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    @TempDir
    Path directory;

    @Test
    void theLargestDictionaryOfTensorsIsTakenUnlessAnotherIsNamed() throws IOException {
        byte[] pickle = PickleBytes.begin()
                .raw("}(")
                .text("ema")
                .raw("}(")
                .text("a")
                .row("0", 1)
                .text("b")
                .row("1", 1)
                .raw("u")
                .text("state_dict")
                .raw("}(")
                .text("module.a")
                .row("2", 1)
                .text("b")
                .row("0", 1)
                .raw("u")
                .text("optimizer")
                .raw("}(")
                .text("a")
                .row("0", 1)
                .text("b")
                .row("1", 1)
                .text("c")
                .row("2", 1)
                .raw("u")
                .text("outer")
                .raw("}")
                .text("inner")
                .raw("}")
                .text("a")
                .row("1", 1)
                .raw("ss")
                .text("epoch")
                .whole(7)
                .text("loss")
                .raw("G\u003f\u00e0\0\0\0\0\0\0")
                .text("done")
                .raw(0x88)
                .text("name")
                .text("tiny")
                .text("nothing")
                .raw("N")
                .text("list")
                .raw("]")
                .raw("u")
                .end();
        Map<String, byte[]> storages = new LinkedHashMap<>();
        for (int i = 0; i < 3; i++) {
            storages.put(Integer.toString(i), PickleBytes.floats(i));
        }
        Path path = write(PyTorchContainers.zip(pickle, storages));
        PyTorchFile found = PyTorchFile.open(path);
        assertThat(found.stateDict()).isEqualTo("state_dict");
        assertThat(found.names()).containsExactly("module.a", "b");
        assertThat(found.stateDicts())
                .containsExactly(Map.entry("state_dict", 2), Map.entry("ema", 2), Map.entry("outer/inner", 1));
        assertThat(found.metadata())
                .containsExactly(
                        Map.entry("epoch", "7"),
                        Map.entry("loss", "0.5"),
                        Map.entry("done", "true"),
                        Map.entry("name", "tiny"));
        assertThat(number(WeightFiles.open(path, "ema"), "b")).isEqualTo(1);
        assertThat(number(WeightFiles.open(path, "outer/inner"), "a")).isEqualTo(1);
        assertThat(WeightFiles.open(path, "optimizer").names()).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> WeightFiles.open(path, "model"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("under 'model'")
                .hasMessageContaining("'state_dict', 'ema', 'outer/inner'");
        assertThatThrownBy(() -> found.read("a"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("'a'")
                .hasMessageContaining("module.a");
    }

    @Test
    void whatTrainingScriptsPutBesideWeightsIsSkipped() throws IOException {
        byte[] pickle = PickleBytes.begin()
                .raw("}(")
                .text("args")
                .raw("cargparse\nNamespace\n)\u0081}")
                .text("lr")
                .raw("K\u0001sb")
                .text("out")
                .raw("cpathlib\nPosixPath\n(")
                .text("tmp")
                .raw("tR")
                .text("best")
                .raw("cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(")
                .text("f8")
                .raw("\u0089\u0088tR(K\u0003")
                .text("<")
                .raw("NNNtbc_codecs\nencode\n(")
                .text("\u00ff\u0000")
                .text("latin1")
                .raw("tRtR")
                .text("seen")
                .raw("c__builtin__\nset\n(](K\u0001K\u0002etR")
                .text("set")
                .raw("\u008f(K\u0001\u0090")
                .text("frozen")
                .raw("(K\u0001\u0091")
                .text("size")
                .raw("ctorch\nSize\n(K\u0001K\u0002\u0086tR")
                .text("device")
                .raw("ctorch\ndevice\n(")
                .text("cuda")
                .raw("K\0tR")
                .text("type")
                .raw("ctorch\nbfloat16\n")
                .text("counts")
                .raw("ccollections\ndefaultdict\n(c__builtin__\nint\ntR")
                .text("a")
                .raw("K\u0001s")
                .text("bytes")
                .raw("C\u0002ab")
                .text("complex")
                .raw("cbuiltins\ncomplex\n(G\0\0\0\0\0\0\0\0K\u0001tR")
                .text("history")
                .raw("ccollections\ndeque\n)R(K\u0001K\u0002e")
                .text("config")
                .raw("comegaconf.dictconfig\nDictConfig\n)\u0081}")
                .text("_content")
                .raw("}sb")
                .text("by number")
                .raw("}K\u0001")
                .row("0", 12)
                .raw("s")
                .text("model")
                .raw("ccollections\nOrderedDict\n)R(")
                .text("w")
                .row("0", 12)
                .text("not a tensor")
                .raw("K\u0005")
                .raw("u}")
                .text("_metadata")
                .raw("ccollections\nOrderedDict\n)Rsb")
                .raw("u")
                .end();
        PyTorchFile file = PyTorchFile.open(write(PyTorchContainers.zip(pickle, Map.of("0", TWELVE))));
        assertThat(file.stateDict()).isEqualTo("model");
        assertThat(file.names()).containsExactly("w");
    }

    @Test
    void valuesThatHoldThemselvesOrOneAnotherManyTimesTakeNoTime() throws IOException {
        PickleBytes pickle = PickleBytes.begin()
                .raw("}q\0(")
                .text("w")
                .row("0", 12)
                .text("laughs")
                .raw(")");
        for (int i = 0; i < 1000; i++) {
            pickle.raw("2\u0086"); // a tuple of the same tuple twice
        }
        pickle.raw("q\u0001").text("self").raw("h\0h\u0001h\u0001").text("list").raw("]q\u0002h\u0002ah\u0002a");
        pickle.text("far").raw("Nr").little(4, -1).raw("u");
        WeightFile file = WeightFiles.open(write(PyTorchContainers.zip(pickle.end(), Map.of("0", TWELVE))));
        assertThat(file.names()).containsExactly("w");
        assertThat(file.metadata()).isEmpty();
        PickleBytes deep = PickleBytes.begin();
        for (int i = 0; i < 100_000; i++) {
            deep.raw("}").text("a");
        }
        deep.row("0", 12).raw("s".repeat(100_000));
        Path path = write(PyTorchContainers.zip(deep.end(), Map.of("0", TWELVE)));
        assertThatThrownBy(() -> WeightFiles.open(path))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("a dictionary of tensors by name");
    }

    @Test
    void anotherValueThanADictionaryOfTensorsIsRefused() throws IOException {
        for (byte[] pickle : new byte[][] {
            PickleBytes.begin().raw("N").end(),
            PickleBytes.begin().raw("}").end(),
            PickleBytes.begin().row("0", 12).end(),
            PickleBytes.begin().raw("]").row("0", 12).raw("a").end()
        }) {
            Path path = write(PyTorchContainers.zip(pickle, Map.of("0", TWELVE)));
            assertThatThrownBy(() -> WeightFiles.open(path))
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("must hold a dictionary of tensors by name");
        }
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("weights"), bytes);
    }

    private static float number(WeightFile file, String name) throws IOException {
        try (TensorScope scope = TensorScope.open()) {
            assertThat(scope).isNotNull();
            return Tensors.floats(file.read(name))[0];
        }
    }
}
