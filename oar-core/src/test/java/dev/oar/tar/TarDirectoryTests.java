package dev.oar.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.testing.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarDirectoryTests {
    @TempDir
    private Path folder;

    /** Modes of commons-compress: GNU's names and POSIX's, and sizes in either way. */
    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX})
    void whatAnotherImplementationPacksIsReadToTheByte(int longNames) throws IOException {
        for (long seed = 0; seed < 10; seed++) {
            Map<String, byte[]> files = files(seed);
            Path tar = folder.resolve("a.tar");
            try (TarArchiveOutputStream stream =
                    new TarArchiveOutputStream(Files.newOutputStream(tar), StandardCharsets.UTF_8.name())) {
                stream.setLongFileMode(longNames);
                stream.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                stream.setAddPaxHeadersForNonAsciiNames(longNames == TarArchiveOutputStream.LONGFILE_POSIX);
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                    entry.setSize(file.getValue().length);
                    entry.setModTime(seed * 123_456_789_123L);
                    stream.putArchiveEntry(entry);
                    stream.write(file.getValue());
                    stream.closeArchiveEntry();
                }
            }
            assertThat(contents(TarDirectory.read(tar)))
                    .as("seed %d", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(files);
        }
    }

    @Test
    void whatIsWrittenIsReadByAnotherImplementationAndIsEqualEachTime() throws IOException {
        byte[] first = written();
        assertThat(written()).isEqualTo(first);
        assertThat(first.length % 10_240).isZero();
        try (TarArchiveInputStream stream = new TarArchiveInputStream(new ByteArrayInputStream(first))) {
            for (int size : new int[] {0, 511, 512, 513}) {
                TarArchiveEntry entry = stream.getNextEntry();
                assertThat(entry.getName()).isEqualTo("a/" + size + ".bin");
                assertThat(entry.getMode()).isEqualTo(0444);
                assertThat(entry.getLastModifiedDate().getTime()).isZero();
                assertThat(stream.readAllBytes()).isEqualTo(bytes(size));
            }
            assertThat(stream.getNextEntry()).isNull();
        }
        TarWriter writer = new TarWriter(Channels.newChannel(OutputStream.nullOutputStream()));
        for (String name : List.of("", "\u00e4.txt", "a".repeat(101))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.add(name, new byte[1]))
                    .withMessageContaining("1 to 100 letters of ASCII");
        }
    }

    private static byte[] written() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(Channels.newChannel(bytes));
        for (int size : new int[] {0, 511, 512, 513}) {
            writer.add("a/" + size + ".bin", bytes(size));
        }
        writer.finish();
        return bytes.toByteArray();
    }

    @Test
    void membersOfTarsWithinTarsAreRangesOfOneFile() throws IOException {
        byte[] inner = new TarBytes().file("deep/x.bin", bytes(1000)).closed();
        byte[] middle =
                new TarBytes().file("y.txt", "y").file("inner.tar", inner).closed();
        Path tar = tar(new TarBytes().file("middle.tar", middle).closed());
        TarPath in = TarDirectory.read(
                        TarDirectory.read(TarDirectory.read(tar).files().get(0))
                                .files()
                                .get(1))
                .files()
                .get(0);
        assertThat(in.toString()).isEqualTo(tar + "/middle.tar/inner.tar/deep/x.bin");
        assertThat(in.getFileName()).hasToString("x.bin");
        assertThat(Files.readAllBytes(in)).isEqualTo(bytes(1000));
        assertThat(Files.size(in)).isEqualTo(1000);
        assertThat(Files.isRegularFile(in)).isTrue();
        try (SeekableByteChannel channel = Files.newByteChannel(in)) {
            ByteBuffer three = ByteBuffer.allocate(3);
            channel.position(998).read(three);
            assertThat(three.position()).isEqualTo(2);
            assertThat(channel.read(three)).isEqualTo(-1);
        }
        assertThatThrownBy(() -> Files.writeString(in, "x")).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.delete(in)).isInstanceOf(ReadOnlyFileSystemException.class);
    }

    @Test
    void foldersDevicesAndLinksAreNoFilesAndDotsMeanNothing() throws IOException {
        Path tar = tar(new TarBytes()
                .member("./", '5', new byte[0])
                .member("a/", '0', new byte[0])
                .file("./a//./b.txt", "b")
                .member("l", '2', new byte[0])
                .member("h", '1', new byte[0])
                .member("d", '4', new byte[0])
                .member("old.txt", '\0', bytes(3))
                .closed());
        TarDirectory directory = TarDirectory.read(tar);
        assertThat(directory.files()).extracting(TarPath::name).containsExactly("a/b.txt", "old.txt");
        assertThat(directory.links()).containsExactly("l", "h");
    }

    @Test
    void whatDescribesOtherMembersIsNoMember() throws IOException {
        byte[] global = "19 comment=packed!\n".getBytes(StandardCharsets.UTF_8);
        byte[] path = "20 path=long/er.txt\n".getBytes(StandardCharsets.UTF_8);
        Path tar = tar(new TarBytes()
                .member("g", 'g', global)
                .member("x", 'x', path)
                .file("short.txt", "1")
                .member("L", 'L', "by/gnu.txt\0".getBytes(StandardCharsets.UTF_8))
                .member("K", 'K', "where/to\0".getBytes(StandardCharsets.UTF_8))
                .file("cut.txt", "2")
                .file("own.txt", "3")
                .closed());
        assertThat(TarDirectory.read(tar).files())
                .extracting(TarPath::name)
                .containsExactly("long/er.txt", "by/gnu.txt", "own.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/etc/x", "a/..", "./../x"})
    void aMemberNeverLiesOutside(String name) throws IOException {
        refused(new TarBytes().file("in.txt", "1").file(name, "2").closed())
                .withMessageContaining("members of a tar must lie in it")
                .withMessageContaining("'" + name + "'");
        // The name that pax gives counts, not the one that it replaces.
        String record = " path=" + name + "\n";
        String pax = (record.length() + 2) + record;
        refused(new TarBytes()
                        .member("x", 'x', pax.getBytes(StandardCharsets.UTF_8))
                        .file("fine.txt", "2")
                        .closed())
                .withMessageContaining("'" + name + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "600, 'is cut short within b.bin, of whose 700 bytes it holds 600'",
        "0, 'is cut short within b.bin, of whose 700 bytes it holds 0'",
        "-512, 'is cut short behind a.bin'",
        "-300, 'is cut short behind a.bin'",
        "1024, 'is cut short behind b.bin'",
        "1100, 'is cut short behind b.bin'",
    })
    void aTarCutShortIsRefusedWithTheNameOfTheLastMember(int kept, String words) throws IOException {
        byte[] whole = new TarBytes()
                .file("a.bin", bytes(512))
                .file("b.bin", bytes(700))
                .closed();
        // The content of the second member begins behind two blocks of the first and its own header.
        refused(Arrays.copyOf(whole, 3 * 512 + kept)).withMessageContaining(words);
    }

    @Test
    void whatIsNoWholePlainTarIsRefusedInOneSentence() throws IOException {
        byte[] tar = new TarBytes().file("a.txt", "a").closed();
        refused(new byte[0]).withMessageContaining("has only 0 bytes");
        refused(bytes(2000)).withMessageContaining("does not begin as one");
        refused(new TarBytes().file("a.txt", "a").file("./a.txt", "b").closed())
                .withMessageContaining("holds a.txt twice");
        refused(new TarBytes().member("s.bin", 'S', bytes(4)).closed()).withMessageContaining("s.bin");
        refused(new TarBytes().member("x", 'x', bytes(40)).file("a", "1").closed())
                .withMessageContaining("must be records");
        byte[] two = Arrays.copyOf(tar, 2 * tar.length);
        System.arraycopy(tar, 0, two, tar.length, tar.length);
        refused(two).withMessageContaining("holds more behind its end after a.txt");
        byte[] damaged = new TarBytes().file("a.txt", "a").file("b.txt", "b").closed();
        damaged[2 * 512 + 3]++;
        refused(damaged).withMessageContaining("something else behind a.txt, at byte 1024");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(tar);
        }
        refused(packed.toByteArray()).withMessageContaining("is compressed (gzip); decompress it");
    }

    @Test
    void sizesOfAnyBytesAreRefusedOrHeld() throws IOException {
        byte[] tar = new TarBytes().file("a.txt", "a").closed();
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] changed = tar.clone();
            for (int i = 0; i < 4; i++) {
                changed[124 + random.nextInt(12)] = (byte) random.nextInt(256);
            }
            byte[] summed = withSum(changed);
            Path file = tar(summed);
            try {
                for (TarPath path : TarDirectory.read(file).files()) {
                    assertThat(Files.size(path)).as("seed %d", seed).isBetween(0L, (long) tar.length);
                }
            } catch (CorruptFileException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining(file.toString());
            }
        }
    }

    private static byte[] withSum(byte[] tar) {
        Arrays.fill(tar, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i] & 0xFF;
        }
        byte[] text = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, tar, 148, 8);
        return tar;
    }

    private ThrowableAssertAlternative<CorruptFileException> refused(byte[] tar) throws IOException {
        Path file = tar(tar);
        return assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> TarDirectory.read(file))
                .withMessageContaining(file.toString());
    }

    private Path tar(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("t.tar"), bytes);
    }

    private static Map<String, byte[]> contents(TarDirectory directory) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (TarPath file : directory.files()) {
            contents.put(file.name(), Files.readAllBytes(file));
        }
        return contents;
    }

    private static Map<String, byte[]> files(long seed) {
        Random random = new Random(seed);
        List<UnaryOperator<String>> forms = List.of(
                name -> name,
                name -> "folder/" + name,
                name -> "f".repeat(90) + "/" + "g".repeat(60) + "/" + name,
                name -> "l".repeat(180) + name,
                name -> "\u00fcml\u00e4ut/\u732b" + name);
        Map<String, byte[]> files = new LinkedHashMap<>();
        List<Integer> sizes = new ArrayList<>(List.of(0, 1, 511, 512, 513));
        sizes.add(random.nextInt(5000));
        for (int size : sizes) {
            files.put(forms.get(random.nextInt(forms.size())).apply(size + "-" + files.size() + ".bin"), bytes(size));
        }
        return files;
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size + 1).nextBytes(bytes);
        return bytes;
    }
}
