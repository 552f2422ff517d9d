package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyTorchZipTests {
    private static final byte[] PICKLE =
            PickleBytes.begin().raw("}").text("w").row("0", 2).raw("s").end();
    private static final byte[] STORAGE = PickleBytes.floats(1, 2);

    @TempDir
    Path directory;

    @Test
    void theFolderMayHaveAnyNameAndNotesMayBeMissing() throws IOException {
        for (String folder : new String[] {"a", "größe", "data", "a/b", "x.pkl"}) {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put(folder + "/data/0", STORAGE);
            entries.put(folder + "/data.pkl", PICKLE);
            assertThat(open(PyTorchContainers.zip(entries, ZipEntry.STORED)).names())
                    .containsExactly("w");
        }
    }

    @Test
    void compressedEntriesAreRefusedWhateverTheyHold() {
        byte[] bomb =
                PyTorchContainers.zip(Map.of("a/data.pkl", PICKLE, "a/data/0", new byte[1 << 20]), ZipEntry.DEFLATED);
        assertThat(bomb.length).isLessThan(5000);
        assertRefused(bomb, "must be stored as they are");
        byte[] stored = zip();
        patch(stored, central("t/data/0"), 10, 8);
        assertRefused(stored, "is compressed or encrypted");
        byte[] encrypted = zip();
        patch(encrypted, central("t/data/0"), 8, 1);
        assertRefused(encrypted, "is compressed or encrypted");
    }

    @Test
    void sizesAndPlacesThatTheFileCannotHaveAreRefused() {
        byte[] larger = zip();
        patch(larger, central("t/data/0"), 22, 0x7fff);
        assertRefused(larger, "is compressed or encrypted");
        patch(larger, central("t/data/0"), 26, 0x7fff);
        assertRefused(larger, "must end before the directory");
        byte[] farther = zip();
        patch(farther, central("t/data/0"), 44, 0x7fff);
        assertRefused(farther, "must stand before its directory");
        byte[] elsewhere = zip();
        patch(elsewhere, central("t/data/0"), 42, 1);
        assertRefused(elsewhere, "must begin with a header of its own");
        byte[] moreEntries = zip();
        patch(moreEntries, moreEntries.length - 22, 8, 100);
        patch(moreEntries, moreEntries.length - 22, 10, 100);
        assertRefused(moreEntries, "46 bytes or more per entry");
        byte[] fewerEntries = zip();
        patch(fewerEntries, fewerEntries.length - 22, 8, 1);
        patch(fewerEntries, fewerEntries.length - 22, 10, 1);
        assertRefused(fewerEntries, "its 1 entries have");
        byte[] parts = zip();
        patch(parts, parts.length - 22, 8, 1);
        assertRefused(parts, "in one piece");
        byte[] place = zip();
        patch(place, place.length - 22, 16, 0);
        assertRefused(place, "in one piece");
    }

    @Test
    void entriesThatOverlapOrShareANameAreRefused() {
        byte[] inner = PyTorchContainers.zip(Map.of("t/data/1", STORAGE), ZipEntry.STORED);
        Map<String, byte[]> entries = entries();
        entries.put("t/data/0", Arrays.copyOf(inner, 38 + STORAGE.length));
        entries.put("t/data/1", STORAGE);
        byte[] overlapping = PyTorchContainers.zip(entries, ZipEntry.STORED);
        int place = indexOf(overlapping, "t/data/1") - 30;
        ByteBuffer.wrap(overlapping)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(central("t/data/1").in(overlapping) + 42, place);
        assertRefused(overlapping, "must not overlap");

        entries.put("t/data/0", STORAGE);
        byte[] twice = new String(PyTorchContainers.zip(entries, ZipEntry.STORED), StandardCharsets.ISO_8859_1)
                .replace("t/data/1", "t/data/0")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(twice, "two are named 't/data/0'");
    }

    @Test
    void whatIsInAZipFileButNoWeightsIsRefused() {
        assertRefused(PyTorchContainers.zip(Map.of("a.npy", STORAGE), ZipEntry.STORED), "one entry FOLDER/data.pkl");
        assertRefused(
                PyTorchContainers.zip(Map.of("a/data.pkl", PICKLE, "b/data.pkl", PICKLE), ZipEntry.STORED),
                "but has 2");
        assertRefused(with("t/constants.pkl", PICKLE), "TorchScript");
        assertRefused(with("t/byteorder", PyTorchContainers.ascii("big")), "byte order is 'big'");
        assertRefused(with("t/version", PyTorchContainers.ascii("11\n")), "version must be from 1 to 10, but is '11?'");
        assertRefused(with("t/version", new byte[0]), "but is ''");
        assertRefused(with("t/data.pkl", Arrays.copyOf(PICKLE, PICKLE.length + 1)), "something follows it");
        assertRefused(with("t/data.pkl", new byte[0]), "only 0 are left");
        assertRefused(new byte[] {'P', 'K', 3, 4}, "none; it was probably cut off");
        assertRefused(
                new byte[] {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "but has 0 among 0");
    }

    private static Map<String, byte[]> entries() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("t/data.pkl", PICKLE);
        entries.put("t/data/0", STORAGE);
        return entries;
    }

    private static byte[] zip() {
        return PyTorchContainers.zip(entries(), ZipEntry.STORED);
    }

    private static byte[] with(String name, byte[] content) {
        Map<String, byte[]> entries = entries();
        entries.put(name, content);
        return PyTorchContainers.zip(entries, ZipEntry.STORED);
    }

    /** The record of an entry in the directory. */
    private record Central(String name) {
        int in(byte[] zip) {
            String text = new String(zip, StandardCharsets.ISO_8859_1);
            return text.lastIndexOf(name) - 46;
        }
    }

    private static Central central(String name) {
        return new Central(name);
    }

    private static void patch(byte[] zip, Central record, int offset, int value) {
        patch(zip, record.in(zip), offset, value);
    }

    private static void patch(byte[] zip, int record, int offset, int value) {
        ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putShort(record + offset, (short) value);
    }

    private static int indexOf(byte[] zip, String name) {
        return new String(zip, StandardCharsets.ISO_8859_1).indexOf(name);
    }

    private void assertRefused(byte[] zip, String message) {
        assertThatThrownBy(() -> open(zip))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).matches("[^\\p{Cntrl}]{20,700}"));
    }

    private WeightFile open(byte[] zip) throws IOException {
        return WeightFiles.open(Files.write(directory.resolve("weights"), zip));
    }
}
