package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.file.CorruptFileException;
import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged archive is refused in one sentence, or the damage is where no number stands and all are read as they were. */
class NumpyDamageTests {
    private static final int DAMAGES = 2500;
    private static final int PIXELS = 2 * 3 * 3 * 3;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
    void damagedArchivesAreRefusedOrReadAsTheyWere(int method) throws IOException {
        byte[] intact = archive(method);
        List<double[]> expected = load(write(intact));
        CounterRandom random = CounterRandom.of(method, "damage to an archive");
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            byte[] bytes = damaged(intact, random.derive(i));
            try {
                List<double[]> read = load(write(bytes));
                assertThat(read).as("method %d, damage %d", method, i).hasSameSizeAs(expected);
                for (int array = 0; array < read.size(); array++) {
                    assertThat(read.get(array))
                            .as("method %d, damage %d, array %d", method, i, array)
                            .isEqualTo(expected.get(array));
                }
            } catch (CorruptFileException e) {
                assertThat(e.getMessage())
                        .as("method %d, damage %d", method, i)
                        .matches("[^\\p{Cntrl}\\u2028\\u2029]{20,900}");
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("method " + method + ", damage " + i, e);
            }
        }
        assertThat(refused).as("refused of %d", DAMAGES).isBetween(DAMAGES / 2, DAMAGES - 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
    void everyTruncationIsRefused(int method) throws IOException {
        byte[] intact = archive(method);
        for (int length = 0; length < intact.length; length++) {
            byte[] bytes = Arrays.copyOf(intact, length);
            String refusal = "";
            try {
                var unused = load(write(bytes));
            } catch (CorruptFileException e) {
                refusal = String.valueOf(e.getMessage());
            }
            assertThat(refusal).as("method %d, %d bytes", method, length).contains("is no intact NumPy archive");
        }
    }

    private static byte[] archive(int method) {
        byte[] pixels = new byte[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            pixels[i] = (byte) (i * i);
        }
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        arrays.put("arr_0", NumpyBytes.array("|u1", false, "(2, 3, 3, 3)", pixels));
        arrays.put("mu", NumpyBytes.array("<f8", false, "(3,)", NumpyBytes.doubles(1, 2, 3)));
        arrays.put("sigma", NumpyBytes.array("<f8", true, "(2, 3)", NumpyBytes.doubles(1, 2, 3, 4, 5, 6)));
        return NumpyBytes.archive(arrays, method);
    }

    /** Opens and reads everything in every way. */
    private static List<double[]> load(Path path) throws IOException {
        List<double[]> values = new ArrayList<>();
        try (NumpyArchive archive = NumpyArchive.open(path)) {
            for (String name : List.of("arr_0", "mu", "sigma")) {
                values.add(archive.doubles(name, 1000));
                values.add(archive.array(name).shape().stream()
                        .mapToDouble(Long::doubleValue)
                        .toArray());
            }
            try (NumpyRows rows = archive.rows("arr_0")) {
                for (long index = 0; index < rows.count(); index++) {
                    byte[] row = new byte[Math.toIntExact(rows.rowBytes())];
                    rows.read(index, row);
                    double[] numbers = new double[row.length];
                    Arrays.setAll(numbers, i -> row[i]);
                    values.add(numbers);
                }
            }
        }
        return values;
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("a.npz"), bytes);
    }

    /** One to three flipped bits or replaced bytes. */
    private static byte[] damaged(byte[] intact, CounterRandom random) {
        byte[] bytes = intact.clone();
        int times = 1 + random.integer(3, 0) * random.integer(2, 1);
        for (int i = 0; i < times; i++) {
            int at = random.integer(bytes.length, 10 + 3L * i);
            bytes[at] = random.integer(4, 11 + 3L * i) == 0
                    ? (byte) random.integer(256, 12 + 3L * i)
                    : (byte) (bytes[at] ^ (1 << random.integer(8, 12 + 3L * i)));
        }
        return bytes;
    }
}
