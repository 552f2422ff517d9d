package dev.oar.data;

import dev.oar.file.CorruptFileException;
import dev.oar.order.GenerationOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * The recorded orders of a set of tokens, read from files row by row.
 *
 * <p>A directory holds {@code manifest.json} and {@code orders-00000.safetensors}, {@code orders-00001.safetensors} and so on. A
 * shard has one int32 tensor, {@code orders: [images, cells]}, whose rows are permutations: the cell filled at each step, for the
 * image as it is. Its metadata key {@code settings} is a fingerprint of what the extraction was told. Where extraction ran free, a
 * second int32 tensor, {@code tokens: [images, cells]}, holds what the model drew, which {@link DrawnTokens} reads.
 *
 * <p>The manifest, version 1, has the keys {@code format} ({@code oar-orders}), {@code version}, {@code fingerprint} (SHA-256 of the
 * manifest with this field empty), {@code orders} (the {@link OrderSet}) and {@code shards} (each with {@code file}, {@code images}
 * and the {@code fingerprint} of its bytes). Every row and the fingerprint of every shard are checked when the set is opened, or rows when
 * they are read ({@link ShardCheck}). No order is held in memory: each is read when it is asked for. Reading is safe from several threads.
 */
public final class OrderShards {
    static final String KIND = "orders";
    static final String ORDERS = "orders";
    static final String DRAWN = "tokens";

    private static final String MADE = "oar extract";

    private final Path directory;
    private final OrderManifest manifest;
    private final TokenShards tokens;
    private final int imagesPerShard;
    private final List<ShardRows> orders = new ArrayList<>();

    private OrderShards(Path directory, OrderManifest manifest, TokenShards tokens, ShardCheck check)
            throws IOException {
        this.directory = directory;
        this.manifest = manifest;
        this.tokens = tokens;
        this.imagesPerShard =
                manifest.shards().isEmpty() ? 1 : manifest.shards().get(0).images();
        int images = 0;
        for (int shard = 0; shard < manifest.shards().size(); shard++) {
            open(manifest.shards().get(shard), Math.min(imagesPerShard, tokens.count() - images), check);
            images += manifest.shards().get(shard).images();
        }
        if (images != tokens.count()) {
            throw new CorruptFileException(directory + " holds orders for " + images + " images, but the tokens have "
                    + tokens.count() + "; run `" + MADE + "` on these tokens");
        }
    }

    /**
     * Opens the finished orders of these tokens and checks all of them.
     *
     * @throws CorruptFileException if they are missing, unfinished, damaged or belong to other tokens
     */
    public static OrderShards open(Path directory, TokenShards tokens) throws IOException {
        return open(directory, tokens, ShardCheck.OPENED);
    }

    /**
     * Opens the finished orders of these tokens.
     *
     * @throws CorruptFileException if they are missing, unfinished, belong to other tokens, or are damaged as far as it is checked now
     */
    public static OrderShards open(Path directory, TokenShards tokens, ShardCheck check) throws IOException {
        OrderManifest manifest = OrderManifest.read(directory, MADE);
        requireTokens(directory, manifest.orders(), tokens);
        return new OrderShards(directory, manifest, tokens, check);
    }

    private static void requireTokens(Path directory, OrderSet orders, TokenShards tokens) throws CorruptFileException {
        int cells = orders.grid().cells();
        if (cells != tokens.grid().cells()) {
            throw new CorruptFileException(directory + " holds orders for " + cells + " cells, but the tokens have "
                    + tokens.grid().cells() + " per image; run `" + MADE + "` on these tokens");
        }
        if (!orders.tokensFingerprint().equals(tokens.fingerprint())) {
            throw new CorruptFileException(directory + " holds orders of the tokens "
                    + TokenShards.abbreviated(orders.tokensFingerprint()) + ", but those of " + tokens.directory()
                    + " are " + TokenShards.abbreviated(tokens.fingerprint()) + "; run `" + MADE
                    + "` on these tokens");
        }
    }

