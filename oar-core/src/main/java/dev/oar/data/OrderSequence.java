package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.file.CorruptFileException;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Orders to draw by, one after the other: the one order of a text file ({@link OrderFile}), or the recorded orders of a folder of
 * order shards ({@link OrderShards}), here without the tokens that they were extracted from.
 *
 * <p>The image of index i is drawn in order {@code i mod count}, whatever its class.
 */
public final class OrderSequence {
    private static final String MADE = "oar extract";

    private final int cells;
    private final int ordersPerShard;
    private final int count;
    private final List<IntBuffer> shards;

    private OrderSequence(int cells, int ordersPerShard, int count, List<IntBuffer> shards) {
        this.cells = cells;
        this.ordersPerShard = ordersPerShard;
        this.count = count;
        this.shards = shards;
    }

    /**
     * Opens a file or folder and checks every order.
     *
     * @throws CorruptFileException if it is missing or damaged, holds no orders, or orders of another grid
     */
    public static OrderSequence open(Path path, TokenGrid grid) throws IOException {
        if (!Files.isDirectory(path)) {
            IntBuffer only = IntBuffer.wrap(OrderFile.read(path, grid).toArray());
            return new OrderSequence(grid.cells(), 1, 1, List.of(only));
        }
        OrderManifest manifest = OrderManifest.read(path, MADE);
        TokenGrid own = manifest.orders().grid();
        if (!own.equals(grid) || manifest.shards().isEmpty()) {
            throw new CorruptFileException("orders to draw by must be some of a grid of " + grid.height() + " x "
                    + grid.width() + " cells, but " + path + " holds "
                    + manifest.orders().count() + " of "
                    + own.height() + " x " + own.width() + "; name orders that were extracted by this model");
        }
        List<IntBuffer> shards = new ArrayList<>();
        int count = 0;
        int ordersPerShard = manifest.shards().get(0).images();
        for (ShardFiles.Shard shard : manifest.shards()) {
            if (count != shards.size() * ordersPerShard) {
                throw new CorruptFileException("all shards of " + path + " but the last must cover " + ordersPerShard
                        + " images, but do not; run `" + MADE + "` again");
            }
            shards.add(map(path.resolve(shard.file()), shard, grid));
            count += shard.images();
        }
        return new OrderSequence(grid.cells(), ordersPerShard, count, shards);
    }

    private static IntBuffer map(Path path, ShardFiles.Shard shard, TokenGrid grid) throws IOException {
        IntBuffer mapped = ShardFiles.map(
                path, ShardFiles.open(path, MADE), OrderShards.ORDERS, MADE, shard.images(), grid.cells());
        if (!Fingerprint.ofFile(path).equals(shard.fingerprint())) {
            throw new CorruptFileException(
                    path + " was changed after it was written, as its fingerprint shows; run `" + MADE + "` again");
        }
        int[] row = new int[grid.cells()];
        for (int order = 0; order < shard.images(); order++) {
            mapped.get(order * row.length, row);
            try {
                GenerationOrder.of(row);
            } catch (IllegalArgumentException e) {
                throw new CorruptFileException(
                        "row " + order + " of " + path + " is no permutation of " + row.length + " cells; run `" + MADE
                                + "` again",
                        e);
            }
        }
        return mapped;
    }

    /** The number of orders, at least 1. */
    public int count() {
        return count;
    }

    /** The order that the image of this index is drawn in; at least 0. */
    public GenerationOrder order(long imageIndex) {
        int place = (int) (imageIndex % count);
        int[] row = new int[cells];
        shards.get(place / ordersPerShard).get(place % ordersPerShard * cells, row);
        return GenerationOrder.of(row);
    }
}
