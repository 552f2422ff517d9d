package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.file.CorruptFileException;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class OrderSequenceTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);

    @TempDir
    private Path directory;

    @Test
    void recordedOrdersAreTakenInTurnOverAllShards() throws IOException {
        OrderSequence orders = OrderSequence.open(recorded(5), GRID);

        assertThat(orders.count()).isEqualTo(5);
        for (long index = 0; index < 17; index++) {
            assertThat(orders.order(index)).as("image " + index).isEqualTo(order((int) (index % 5)));
        }
        assertThat(orders.order(5L * Integer.MAX_VALUE + 3)).isEqualTo(order(3));
    }

    @Test
    void aTextFileHoldsOneOrderForAllImages() throws IOException {
        Path file = directory.resolve("order.txt");
        OrderFile.write(file, order(2), GRID);
        OrderSequence orders = OrderSequence.open(file, GRID);

        assertThat(orders.count()).isEqualTo(1);
        assertThat(orders.order(0)).isEqualTo(order(2));
        assertThat(orders.order(9)).isEqualTo(order(2));
    }

    @Test
    void ordersOfAnotherGridAreRefusedAlsoOneOfAsManyCells() throws IOException {
        Path folder = recorded(3);

        assertRefused(folder, TokenGrid.square(4), "must be some of a grid of 4 x 4 cells, but");
        assertRefused(folder, new TokenGrid(3, 2), "holds 3 of 2 x 3");
    }

    @Test
    void aShardThatWasChangedOrIsMissingIsRefused() throws IOException {
        Path shard = recorded(5).resolve("orders-00001.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        // Two cells change places: still a permutation, but not the one that was recorded.
        byte moved = bytes[bytes.length - 4];
        bytes[bytes.length - 4] = bytes[bytes.length - 8];
        bytes[bytes.length - 8] = moved;
        Files.write(shard, bytes);
        assertRefused(directory.resolve("orders"), GRID, "was changed after it was written");
        Files.delete(shard);
        assertRefused(directory.resolve("orders"), GRID, "there is no such file");
    }

    @Test
    void aFolderWithoutOrdersIsRefused() throws IOException {
        assertRefused(directory, GRID, "there is no " + directory.resolve("manifest.json"));
        assertRefused(recorded(0), GRID, "holds 0 of 2 x 3");
    }

    private Path recorded(int count) throws IOException {
        Path folder = directory.resolve("orders");
        OrderShardsWriter writer = OrderShardsWriter.open(
                folder, new OrderSet("margin", 0, 1, false, "model", "tokens", GRID, count, Map.of()), 2);
        for (int i = 0; i < count; i++) {
            writer.add(order(i));
        }
        writer.finish();
        return folder;
    }

    private static GenerationOrder order(int number) {
        return GenerationOrder.uniform(GRID.cells(), CounterRandom.of(number, "recorded orders of a test"));
    }

    private static void assertRefused(Path path, TokenGrid grid, String message) {
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> OrderSequence.open(path, grid))
                .withMessageContaining(message);
    }
}
