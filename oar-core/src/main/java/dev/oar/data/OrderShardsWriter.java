package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes {@link OrderShards}, image by image, and goes on where an earlier run under the same settings broke off.
 *
 * <p>Every shard appears whole or not at all and carries the fingerprint of its settings; the manifest comes last. Shards of
 * other settings, and what lies behind the first gap, are deleted.
 */
public final class OrderShardsWriter {
    private static final String SETTINGS = "settings";

    private final Path directory;
    private final OrderSet set;
    private final int imagesPerShard;
    private final List<int[]> orders = new ArrayList<>();
    private final List<int[]> drawn = new ArrayList<>();
    private final List<ShardFiles.Shard> shards = new ArrayList<>();
    private int count;

    private OrderShardsWriter(Path directory, OrderSet set, int imagesPerShard) {
        this.directory = directory;
        this.set = set;
        this.imagesPerShard = imagesPerShard;
    }

    /**
     * Begins a set in a directory or goes on with one.
     *
     * @param imagesPerShard how many images a file covers, at least 1; at most this many are done again after a kill
     */
    public static OrderShardsWriter open(Path directory, OrderSet set, int imagesPerShard) throws IOException {
        if (imagesPerShard < 1) {
            throw new IllegalArgumentException(
                    "a shard needs at least 1 image, but was given " + imagesPerShard + "; choose a positive number");
        }
        Files.createDirectories(directory);
        OrderShardsWriter writer = new OrderShardsWriter(directory, set, imagesPerShard);
        writer.takeOver();
        ShardFiles.deleteFrom(directory, OrderShards.KIND, writer.shards.size());
        if (writer.count < set.count() || writer.shards.isEmpty()) {
            Files.deleteIfExists(directory.resolve(Manifests.FILE_NAME));
        }
        return writer;
    }

    private void takeOver() throws IOException {
        while (count < set.count()) {
            String name = ShardFiles.name(OrderShards.KIND, shards.size());
            Path path = directory.resolve(name);
            int images = Math.min(imagesPerShard, set.count() - count);
            if (!Files.isRegularFile(path) || !isOurs(path, images)) {
                return;
            }
            shards.add(new ShardFiles.Shard(name, images, Fingerprint.ofFile(path)));
            count += images;
        }
    }

    private boolean isOurs(Path path, int images) throws IOException {
        try {
            Safetensors file = Safetensors.open(path);
            return OrderManifest.settings(set).equals(file.metadata().get(SETTINGS))
                    && holds(file, OrderShards.ORDERS, images)
                    && (!set.freeRunning() || holds(file, OrderShards.DRAWN, images));
        } catch (CorruptFileException e) {
            return false;
        }
    }

    private boolean holds(Safetensors file, String name, int images) throws CorruptFileException {
        return file.names().contains(name)
                && Arrays.equals(
                        file.entry(name).shape(), new long[] {images, set.grid().cells()});
    }

    /** How many images have their order already; the next one added is the image of this place. */
    public int count() {
        return count;
    }

    /**
     * Adds the order of the next image, whose own tokens were committed.
     *
     * @throws IllegalArgumentException if it is of another grid, all images have theirs, or extraction runs free
     */
    public void add(GenerationOrder order) throws IOException {
        requireFitting(order, false);
        keep(order);
    }

    /**
     * Adds the order of the next image of a free-running extraction.
     *
     * @param tokens what the model drew in this order, raster order
     * @throws IllegalArgumentException if either is of another grid, all images have theirs, or extraction is teacher-forced
     */
    public void add(GenerationOrder order, int[] tokens) throws IOException {
        requireFitting(order, true);
        if (tokens.length != set.grid().cells()) {
            throw new IllegalArgumentException(
                    "the orders' grid has " + set.grid().cells() + " cells, but " + tokens.length
                            + " tokens were drawn; give one for each cell");
        }
        drawn.add(tokens.clone());
        keep(order);
    }

    private void requireFitting(GenerationOrder order, boolean freeRunning) {
        if (set.freeRunning() != freeRunning) {
            throw new IllegalArgumentException("the orders of a free-running extraction, and no others, come with the"
                    + " tokens that were drawn, but these orders say free-running: " + set.freeRunning()
                    + "; give the tokens or change the set");
        }
        order.requireGrid(set.grid());
        if (count >= set.count()) {
            throw new IllegalArgumentException(
                    "all " + set.count() + " images have their order already; finish the set instead of adding to it");
        }
    }

    private void keep(GenerationOrder order) throws IOException {
        orders.add(order.toArray());
        count++;
        if (orders.size() == imagesPerShard) {
            writeShard();
        }
    }

    /**
     * Writes what is left and the manifest.
     *
     * @throws IllegalStateException if images are missing
     */
    public void finish() throws IOException {
        if (count != set.count()) {
            throw new IllegalStateException("only " + count + " of " + set.count()
                    + " images have their order; add the others before finishing the set");
        }
        if (!orders.isEmpty()) {
            writeShard();
        }
        Manifests.write(directory.resolve(Manifests.FILE_NAME), OrderManifest.of(set, List.copyOf(shards)));
    }

    private void writeShard() throws IOException {
        String name = ShardFiles.name(OrderShards.KIND, shards.size());
        try (TensorScope ignored = TensorScope.open()) {
            // In a fixed order, so that equal orders make equal files.
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put(
                    OrderShards.ORDERS,
                    ShardFiles.tensor(orders, orders.size(), set.grid().cells()));
            if (set.freeRunning()) {
                tensors.put(
                        OrderShards.DRAWN,
                        ShardFiles.tensor(drawn, drawn.size(), set.grid().cells()));
            }
            Safetensors.write(directory.resolve(name), tensors, Map.of(SETTINGS, OrderManifest.settings(set)));
        }
        shards.add(new ShardFiles.Shard(name, orders.size(), Fingerprint.ofFile(directory.resolve(name))));
        orders.clear();
        drawn.clear();
    }
}
