package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.checkpoint.NumpyArchiveWriter.Arrangement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumpyArchiveWriterTests {
    @TempDir
    Path directory;

    /** The bytes of {@code numpy.savez} in NumPy 2.4.6, for the arrays of {@link #fourArrays()}. */
    private static final String OF_NUMPY = "92174b8fc58c1e98fdab35c77cdde6d675afeaba2ad7577a4482b91ab17449ed";

    @Test
    void archivesAreByteForByteThoseOfNumpy() throws IOException {
        Path file = directory.resolve("a.npz");
        NumpyArchiveWriter.write(file, fourArrays());
        assertThat(Fingerprint.ofFile(file)).isEqualTo(OF_NUMPY);
        NumpyArchiveWriter.write(file, fourArrays());
        assertThat(Fingerprint.ofFile(file)).isEqualTo(OF_NUMPY);
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        Path file = directory.resolve("a.npz");
        NumpyArchiveWriter.write(file, fourArrays());
        try (NumpyArchive archive = NumpyArchive.open(file)) {
            assertFourArrays(archive);
        }
    }

    @Test
    void otherZipReadersFindTheEntriesIntact() throws IOException {
        Path file = directory.resolve("a.npz");
        NumpyArchiveWriter.write(file, fourArrays());
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(Object::toString))
                    .containsExactly("arr_0.npy", "arr_1.npy", "mu.npy", "sigma.npy");
            try (InputStream entry = zip.getInputStream(zip.getEntry("arr_0.npy"))) {
                assertThat(entry.readAllBytes())
                        .hasSize(164)
                        .startsWith(0x93, 'N')
                        .endsWith(33, 34, 35);
            }
        }
    }

    @Test
    void placesBeyondFourGibibytesAreWrittenAndRead() throws IOException {
        Path file = directory.resolve("large.npz");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            NumpyArchiveWriter.write(channel, archive -> {
                archive.doubles("first", new double[] {1, 2}, 2);
                channel.position(5L << 30);
                fourArrays().writeTo(archive);
            });
        }
        // The archive's own signature lets it be told from other files; what follows is found by the directory.
        try (NumpyArchive archive = NumpyArchive.open(file);
                ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(archive.doubles("first", 2)).containsExactly(1, 2);
            assertFourArrays(archive);
            try (InputStream entry = zip.getInputStream(zip.getEntry("sigma.npy"))) {
                assertThat(entry.readAllBytes()).hasSize(160);
            }
        }
    }

    @Test
    void longArraysAreWrittenInPieces() throws IOException {
        double[] numbers = new double[200_001];
        Arrays.setAll(numbers, i -> i / 7.0);
        Path file = directory.resolve("a.npz");
        NumpyArchiveWriter.write(file, archive -> archive.doubles("x", numbers, numbers.length));
        try (NumpyArchive archive = NumpyArchive.open(file)) {
            assertThat(archive.doubles("x", numbers.length)).isEqualTo(numbers);
        }
    }

    @Test
    void aRowThatCannotBeReadLeavesTheOldFileAndKeepsItsSentence() throws IOException {
        Path file = directory.resolve("a.npz");
        NumpyArchiveWriter.write(file, fourArrays());
        assertThatIOException()
                .isThrownBy(() -> NumpyArchiveWriter.write(
                        file,
                        archive -> archive.unsignedBytes(
                                "arr_0",
                                row -> {
                                    if (row == 1) {
                                        throw new IOException("cat.png is truncated");
                                    }
                                    return new byte[2];
                                },
                                3,
                                2)))
                .withMessage("cat.png is truncated");
        assertThat(Fingerprint.ofFile(file)).isEqualTo(OF_NUMPY);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void wrongArraysAreRefused() {
        refuses(archive -> archive.doubles("a b", new double[1], 1), "'a b' is not or is taken");
        refuses(archive -> archive.doubles("../x", new double[1], 1), "'../x' is not or is taken");
        refuses(
                archive -> {
                    archive.doubles("x", new double[1], 1);
                    archive.longs("x", new long[1], 1);
                },
                "'x' is not or is taken");
        refuses(archive -> archive.doubles("x", new double[5], 2, 3), "shape [2, 3] needs as many values");
        refuses(archive -> archive.longs("x", new long[0], -1), "shape [-1] needs as many values");
        refuses(archive -> archive.longs("x", new long[0], 1 << 30, 1 << 30, 1 << 30), "needs as many values");
        refuses(archive -> archive.unsignedBytes("x", row -> new byte[3], 2, 4), "rows of 4 bytes, but row 0 has 3");
        for (int[] shape : List.of(new int[0], new int[] {0, 2}, new int[] {2, 0}, new int[] {1, 1 << 20, 1 << 20})) {
            refuses(archive -> archive.unsignedBytes("x", row -> new byte[3], shape), "sizes of at least 1");
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** As {@code numpy.savez("a.npz", arr_0=..., arr_1=..., mu=..., sigma=...)} would write them. */
    private static Arrangement fourArrays() {
        return archive -> {
            byte[] row = new byte[18];
            archive.unsignedBytes(
                    "arr_0",
                    index -> {
                        for (int i = 0; i < row.length; i++) {
                            row[i] = (byte) (index * row.length + i);
                        }
                        return row;
                    },
                    2,
                    2,
                    3,
                    3);
            archive.longs("arr_1", new long[] {3, 7}, 2);
            archive.doubles("mu", new double[] {0.5, -1.25}, 2);
            archive.doubles("sigma", new double[] {2, 0.25, 0.25, 1}, 2, 2);
        };
    }

    private static void assertFourArrays(NumpyArchive archive) throws IOException {
        assertThat(archive.names()).endsWith("arr_0", "arr_1", "mu", "sigma");
        assertThat(archive.array("arr_0").shape()).containsExactly(2L, 2L, 3L, 3L);
        assertThat(archive.array("arr_1").type()).isEqualTo(NumpyType.LONG);
        assertThat(archive.doubles("arr_1", 2)).containsExactly(3, 7);
        assertThat(archive.doubles("mu", 2)).containsExactly(0.5, -1.25);
        assertThat(archive.doubles("sigma", 4)).containsExactly(2, 0.25, 0.25, 1);
        double[] pixels = archive.doubles("arr_0", 36);
        for (int i = 0; i < 36; i++) {
            assertThat(pixels[i]).isEqualTo(i);
        }
    }

    private void refuses(Arrangement arrays, String because) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumpyArchiveWriter.write(directory.resolve("b.npz"), arrays))
                .withMessageContaining(because);
    }
}