    private void open(ShardFiles.Shard shard, int images, ShardCheck check) throws IOException {
        Path path = directory.resolve(shard.file());
        int cells = tokens.grid().cells();
        if (shard.images() != images) {
            throw new CorruptFileException(path + " must cover " + images + " images, but covers " + shard.images()
                    + "; run `" + MADE + "` again");
        }
        ShardRows rows = ShardRows.of(path, ShardFiles.open(path, MADE), ORDERS, MADE, images, cells);
        if (check == ShardCheck.OPENED) {
            rows.forEach((number, row) -> {
                var unused = permutation(path, number, row);
            });
            ShardFiles.requireFingerprint(path, shard, MADE);
        }
        orders.add(rows);
    }

    private static GenerationOrder permutation(Path path, int number, int[] row) throws CorruptFileException {
        try {
            return GenerationOrder.of(row);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(
                    "row " + number + " of " + path + " is no permutation of " + row.length + " cells; run `" + MADE
                            + "` again",
                    e);
        }
    }

    /** What the set is and what made it. */
    public OrderSet set() {
        return manifest.orders();
    }

    /** SHA-256 over all that the set holds. */
    public String fingerprint() {
        return manifest.fingerprint();
    }

    /**
     * Checks that these orders are those of a model: what another model found easy first says nothing about this one.
     *
     * @param fingerprint the model's, as it was given to the extraction
     * @throws CorruptFileException if they were extracted by another
     */
    public void requireModel(String fingerprint) throws CorruptFileException {
        if (!fingerprint.equals(set().modelFingerprint())) {
            throw new CorruptFileException("the orders of " + directory + " were extracted by the model "
                    + TokenShards.abbreviated(set().modelFingerprint()) + ", but this one is "
                    + TokenShards.abbreviated(fingerprint) + "; run `" + MADE + "` with this model");
        }
    }

    /** The number of images. */
    public int count() {
        return tokens.count();
    }

    /**
     * The recorded order of an image as it is.
     *
     * @throws UncheckedIOException if it cannot be read, or is none
     */
    public GenerationOrder order(int index) {
        Objects.checkIndex(index, count());
        int shard = index / imagesPerShard;
        int number = index % imagesPerShard;
        try {
            return permutation(
                    directory.resolve(manifest.shards().get(shard).file()),
                    number,
                    orders.get(shard).row(number));
        } catch (CorruptFileException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The order of a view of an image: the mirrored one where the view is flipped. */
    public GenerationOrder order(int index, int view) {
        return viewed(order(index), index, view);
    }

    /** An order of an image as it is as that of a view: mirrored where the view is flipped. */
    GenerationOrder viewed(GenerationOrder order, int index, int view) {
        return tokens.isFlipped(index, view) ? order.mirrored(tokens.grid()) : order;
    }

    /**
     * When the cells of a class are filled: the mean step of each cell, every family weighing the same.
     *
     * @param classIndex place in the tokens' list of classes
     * @return one number per cell in [0, cells - 1]; NaN everywhere if the class has no images
     */
    public double[] meanRanks(int classIndex) {
        Objects.checkIndex(classIndex, tokens.classes().size());
        return meanRanks(index -> tokens.classIndex(index) == classIndex);
    }

    /** The mean step of each cell over all images, every family weighing the same. */
    public double[] meanRanks() {
        return meanRanks(index -> true);
    }

    /** The mean ranks of every class and of all images, which a model folder keeps for drawing. */
    public MeanRanks allMeanRanks() {
        double[][] ranks = new double[tokens.classes().size()][];
        for (int classIndex = 0; classIndex < ranks.length; classIndex++) {
            ranks[classIndex] = meanRanks(classIndex);
        }
        return new MeanRanks(tokens.grid(), tokens.classes(), ranks, meanRanks());
    }

    private double[] meanRanks(IntPredicate wanted) {
        Map<Integer, Integer> sizes = new HashMap<>();
        for (int index = 0; index < count(); index++) {
            if (wanted.test(index)) {
                sizes.merge(tokens.family(index), 1, Integer::sum);
            }
        }
        double[] means = new double[tokens.grid().cells()];
        for (int index = 0; index < count(); index++) {
            if (wanted.test(index)) {
                double weight = 1.0 / ((double) Objects.requireNonNull(sizes.get(tokens.family(index))) * sizes.size());
                int[] ranks = order(index).inverse();
                for (int cell = 0; cell < means.length; cell++) {
                    means[cell] += weight * ranks[cell];
                }
            }
        }
        if (sizes.isEmpty()) {
            Arrays.fill(means, Double.NaN);
        }
        return means;
    }
}
