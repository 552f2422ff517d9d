package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.file.CorruptFileException;
import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyArchiveTests {
    private static final String PLAIN = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
    private static final byte[] SIX = NumpyBytes.doubles(1, 2, 3, 4, 5, 6);

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<f8 | 000000000000f03f 000000000000e0bf | 1, -0.5",
                ">f8 | 3ff0000000000000 bfe0000000000000 | 1, -0.5",
                "<f4 | 0000803f 000000bf | 1, -0.5",
                ">f4 | 3f800000 bf000000 | 1, -0.5",
                "<f2 | 003c 00b8 0100 ff03 ff7b 00fc | 1, -0.5, 5.9604644775390625e-8, 6.097555160522461e-5, 65504, -Infinity",
                ">f2 | 3c00 b800 8000 7e00 | 1, -0.5, -0.0, NaN",
                "<i8 | 0100000000000000 feffffffffffffff | 1, -2",
                ">i4 | 00000001 fffffffe | 1, -2",
                "<i2 | 0100 feff | 1, -2",
                "<i1 | 01 fe | 1, -2",
                "<u8 | 0100000000000000 ffffffffffffffff | 1, 1.8446744073709552e19",
                ">u4 | 00000001 fffffffe | 1, 4294967294",
                ">u2 | 0001 fffe | 1, 65534",
                "\"|u1\" | 01 fe | 1, 254",
                "\"|b1\" | 01 00 | 1, 0"
            })
    void everyTypeOfNumberIsRead(String descr, String hexadecimal, String numbers) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hexadecimal.replace(" ", ""));
        double[] expected = List.of(numbers.split(", ")).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
        byte[] array = NumpyBytes.array(descr, false, "(" + expected.length + ",)", bytes);

        try (NumpyArchive archive = open(stored("x", array))) {
            assertThat(archive.doubles("x", 100)).containsExactly(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PLAIN,
                "{'descr':'<f8','fortran_order':False,'shape':(2,3)}",
                "{\"shape\": (2L, 3L), \"fortran_order\": False, \"descr\": \"<f8\"}  ",
                "\n{ 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , }\n\n"
            })
    void headersOfEveryVersionAndSpacingAreRead(String text) throws IOException {
        for (int major = 1; major <= 3; major++) {
            for (String header : List.of(text, NumpyBytes.padded(text, major == 1 ? 10 : 12))) {
                try (NumpyArchive archive = open(stored("x", NumpyBytes.array(major, header, SIX)))) {
                    NumpyArray array = archive.array("x", 2);
                    assertThat(array.shape()).containsExactly(2L, 3L);
                    assertThat(array.type()).isEqualTo(NumpyType.DOUBLE).hasToString("<f8");
                    assertThat(archive.doubles("x", 6)).containsExactly(1, 2, 3, 4, 5, 6);
                }
            }
        }
    }

    @Test
    void columnMajorMatricesAreTransposed() throws IOException {
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        arrays.put("matrix", NumpyBytes.array("<f8", true, "(2, 3)", NumpyBytes.doubles(1, 4, 2, 5, 3, 6)));
        arrays.put("vector", NumpyBytes.array("<f8", true, "(6,)", SIX));
        arrays.put("cube", NumpyBytes.array("<f8", true, "(1, 2, 3)", SIX));
        arrays.put("nothing", NumpyBytes.array("<f8", true, "(9999999999, 0)", new byte[0]));
        try (NumpyArchive archive = open(NumpyBytes.archive(arrays, ZipEntry.STORED))) {
            assertThat(archive.doubles("matrix", 6)).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(archive.doubles("vector", 6)).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(archive.doubles("nothing", 6)).isEmpty();
            refuses(() -> archive.doubles("cube", 6), "must be row-major");
            refuses(() -> archive.rows("matrix"), "must be row-major");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
    void namesAreThoseOfTheArraysInTheirOrder(int method) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("sigma.npy", NumpyBytes.array("<f8", false, "(2, 3)", SIX));
        entries.put("notes.txt", new byte[] {'a'});
        entries.put("mu.npy", NumpyBytes.array("<f8", false, "()", NumpyBytes.doubles(7)));
        try (NumpyArchive archive = open(PyTorchContainers.zip(entries, method))) {
            assertThat(archive.names()).containsExactly("sigma", "mu");
            assertThat(archive.array("mu").shape()).isEmpty();
            assertThat(archive.doubles("mu", 1)).containsExactly(7);
            assertThat(archive.doubles("sigma", 6)).containsExactly(1, 2, 3, 4, 5, 6);
            refuses(() -> archive.array("arr_0"), "must hold an array 'arr_0', but holds sigma, mu; name another");
            refuses(() -> archive.array("sigma", 1), "must have 1 axis, but is of shape [2, 3]");
            refuses(() -> archive.doubles("sigma", 5), "may hold up to 5 numbers, but is of shape [2, 3]");
            refuses(() -> archive.rows("mu"), "must have rows, but is a single number");
        }
    }

    @Test
    void aSingleArrayIsAnArchiveOfOne() throws IOException {
        try (NumpyArchive archive = open(NumpyBytes.array("<f8", false, "(2, 3)", SIX))) {
            assertThat(archive.names()).containsExactly("arr_0");
            assertThat(archive.doubles("arr_0", 6)).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
    void rowsAreTheSameInWhateverOrderTheyAreRead(int method) throws IOException {
        int count = 300;
        int rowBytes = 1000;
        byte[] numbers = noise(1, count * rowBytes);
        byte[] array = NumpyBytes.array("|u1", false, "(" + count + ", 10, 100)", numbers);
        try (NumpyArchive archive = open(NumpyBytes.archive(Map.of("x", array), method));
                NumpyRows rows = archive.rows("x")) {
            assertThat(rows.count()).isEqualTo(count);
            assertThat(rows.rowBytes()).isEqualTo(rowBytes);
            CounterRandom random = CounterRandom.of(2, "rows to read");
            byte[] row = new byte[rowBytes];
            for (int i = 0; i < 2 * count; i++) {
                int index = i < count ? i : random.integer(count, i);
                rows.read(index, row);
                assertThat(row)
                        .as("row %d, read %d", index, i)
                        .isEqualTo(Arrays.copyOfRange(numbers, index * rowBytes, (index + 1) * rowBytes));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> rows.read(count, row))
                    .withMessageContaining("rows 0 to 299");
            assertThatIllegalArgumentException().isThrownBy(() -> rows.read(0, new byte[1]));
        }
    }

    @Test
    void pickledObjectsAreRefusedByNameAndOtherArraysRead() throws IOException {
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        arrays.put("labels", NumpyBytes.array("|O", false, "(1,)", new byte[] {(byte) 0x80, 4, 'N', '.'}));
        arrays.put("x", NumpyBytes.array("<f8", false, "(6,)", SIX));
        try (NumpyArchive archive = open(NumpyBytes.archive(arrays, ZipEntry.STORED))) {
            refuses(() -> archive.array("labels"), "'labels' of ");
            refuses(() -> archive.doubles("labels", 1), "holds pickled objects, which are never executed");
            refuses(() -> archive.rows("labels"), "holds pickled objects, which are never executed");
            assertThat(archive.doubles("x", 6)).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"'<U5'", "'|S3'", "'<c16'", "'<f16'", "'<M8[s]'", "'|V8'", "'<b2'", "[('a', '<f8')]"})
    void whatIsNoNumberIsRefused(String descr) throws IOException {
        String text = "{'descr': " + descr + ", 'fortran_order': False, 'shape': (6,), }\n";
        try (NumpyArchive archive = open(stored("x", NumpyBytes.array(1, text, SIX)))) {
            refuses(() -> archive.array("x"), "must hold truth values, integers or floating-point numbers");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{'descr': '<f8', 'fortran_order': False, }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), 'more': 1}",
                "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (6)}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': [2, 3]}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (-2, 3)}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2 * 1, 3)}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3,,)}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999999999, 3)}",
                "{'descr': '<f8', 'fortran_order': 0, 'shape': (2, 3)}",
                "{'descr': '<f8', 'fortran_order': false, 'shape': (2, 3)}",
                "{'descr': '\\x3cf8', 'fortran_order': False, 'shape': (2, 3)}",
                "{'descr': '<f8, 'fortran_order': False, 'shape': (2, 3)}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)} + 1"
            })
    void headersThatSayAnythingElseAreRefused(String text) throws IOException {
        try (NumpyArchive archive = open(stored("x", NumpyBytes.array(1, text, SIX)))) {
            refuses(() -> archive.array("x"), "the header of array 'x' must have ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(7,)",
                "(5,)",
                "()",
                "(0, 6)",
                "(100000000, 100000000)",
                "(999999999999999999, 999999999999999999)",
                "(2000000000, 1000000000)",
                "(576460752303423488,)"
            })
    void shapesThatNeedOtherBytesThanAreThereAreRefused(String shape) throws IOException {
        for (int method : new int[] {ZipEntry.STORED, ZipEntry.DEFLATED}) {
            Map<String, byte[]> arrays = Map.of("x", NumpyBytes.array("<f8", false, shape, SIX));
            try (NumpyArchive archive = open(NumpyBytes.archive(arrays, method))) {
                refuses(() -> archive.doubles("x", Integer.MAX_VALUE), "bytes, but ");
                refuses(() -> archive.rows("x"), "bytes, but ");
            }
        }
    }

    @Test
    void headersThatLieAboutThemselvesAreRefused() throws IOException {
        byte[] version = NumpyBytes.array(1, PLAIN, SIX);
        version[6] = 4;
        byte[] magic = NumpyBytes.array(1, PLAIN, SIX);
        magic[1] = 'M';
        byte[] length = NumpyBytes.array(2, PLAIN, SIX);
        length[11] = 0x7f;
        try (NumpyArchive archive = open(NumpyBytes.archive(
                Map.of("version", version, "magic", magic, "length", length, "none", new byte[9]), ZipEntry.STORED))) {
            refuses(() -> archive.array("version"), "must be version 1.0, 2.0 or 3.0, but is 4.0");
            refuses(() -> archive.array("magic"), "must begin with NumPy's signature");
            refuses(() -> archive.array("length"), "bytes, but claims 21");
            refuses(() -> archive.array("none"), "must begin with NumPy's signature");
        }
    }

    @Test
    void whatIsNoArchiveIsRefused() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> NumpyArchive.open(directory.resolve("none.npz")))
                .withMessageContaining("there is no file of NumPy arrays at ");
        refuses(() -> open(new byte[0]), "must begin as a zip file or as a NumPy array, but begins with ''");
        refuses(() -> open("<html>".getBytes(StandardCharsets.UTF_8)), "but begins with '<html>'");
        byte[] whole = stored("x", NumpyBytes.array("<f8", false, "(6,)", SIX));
        refuses(() -> open(Arrays.copyOf(whole, whole.length - 1)), "it was probably cut off");
        try (NumpyArchive archive = open(NumpyBytes.archive(Map.of(), ZipEntry.STORED))) {
            refuses(() -> archive.array("mu"), "but holds no arrays");
        }
    }

    @Test
    void anotherChecksumRefusesNumbersAndRows() throws IOException {
        byte[] bytes = stored("x", NumpyBytes.array("|u1", false, "(3, 2)", new byte[] {1, 2, 3, 4, 55, 6}));
        bytes[indexOf(bytes, (byte) 55)] = 54;
        try (NumpyArchive archive = open(bytes);
                NumpyRows rows = archive.rows("x")) {
            refuses(() -> archive.doubles("x", 6), "the checksum of entry 'x' must be ");
            byte[] row = new byte[2];
            rows.read(2, row);
            assertThat(row).as("a row that is read alone cannot be checked").containsExactly(54, 6);
            rows.read(0, row);
            rows.read(1, row);
            refuses(() -> rows.read(2, row), "the checksum of entry 'x' must be ");
        }
    }

    @Test
    void deflatedEntriesThatHoldOtherBytesThanTheDirectorySaysAreRefused() throws IOException {
        byte[] array = NumpyBytes.array("|u1", false, "(2000,)", new byte[2000]);
        int size = array.length;
        try (NumpyArchive archive = open(deflated(array, size + 1))) {
            refuses(() -> archive.doubles("x", 5000), "must have 2000 bytes, but has 2001");
        }
        try (NumpyArchive archive = open(deflated(Arrays.copyOf(array, size - 9), size))) {
            refuses(() -> archive.doubles("x", 5000), "must have " + size + " bytes, but has " + (size - 9));
        }
        try (NumpyArchive archive = open(deflated(Arrays.copyOf(array, size + 9), size))) {
            refuses(() -> archive.doubles("x", 5000), "bytes, but has more when inflated");
        }
        refuses(() -> open(deflated(array, Integer.MAX_VALUE)), "stands for 1032 bytes at most");
    }

    /** An array, deflated, of which the directory claims another size. */
    private static byte[] deflated(byte[] array, int claimed) {
        byte[] bytes = NumpyBytes.archive(Map.of("x", array), ZipEntry.DEFLATED);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int size = buffer.getInt(bytes.length - 22 + 16) + 24;
        assertThat(buffer.getInt(size)).isEqualTo(array.length);
        buffer.putInt(size, claimed);
        return bytes;
    }

    @Test
    void rowsOfAnArrayLargerThanMemoryAreRead() throws IOException {
        int rowBytes = 256 * 256 * 3;
        long count = (5L << 30) / rowBytes;
        byte[] header = NumpyBytes.array("|u1", false, "(" + count + ", 256, 256, 3)", new byte[0]);
        Path path = directory.resolve("large.npz");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            LargeZip zip = new LargeZip(channel);
            zip.sparse("arr_0.npy", header.length + count * rowBytes, new byte[] {1, 2, 3});
            zip.entry("mu.npy", NumpyBytes.array("<f8", false, "()", NumpyBytes.doubles(7)));
            zip.close();
            channel.write(ByteBuffer.wrap(header), 30 + "arr_0.npy".length());
        }
        assertThat(Files.size(path)).isGreaterThan(Runtime.getRuntime().maxMemory());
        try (NumpyArchive archive = NumpyArchive.open(path);
                NumpyRows rows = archive.rows("arr_0")) {
            assertThat(rows.count()).isEqualTo(count);
            byte[] row = new byte[rowBytes];
            rows.read(0, row);
            assertThat(row).containsOnly(0);
            rows.read(count - 1, row);
            assertThat(row).endsWith(0, 1, 2, 3);
            refuses(() -> archive.doubles("arr_0", 1 << 20), "may hold up to 1048576 numbers");
        }
    }

    private NumpyArchive open(byte[] bytes) throws IOException {
        return NumpyArchive.open(Files.write(directory.resolve("a.npz"), bytes));
    }

    private static byte[] stored(String name, byte[] array) {
        return NumpyBytes.archive(Map.of(name, array), ZipEntry.STORED);
    }

    private static byte[] noise(long seed, int count) {
        CounterRandom random = CounterRandom.of(seed, "test bytes");
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) random.integer(256, i);
        }
        return bytes;
    }

    private static int indexOf(byte[] bytes, byte wanted) {
        int at = bytes.length - 1;
        while (bytes[at] != wanted) {
            at--;
        }
        return at;
    }

    private static void refuses(ThrowingCallable reading, String because) {
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(reading)
                .withMessageContaining(because)
                .withMessageMatching("[^\\p{Cntrl}]{20,900}");
    }
}
