package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleRefusalTests {
    private static final String NOTHING_EXECUTED = "nothing was executed";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "os system",
                "posix system",
                "nt system",
                "subprocess Popen",
                "subprocess check_output",
                "builtins eval",
                "builtins exec",
                "builtins getattr",
                "builtins __import__",
                "builtins compile",
                "builtins open",
                "builtins type",
                "__builtin__ eval",
                "__builtin__ apply",
                "sys exit",
                "sys modules",
                "runpy _run_code",
                "importlib import_module",
                "shutil rmtree",
                "socket socket",
                "webbrowser open",
                "pty spawn",
                "ctypes CDLL",
                "pickle loads",
                "_pickle loads",
                "torch load",
                "torch.hub load",
                "torch hub.load",
                "torch.jit load",
                "operator attrgetter",
                "_operator methodcaller",
                "functools partial",
                "codecs decode",
                "_codecs decode",
                "types FunctionType",
                "types CodeType",
                "copyreg __newobj__",
                "os.path os.system",
                "multiprocessing.util spawnv_passfds",
                "asyncio.unix_events _UnixSubprocessTransport",
                "pip main",
                "torch.serialization load",
                "cloudpickle.cloudpickle _make_function"
            })
    void whateverCanRunCodeIsNamedHoweverItIsCalled(String global) throws IOException {
        String module = global.substring(0, global.indexOf(' '));
        String name = global.substring(module.length() + 1);
        String[] ways = {
            "c" + module + "\n" + name + "\n(X\u0002\0\0\0idtR", // a global, called
            "X" + length(module) + module + "X" + length(name) + name
                    + "\u0093(X\u0002\0\0\0idtR", // named by the stack
            "(X\u0002\0\0\0idi" + module + "\n" + name + "\n", // an instance
            "(c" + module + "\n" + name + "\nX\u0002\0\0\0ido", // an object
            "c" + module + "\n" + name + "\n(X\u0002\0\0\0idt\u0081", // a new object
            "c" + module + "\n" + name + "\n(X\u0002\0\0\0idt}\u0092", // the same with arguments by name
            "c" + module + "\n" + name + "\n", // only named
            "}X\u0001\0\0\0ac" + module + "\n" + name + "\ns", // hidden among data
            "ccollections\nOrderedDict\n(c" + module + "\n" + name + "\ntR", // handed to a harmless one
        };
        for (String way : ways) {
            byte[] pickle = PickleBytes.begin().raw(way).end();
            for (byte[] file : containers(pickle)) {
                assertThatThrownBy(() -> open(file))
                        .as(way)
                        .isInstanceOf(CorruptFileException.class)
                        .hasMessageContaining("'" + module + "." + name + "'")
                        .hasMessageContaining("tries to execute code")
                        .hasMessageContaining(NOTHING_EXECUTED);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "some_package.model, Model",
        "__main__, Config",
        "collections, OrderedDict.__init__",
        "collections, namedtuple",
        "torch, Generator",
        "torch.nn.modules.linear, Linear",
        "torch._utils, _rebuild_sparse_tensor",
        "argparse, ArgumentParser",
        "numpy, load",
        "'', ''"
    })
    void whateverIsNotKnownIsNamed(String module, String name) throws IOException {
        byte[] pickle = PickleBytes.begin()
                .global(module, name)
                .raw(")\u0081}X\u0001\0\0\0xK\u0001sb")
                .end();
        for (byte[] file : containers(pickle)) {
            assertThatThrownBy(() -> open(file))
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("'" + module + "." + name + "'")
                    .hasMessageContaining("not on the list")
                    .hasMessageContaining(NOTHING_EXECUTED);
        }
    }

    @Test
    void aBarePickleOfTheOldestProtocolIsNamedToo() {
        for (String text : new String[] {
            "cos\nsystem\n(S'id'\ntR.",
            "cposix\nsystem\np0\n(Vid\np1\ntp2\nRp3\n.",
            "(S'id'\nios\nsystem\n.",
            "(dp0\nS'a'\ncos\nsystem\n(S'id'\ntRs."
        }) {
            assertThatThrownBy(() -> open(PyTorchContainers.ascii(text)))
                    .as(text)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("system'")
                    .hasMessageContaining(NOTHING_EXECUTED);
        }
    }

    @Test
    void aNameThatIsLongOrBreaksTheLineLeavesTheSentenceWhole() {
        String name = "x\u2028\r" + "y".repeat(5000);
        byte[] pickle = PickleBytes.begin().text("os").text(name).raw(0x93).end();
        assertThatThrownBy(() -> open(pickle))
                .satisfies(e -> assertThat(e.getMessage())
                        .matches("[^\\p{Cntrl}\\u2028]{20,900}")
                        .contains(NOTHING_EXECUTED));
    }

    static Stream<Arguments> brokenPickles() {
        return Stream.of(
                refused("calls Text", p -> p.text("posix").raw(")R")),
                refused("calls Dictionary", p -> p.raw("ccollections\nOrderedDict\n)R)R")),
                refused("calls Opaque", p -> p.raw("cargparse\nNamespace\n)R)R")),
                refused("calls TorchTensor", p -> p.row("0", 2).raw(")R")),
                refused("calls StorageClass", p -> p.raw("ctorch\nFloatStorage\n)R")),
                refused(
                        "with a tuple of arguments, but calls with Text",
                        p -> p.raw("cargparse\nNamespace\n").text("a").raw("R")),
                refused("sets that of TorchTensor", p -> p.row("0", 2).raw("}b")),
                refused("sets that of DataClass", p -> p.raw("cargparse\nNamespace\n}b")),
                refused("sets that of Listing", p -> p.raw("]}b")),
                refused("appends to DataClass", p -> p.raw("cargparse\nNamespace\nNa")),
                refused("sets some of Listing", p -> p.raw("]NNs")),
                refused("adds 1 items to Listing", p -> p.raw("](N\u0090")),
                refused("keys and values in turn", p -> p.raw("}(Nu")),
                refused(
                        "arguments by name",
                        p -> p.raw("ccollections\nOrderedDict\n)}").text("a").raw("Ns\u0092")),
                refused("names none", p -> p.raw("(o")),
                refused("by Whole and Text", p -> p.raw("K\u0001").text("a").raw(0x93)),
                refused("extension registry", p -> p.raw(0x82, 1)),
                refused("extension registry", p -> p.raw(0x84).little(4, 1)),
                refused("unknown instruction 255", p -> p.raw(0xff)),
                refused("unknown instruction 151", p -> p.raw(0x97)),
                refused("protocol 0 to 5, but claims 6", p -> p.raw(0x80, 6)),
                refused("where it has put none", p -> p.raw("0")),
                refused("where it has put none", p -> p.raw("N(\u0085")),
                refused("where it has set none", p -> p.raw("t")),
                refused("refers to value 7", p -> p.raw("h\u0007")),
                refused("refers to value 4294967295", p -> p.raw("j").little(4, -1)),
                refused("claims 4294967295 bytes", p -> p.raw("X").little(4, -1)),
                refused("claims 18446744073709551615 bytes", p -> p.raw(0x8d).little(8, -1)),
                refused("claims 9223372036854775807 bytes", p -> p.raw(0x8e).little(8, Long.MAX_VALUE)),
                refused("claims 9223372036854775808 bytes", p -> p.raw(0x95).little(8, Long.MIN_VALUE)),
                refused(
                        "at most 1024 bytes, but one has 2147483647",
                        p -> p.raw(0x8b).little(4, Integer.MAX_VALUE)),
                refused("must be UTF-8", p -> p.raw("X\u0001\0\0\0\u00ff")),
                refused("at most 1000 digits", p -> p.raw("L" + "9".repeat(2000) + "L\n")),
                refused("at most 1000 digits", p -> p.raw("Iabc\n")),
                refused("must have a number", p -> p.raw("F0x1p3\n")),
                refused("text in quotes", p -> p.raw("Sabc\n")),
                refused("escapes number", p -> p.raw("V\\Uffffffff\n")),
                refused("at most 9 digits", p -> p.raw("Np99999999999\n")),
                refused("at most 65536 bytes", p -> p.raw("V" + "a".repeat(70_000) + "\n")),
                refused("10000 levels deep", p -> p.raw("(".repeat(10_001))),
                refused("at most 1048576 values", p -> p.raw("N".repeat((1 << 20) + 1))),
                refused(
                        "at most 4194304 instructions",
                        p -> p.raw("N0".repeat(1 << 21)).raw("N0")));
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("brokenPickles")
    void aPickleThatBreaksARuleIsRefusedWithTheRule(String message, byte[] pickle) throws IOException {
        for (byte[] file : containers(pickle)) {
            assertThatThrownBy(() -> open(file))
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining(message);
        }
    }

    static Stream<Arguments> brokenTensors() {
        return Stream.of(
                refused("refers to Text", p -> p.text("0").raw("Q")),
                refused("refers to Text", p -> p.raw("P0\n")),
                refused(
                        "whole modules",
                        p -> p.raw("(")
                                .text("module")
                                .raw("cargparse\nNamespace\n")
                                .text("a.py")
                                .text("import os")
                                .raw("NtQ")),
                refused(
                        "refers to Tuple of 5",
                        p -> p.raw("(")
                                .text("storage")
                                .raw("cargparse\nNamespace\n")
                                .text("0")
                                .text("cpu")
                                .raw("K\u0001tQ")),
                refused(
                        "refers to Tuple of 6",
                        p -> p.raw("(")
                                .text("storage")
                                .raw("ctorch\nFloatStorage\n")
                                .text("0")
                                .text("cpu")
                                .raw("K\u0001)tQ")),
                refused("less than 2^63 bytes, but claims -1", p -> p.storage("torch.FloatStorage", "0", -1)),
                refused("less than 2^63 bytes", p -> p.storage("torch.FloatStorage", "0", Long.MAX_VALUE)),
                refused("is of ComplexFloatStorage", p -> p.storage("torch.ComplexFloatStorage", "0", 1)),
                refused("same type and count", p -> p.row("0", 2).row("0", 1)),
                refused("same type and count", p -> p.row("0", 2).storage("torch.IntStorage", "0", 2)),
                refused("begin with a storage", p -> p.raw("ctorch._utils\n_rebuild_tensor_v2\n)R")),
                refused("begin with a storage", p -> p.raw("ctorch._utils\n_rebuild_tensor_v2\n(NK\0))\u0089NtR")),
                refused(
                        "whole numbers as sizes",
                        p -> p.raw("ctorch._utils\n_rebuild_tensor\n(")
                                .storage("torch.FloatStorage", "0", 2)
                                .raw("K\0(Nt)tR")),
                refused("no negative number", p -> p.tensor("0", 2, -1, new long[] {1}, new long[] {1})),
                refused("no negative number", p -> p.tensor("0", 2, 0, new long[] {-1}, new long[] {1})),
                refused("no negative number", p -> p.tensor("0", 2, 1, new long[] {2}, new long[] {-1})),
                refused("as many strides", p -> p.tensor("0", 2, 0, new long[] {1, 1}, new long[] {1})),
                refused("at most 64 sizes", p -> p.tensor("0", 2, 0, new long[65], new long[65])),
                refused("reaches to element 3", p -> p.tensor("0", 2, 1, new long[] {2}, new long[] {1})),
                refused("reaches to element 4", p -> p.tensor("0", 2, 0, new long[] {2}, new long[] {3})),
                refused("reaches to element 3", p -> p.tensor("0", 2, 3, new long[] {0}, new long[] {1})),
                refused("less than 2^63", p -> p.tensor("0", 2, 0, new long[] {1L << 32, 1L << 32}, new long[2])),
                refused("less than 2^63", p -> p.tensor("0", 2, 0, new long[] {0, 1L << 32, 1L << 32}, new long[3])),
                refused("less than 2^63", p -> p.tensor("0", 2, 0, new long[] {3}, new long[] {Long.MAX_VALUE})),
                refused("less than 2^63", p -> p.tensor("0", 2, Long.MAX_VALUE, new long[] {1}, new long[] {1})),
                refused(
                        "marked as conjugated",
                        p -> p.raw("ctorch._utils\n_rebuild_tensor_v2\n(")
                                .storage("torch.FloatStorage", "0", 2)
                                .raw("K\0))\u0089N}")
                                .text("neg")
                                .raw("\u0088stR")),
                refused(
                        "an element type",
                        p -> p.raw("ctorch._utils\n_rebuild_tensor_v3\n(")
                                .storage("torch.storage.UntypedStorage", "0", 8)
                                .raw("K\0))\u0089N")
                                .text("float32")
                                .raw("tR")),
                refused("parameter of a tensor", p -> p.raw("ctorch._utils\n_rebuild_parameter\n(N\u0088NtR")),
                refused(
                        "function that makes tensors",
                        p -> p.raw("ctorch._tensor\n_rebuild_from_type_v2\n(")
                                .raw("ctorch._tensor\n_rebuild_from_type_v2\nctorch\nTensor\n)NtR")),
                refused("one sequence", p -> p.raw("ctorch\nSize\n)R")),
                refused("of pairs, but gives 1", p -> p.raw("ccollections\nOrderedDict\n(]N\u0085atR")),
                refused(
                        "encode a text as Latin-1",
                        p -> p.raw("c_codecs\nencode\n(")
                                .text("a")
                                .text("rot13")
                                .raw("tR")));
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("brokenTensors")
    void aTensorThatMakesNoSenseIsRefusedWithTheRule(String message, byte[] pickle) throws IOException {
        for (byte[] file : containers(pickle)) {
            assertThatThrownBy(() -> open(file))
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void aPickleThatEndsEarlyIsRefused() {
        byte[] whole =
                PickleBytes.begin().raw("}").text("w").row("0", 2).raw("s").end();
        for (int length = 3; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> open(PyTorchContainers.zip(cut, Map.of("0", new byte[8]))))
                    .as("after %d bytes", length)
                    .isInstanceOf(CorruptFileException.class);
        }
    }

    /** A pickle in both containers. The older one has nothing of its size to compare, so only the zip container has storages. */
    private static byte[][] containers(byte[] pickle) {
        return new byte[][] {
            PyTorchContainers.zip(pickle, Map.of("0", new byte[8])), PyTorchContainers.legacy(pickle, Map.of())
        };
    }

    private void open(byte[] file) throws IOException {
        WeightFiles.open(Files.write(directory.resolve("a.pt"), file));
    }

    private static Arguments refused(String message, java.util.function.UnaryOperator<PickleBytes> instructions) {
        return Arguments.of(message, instructions.apply(PickleBytes.begin()).end());
    }

    private static String length(String text) {
        return new String(
                new PickleBytes().little(4, text.length()).cut(), java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
