package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens to a file of weights, it is read or refused in one sentence, in memory that is a few times its size. */
@ExtendWith(NativeMemory.class)
class WeightFileDamageTests {
    private static final int DAMAGES = 2200;

    /** Heap for one load: fixed buffers and parsers, and some objects per byte of the file. */
    private static final long HEAP = 4 << 20;

    private static final long HEAP_PER_BYTE = 100;

    private static final LoadTrial TRIAL = new LoadTrial(size -> HEAP + HEAP_PER_BYTE * size);

    @TempDir
    Path directory;

    static List<String> goldenFiles() throws IOException {
        try (Stream<Path> files =
                Files.list(Golden.resource("checkpoint-formats").folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*\\.(?:pt|bin|safetensors)"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thereAreFilesToDamage() throws IOException {
        assertThat(goldenFiles()).hasSizeGreaterThanOrEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("goldenFiles")
    void aDamagedCheckpointIsReadOrRefusedInOneSentence(String name) throws IOException {
        byte[] intact = Files.readAllBytes(
                Golden.resource("checkpoint-formats").folder().resolve(name));
        Path file = directory.resolve(name);
        damage(name, file, file, intact);
    }

    @Test
    void aDamagedIndexIsReadOrRefusedInOneSentence() throws IOException {
        ShardedSafetensorsTests.write(directory);
        Path index = directory.resolve("model.safetensors.index.json");
        damage("index", index, index, Files.readAllBytes(index));
    }

    @Test
    void aDamagedShardIsReadOrRefusedInOneSentence() throws IOException {
        ShardedSafetensorsTests.write(directory);
        Path shard = directory.resolve("model-00001-of-00002.safetensors");
        damage("shard", directory.resolve("model.safetensors.index.json"), shard, Files.readAllBytes(shard));
    }

    private static void damage(String name, Path opened, Path damaged, byte[] intact) throws IOException {
        Files.write(damaged, intact);
        assertThat(WeightFiles.open(opened).names()).as("the intact %s", name).isNotEmpty();
        assertThat(TRIAL.load(opened)).as("the intact %s", name).isEmpty();
        Random random = new Random(name.hashCode());
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < DAMAGES; i++) {
            byte[] bytes = damaged(intact, random);
            Files.write(damaged, bytes);
            String refusal;
            try {
                refusal = TRIAL.load(opened);
            } catch (IOException | RuntimeException | Error e) {
                Files.write(Path.of("target", "damaged-" + name + "-" + i), bytes);
                throw new AssertionError(name + ", damage " + i + ", kept in target", e);
            }
            assertThat(refusal).as("%s, damage %d", name, i).matches("(?:[^\\p{Cntrl}\\u2028\\u2029]{20,900})?");
            outcomes.merge(refusal.isEmpty() ? "read" : "refused", 1, Integer::sum);
        }
        assertThat(outcomes.getOrDefault("refused", 0))
                .as("%s: %s", name, outcomes)
                .isGreaterThan(DAMAGES / 4);
        assertThat(outcomes.getOrDefault("read", 0))
                .as("%s: %s", name, outcomes)
                .isGreaterThan(DAMAGES / 100);
    }

    /** Damages in one to three ways. */
    private static byte[] damaged(byte[] intact, Random random) {
        byte[] bytes = intact;
        int times = 1 + random.nextInt(3) * random.nextInt(2);
        for (int i = 0; i < times && bytes.length > 0; i++) {
            bytes = damagedOnce(bytes, random);
        }
        return bytes;
    }

    private static byte[] damagedOnce(byte[] intact, Random random) {
        byte[] bytes = intact.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes = Arrays.copyOf(bytes, at);
            case 3 -> {
                byte[] inserted = new byte[1 + random.nextInt(20)];
                random.nextBytes(inserted);
                bytes = joined(bytes, at, inserted, at);
            }
            case 4 -> bytes = joined(bytes, at, new byte[0], Math.min(bytes.length, at + 1 + random.nextInt(20)));
            case 5 -> {
                int from = random.nextInt(bytes.length);
                byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(60)));
                bytes = joined(bytes, at, piece, random.nextBoolean() ? at : Math.min(bytes.length, at + piece.length));
            }
            case 6 -> {
                byte[] number = ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(ByteDamage.EDGES[random.nextInt(ByteDamage.EDGES.length)])
                        .array();
                int length = 1 << random.nextInt(4);
                System.arraycopy(number, 0, bytes, at, Math.min(length, bytes.length - at));
            }
            default -> bytes = withAnotherNumber(bytes, random);
        }
        return bytes;
    }

    /** Replaces a number that is written in digits, as those of headers are, or does nothing where there is none. */
    private static byte[] withAnotherNumber(byte[] bytes, Random random) {
        int start = random.nextInt(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int from = (start + i) % bytes.length;
            int to = from;
            while (to < bytes.length && bytes[to] >= '0' && bytes[to] <= '9') {
                to++;
            }
            if (to > from) {
                byte[] number = Long.toString(ByteDamage.EDGES[random.nextInt(ByteDamage.EDGES.length)])
                        .getBytes(StandardCharsets.US_ASCII);
                return joined(bytes, from, number, to);
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int end, byte[] middle, int begin) {
        byte[] joined = Arrays.copyOf(bytes, end + middle.length + bytes.length - begin);
        System.arraycopy(middle, 0, joined, end, middle.length);
        System.arraycopy(bytes, begin, joined, end + middle.length, bytes.length - begin);
        return joined;
    }
}
