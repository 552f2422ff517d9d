package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class SafetensorsDamageTests {
    private static final String[] EDGES = {
        "-1",
        "0",
        "1",
        "2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "1e3",
        "1.5",
        "\"1\"",
        "[]",
        "{}",
        "null",
        "4611686018427387904",
        "99999999999999999999999999999999999999"
    };

    @TempDir
    Path directory;

    private Path file = Path.of("unset");

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("a.safetensors");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "8|{'x':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|must span 12 bytes, but stands from byte 0 to 8",
                "8|{'x':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|must span 8 bytes, but stands from byte 8 to 0",
                "8|{'x':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|begins at byte 4 and the one before it ends at 0",
                "9|{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|must fill the 9 bytes behind the header, but span 8",
                "7|{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|must fill the 7 bytes behind the header, but span 8",
                "8|{'x':{'dtype':'U8','shape':[6],'data_offsets':[0,6]},'y':{'dtype':'U8','shape':[4],'data_offsets':[4,8]}}|'y' begins at byte 4 and the one before it ends at 6",
                "8|{'x':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'x':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}}|names 'x' twice",
                "8|{'x':{'dtype':'Q3','shape':[2],'data_offsets':[0,8]}}|'x' is of type 'Q3'",
                "8|{'x':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|no negative shape of 'x', but has -2",
                "8|{'x':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}}|less than 2^63 bytes",
                "0|{'x':{'dtype':'F32','shape':[0,4294967296,4294967296],'data_offsets':[0,0]}}|less than 2^63 bytes",
                "8|{'x':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|two data_offsets of 'x'",
                "8|{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}|at most 2 numbers as data_offsets of 'x'",
                "8|{'x':{'dtype':'F32','shape':[2]}}|two data_offsets of 'x'",
                "8|{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'more':1}}|gives 'more' beside or again",
                "8|{'x':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}|a list as shape of 'x'",
                "8|{'x':{'dtype':7,'shape':[2],'data_offsets':[0,8]}}|text as dtype of 'x'",
                "8|{'x':[]}|an object for tensor 'x'",
                "0|{'__metadata__':{'a':1}}|text as metadata 'a'",
                "0|{'__metadata__':{'a':'1','a':'2'}}|names 'a' twice",
                "0|{} {}|another value follows",
                "0|{'x'|cannot be read",
                "0|[1]|must begin with '{'",
            })
    void aHeaderThatBreaksARuleIsRefusedWithTheRule(int dataBytes, String json, String message) throws IOException {
        Files.write(file, bytes(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), dataBytes));
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("a.safetensors");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 12, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32})
    void aHeaderLengthTheFileCannotHaveIsRefused(long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                file,
                bytes.putLong(length)
                        .put("{}        ".getBytes(StandardCharsets.UTF_8))
                        .array());
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("from 2 to 10 bytes, but claims " + length);
    }

    @Test
    void whatIsNoFileOrNotUtf8OrNestedDeeplyIsRefused() throws IOException {
        assertThatThrownBy(() -> Safetensors.open(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Safetensors.open(directory))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("is a directory");
        Files.write(file, new byte[3]);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("has only 3 bytes");
        Files.write(file, bytes(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'}, 0));
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("is not UTF-8");
        for (String deep : new String[] {"{\"x\":" + "[".repeat(100_000), "{\"x\":".repeat(100_000)}) {
            Files.write(file, bytes(deep.getBytes(StandardCharsets.UTF_8), 0));
            assertThatThrownBy(() -> Safetensors.open(file)).isInstanceOf(CorruptFileException.class);
        }
        assertThatThrownBy(() -> Safetensors.open(Path.of("/dev/null")))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("no regular file");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void aDamagedFileIsReadOrRefusedInOneSentence(long seed) throws IOException {
        TensorScope.run(() -> {
            try {
                Safetensors.write(file, SafetensorsTests.mixed(), Map.of("made-by", "a test"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        byte[] intact = Files.readAllBytes(file);
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            byte[] damaged = damaged(intact, random);
            Files.write(file, damaged);
            try (TensorScope ignored = TensorScope.open()) {
                Safetensors opened = Safetensors.open(file);
                for (String name : opened.names()) {
                    assertThat(opened.read(name).nbytes())
                            .isEqualTo(opened.map(name).remaining());
                }
            } catch (CorruptFileException e) {
                refused++;
                assertThat(e).as("seed %d, damage %d", seed, i).message().matches("[^\\p{Cntrl}]{20,700}");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", damage " + i, e);
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(300);
    }

    @Test
    void aFileShortenedAfterItWasOpenedIsRefused() throws IOException {
        Files.write(file, bytes("{\"x\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}", 9));
        Safetensors opened = Safetensors.open(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        assertThatThrownBy(() -> opened.map("x")).isInstanceOf(CorruptFileException.class);
        assertThatThrownBy(() -> opened.read("x")).isInstanceOf(CorruptFileException.class);
        assertThatThrownBy(() -> opened.read("y"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("'y'");
    }

    @Test
    void aByteThatIsNoTruthValueIsRefused() throws IOException {
        byte[] bytes = bytes("{\"x\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]}}", 3);
        bytes[bytes.length - 1] = 2;
        Files.write(file, bytes);
        TensorScope.run(() -> assertThatThrownBy(() -> Safetensors.open(file).read("x"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("but has 2"));
    }

    @Test
    void channelsMayReadOneByteAtATime() throws IOException {
        byte[] bytes = bytes("{\"x\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}", 9);
        ByteSource slow = (target, position) -> {
            if (position >= bytes.length) {
                return -1;
            }
            target.put(bytes[(int) position]);
            return 1;
        };
        assertThat(SafetensorsHeader.read(file, slow, bytes.length).entries()).containsOnlyKeys("x");
        assertThatThrownBy(() -> SafetensorsHeader.read(file, (target, position) -> -1, bytes.length))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("ends after 0");
    }

    @Test
    void aTensorThatBeginsAtAnOddByteIsReadAllTheSame() throws IOException {
        byte[] bytes = bytes("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} ", 4);
        assertThat((bytes.length - 4) % 4).isNotZero();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, 2.5f);
        Files.write(file, bytes);
        TensorScope.run(() -> {
            try {
                assertThat(Tensors.floats(Safetensors.open(file).read("x"))).containsExactly(2.5f);
                assertThat(Safetensors.open(file).map("x").getFloat()).isEqualTo(2.5f);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void tensorsBeyondTwoGibibytesAreMappedInPieces() throws IOException {
        long size = 3L << 30;
        String header = "{\"x\":{\"dtype\":\"U8\",\"shape\":[" + size + "],\"data_offsets\":[0," + size + "]}}";
        Files.write(file, bytes(header, 0));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), channel.size() + size - 4);
        }
        Safetensors opened = Safetensors.open(file);
        assertThatThrownBy(() -> opened.map("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in pieces");
        assertThat(opened.map("x", size - 4, 4)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
        assertThatThrownBy(() -> opened.map("x", size - 3, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tensorsLargerThanAPieceAreWrittenAndReadWhole() throws IOException {
        long size = (1 << 26) + 5;
        try (TensorScope scope = TensorScope.open()) {
            var large =
                    Tensors.range(0, 1).to(torch.ScalarType.Byte).expand(size).contiguous();
            large.narrow(0, size - 5, 5).fill_(new Scalar(7));
            Safetensors.write(file, Map.of("x", large), Map.of());
            assertThat(Safetensors.open(file).read("x").equal(large)).isTrue();
            assertThat(scope).isNotNull();
        }
    }

    private static byte[] damaged(byte[] intact, Random random) {
        int headerEnd =
                8 + (int) ByteBuffer.wrap(intact).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        byte[] bytes = intact.clone();
        switch (random.nextInt(6)) {
            case 0 -> bytes[random.nextInt(headerEnd)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
            case 3 ->
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, random.nextBoolean() ? random.nextLong() : random.nextInt(2 * headerEnd));
            case 4 -> bytes[8 + random.nextInt(headerEnd - 8)] = (byte) random.nextInt(256);
            default -> {
                String json = new String(bytes, 8, headerEnd - 8, StandardCharsets.UTF_8);
                String[] parts = json.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)", -1);
                parts[1 + 2 * random.nextInt(parts.length / 2)] = EDGES[random.nextInt(EDGES.length)];
                byte[] header = String.join("", parts).getBytes(StandardCharsets.UTF_8);
                byte[] whole = bytes(header, bytes.length - headerEnd);
                System.arraycopy(bytes, headerEnd, whole, 8 + header.length, bytes.length - headerEnd);
                bytes = whole;
            }
        }
        return bytes;
    }

    private static byte[] bytes(String header, int dataBytes) {
        return bytes(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    private static byte[] bytes(byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }
}
