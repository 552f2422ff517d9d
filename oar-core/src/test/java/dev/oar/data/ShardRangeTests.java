package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that trains with others reads and holds its own part of token and order shards. */
@ExtendWith(NativeMemory.class)
class ShardRangeTests {
    private static final int RANKS = 4;
    private static final int IMAGES = 40;
    private static final int BATCH = 12;

    @TempDir
    private Path folder;

    /** All values but those of the images in one rank's part of some steps are overwritten, and the part is read as before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRankReadsWhatItsPartsOfBatchesNeedAndNothingElse(long seed) throws IOException {
        TokenShards whole = ShardFixtures.tokens(folder.resolve("tokens"), IMAGES);
        OrderShards orders = orders(whole);
        int rank = CounterRandom.of(seed, "rank").integer(RANKS, 0);
        TokenSampler sampler = new TokenSampler(whole, seed);
        Set<Long> used = new HashSet<>();
        for (int step = 0; step < 2; step++) {
            TokenBatch batch = part(sampler, step, rank);
            for (int i = 0; i < batch.size(); i++) {
                used.add(place(batch.images()[i], batch.views()[i]));
            }
        }
        int[][][] tokens = {
            part(sampler, 0, rank).tokens(), part(sampler, 1, rank).tokens()
        };
        List<GenerationOrder> firstOrders = ordersOf(orders, part(sampler, 0, rank));
        for (int image = 0; image < IMAGES; image++) {
            for (int view = 0; view < 2; view++) {
                if (!used.contains(place(image, view))) {
                    overwrite("tokens", TokenShards.TOKENS, image, 2, view);
                }
            }
            if (!used.contains(place(image, 0)) && !used.contains(place(image, 1))) {
                overwrite("orders", OrderShards.ORDERS, image, 1, 0);
            }
        }

        TokenShards own = TokenShards.open(folder.resolve("tokens"), ShardCheck.READ);
        OrderShards ownOrders = OrderShards.open(folder.resolve("orders"), own, ShardCheck.READ);
        TokenSampler again = new TokenSampler(own, seed);
        for (int step = 0; step < 2; step++) {
            assertThat(part(again, step, rank).tokens())
                    .as("seed %s, step %s", seed, step)
                    .isDeepEqualTo(tokens[step]);
        }
        assertThat(ordersOf(ownOrders, part(again, 0, rank)))
                .as("seed %s", seed)
                .isEqualTo(firstOrders);
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> TokenShards.open(folder.resolve("tokens")))
                .withMessageContaining("must lie in [0, 10), but hold -1 at place");
    }

    @Test
    void whatIsReadLaterIsRefusedInOneSentenceThen() throws IOException {
        TokenShards whole = ShardFixtures.tokens(folder.resolve("tokens"), IMAGES);
        orders(whole);
        overwrite("tokens", TokenShards.TOKENS, 7, 2, 1);
        overwrite("orders", OrderShards.ORDERS, 9, 1, 0);
        TokenShards tokens = TokenShards.open(folder.resolve("tokens"), ShardCheck.READ);
        OrderShards orders = OrderShards.open(folder.resolve("orders"), tokens, ShardCheck.READ);
        assertThat(tokens.tokens(7, 0)).isEqualTo(ShardFixtures.row(7, 0));
        assertThatThrownBy(() -> tokens.tokens(7, 1))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOf(CorruptFileException.class)
                .hasMessageEndingWith("must lie in [0, 10), but hold -1 at place 42; run `oar tokenize` again");
        assertThatThrownBy(() -> orders.order(9))
                .cause()
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("row 1 of ")
                .hasMessageEndingWith("is no permutation of 6 cells; run `oar extract` again");
    }

    /** A mapped file that is cut short ends the process that reads it; this one gets a sentence. */
    @Test
    void aShardThatIsCutShortWhileItIsOpenIsRefusedInOneSentence() throws IOException {
        TokenShards tokens = ShardFixtures.tokens(folder.resolve("tokens"), IMAGES);
        Path shard = folder.resolve("tokens").resolve("tokens-00000.safetensors");
        try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.WRITE)) {
            channel.truncate(100);
        }
        assertThatThrownBy(() -> tokens.tokens(0, 0))
                .cause()
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("but has 100 since it was opened");
        assertThat(tokens.tokens(5, 0)).isEqualTo(ShardFixtures.row(5, 0));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noShardIsMappedAndABatchReadsItsRowsAlone() throws IOException {
        Path directory = folder.resolve("large");
        long bytes = large(directory, 20_000);
        TokenShards tokens = TokenShards.open(directory, ShardCheck.READ);
        TokenSampler sampler = new TokenSampler(tokens, 1);
        // Classes are read, too, when they are first needed.
        assertThat(sampler.batch(0, 1).size()).isEqualTo(1);
        long before = bytesRead();
        var unused = sampler.batch(1, 64);
        assertThat(bytesRead() - before).as("bytes read of %d", bytes).isBetween(64L * 16 * Integer.BYTES, bytes / 20);
        assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(directory.toString());
    }

    @Test
    void ofASetAndItsSamplerAFewBytesAnImageAreHeldAndNoToken() throws IOException {
        int images = 100_000;
        Path directory = folder.resolve("large");
        long bytes = large(directory, images);
        long before = heap();
        TokenShards tokens = TokenShards.open(directory, ShardCheck.READ);
        TokenSampler sampler = new TokenSampler(tokens, 1);
        var unused = sampler.batch(0, 64);
        long held = heap() - before;
        assertThat(bytes).as("bytes of the shards").isGreaterThan(100L * images);
        assertThat(held).as("bytes held for %d images", images).isLessThan(40L * images);
        assertThat(sampler.batch(64, 1).tokens()[0])
                .isEqualTo(tokens.tokens(0, 0))
                .hasSize(16);
    }

    private static TokenBatch part(TokenSampler sampler, int step, int rank) {
        int size = BATCH / RANKS;
        return sampler.batch((long) step * BATCH + (long) rank * size, size);
    }

    private static List<GenerationOrder> ordersOf(OrderShards orders, TokenBatch batch) {
        return Arrays.stream(batch.images()).mapToObj(orders::order).toList();
    }

    private static long place(int image, int view) {
        return 2L * image + view;
    }

    private OrderShards orders(TokenShards tokens) throws IOException {
        OrderShardsWriter writer =
                OrderShardsWriter.open(folder.resolve("orders"), ShardFixtures.orderSet(tokens, "margin"), 8);
        for (int image = 0; image < tokens.count(); image++) {
            writer.add(GenerationOrder.uniform(ShardFixtures.GRID.cells(), CounterRandom.of(image, "order")));
        }
        writer.finish();
        return OrderShards.open(folder.resolve("orders"), tokens);
    }

    /** Puts -1 in the place of a row. */
    private void overwrite(String kind, String tensor, int image, int views, int view) throws IOException {
        int perShard = kind.equals("tokens") ? 4 : 8;
        Path shard = folder.resolve(kind).resolve(ShardFiles.name(kind, image / perShard));
        Safetensors file = Safetensors.open(shard);
        int cells = ShardFixtures.GRID.cells();
        long data = Files.size(shard)
                - file.names().stream().mapToLong(name -> end(file, name)).max().orElseThrow();
        long row = (long) (image % perShard) * views + view;
        ByteBuffer wrong = ByteBuffer.allocate(Integer.BYTES * cells).order(ByteOrder.LITTLE_ENDIAN);
        for (int cell = 0; cell < cells; cell++) {
            wrong.putInt(-1);
        }
        try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.WRITE)) {
            channel.write(wrong.flip(), data + file.entry(tensor).begin() + row * cells * Integer.BYTES);
        }
    }

    private static long end(Safetensors file, String name) {
        try {
            return file.entry(name).end();
        } catch (CorruptFileException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes so many images of 4 x 4 cells and two views, each a family of its own, and returns the bytes of their shards. */
    private static long large(Path directory, int images) throws IOException {
        TokenSet set = new TokenSet(
                Split.TRAIN, TokenGrid.square(4), 10, 2, List.of("one"), List.of("one"), "tokenizer", "images");
        TokenShardsWriter writer = TokenShardsWriter.create(directory, set);
        int[] row = new int[16];
        for (int image = 0; image < images; image++) {
            writer.add(new int[][] {row, row}, 0, image, "an image with a name of its own " + image + ".png");
        }
        var unused = writer.finish();
        long bytes = 0;
        for (Path file : files(directory)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .toList();
        }
    }

    /** What reading calls have brought to this process so far. */
    private static long bytesRead() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("rchar: "))
                .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
                .sum();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
