package dev.oar.data;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Path;

/**
 * What a model drew while its orders were extracted free-running: the tokens that these orders belong to, for fine-tuning learns
 * an order by what was filled in it.
 *
 * <p>Order shards keep them, so that a broken-off extraction goes on; when it is finished they also become token shards, in the
 * folder {@code drawn} beside the orders. There each image has the class it was drawn for, the family and the name of the image
 * whose order it stands for, and one view; in place of images, the set names the fingerprint of its orders.
 */
public final class DrawnTokens {
    private static final String FOLDER = "drawn";
    private static final String MADE = "oar extract";

    private DrawnTokens() {}

    /**
     * Makes token shards of what finished order shards keep; earlier ones in their place are replaced.
     *
     * @param directory where the order shards lie
     * @param tokens the tokens that were extracted from, which say classes, families and names
     * @throws CorruptFileException if the orders keep no tokens or others than the set's vocabulary allows
     */
    public static TokenShards write(Path directory, TokenShards tokens) throws IOException {
        OrderManifest manifest = OrderManifest.read(directory, MADE);
        TokenShardsWriter writer =
                TokenShardsWriter.create(directory.resolve(FOLDER), describe(tokens, manifest.fingerprint()));
        int image = 0;
        for (ShardFiles.Shard shard : manifest.shards()) {
            IntBuffer drawn = drawn(directory.resolve(shard.file()), shard.images(), tokens);
            for (int row = 0; row < shard.images(); row++, image++) {
                int[] cells = new int[tokens.grid().cells()];
                drawn.get(row * cells.length, cells);
                writer.add(new int[][] {cells}, tokens.classIndex(image), tokens.family(image), tokens.fileName(image));
            }
        }
        return writer.finish();
    }

    /**
     * Opens the tokens that belong to free-running orders.
     *
     * @param directory where the order shards lie
     * @param orders the orders there
     * @throws CorruptFileException if they are missing, damaged or belong to other orders
     */
    public static TokenShards open(Path directory, OrderShards orders) throws IOException {
        return open(directory, orders, ShardCheck.OPENED);
    }

    /** As the form that checks all; {@code check} says what is checked now. */
    public static TokenShards open(Path directory, OrderShards orders, ShardCheck check) throws IOException {
        TokenShards drawn = TokenShards.open(directory.resolve(FOLDER), check);
        if (!drawn.set().imagesFingerprint().equals(orders.fingerprint())) {
            throw new CorruptFileException(drawn.directory() + " holds tokens that were drawn in the orders "
                    + TokenShards.abbreviated(drawn.set().imagesFingerprint()) + ", but those beside it are "
                    + TokenShards.abbreviated(orders.fingerprint()) + "; run `" + MADE + "` again");
        }
        return drawn;
    }

    private static TokenSet describe(TokenShards tokens, String ordersFingerprint) {
        TokenSet set = tokens.set();
        return new TokenSet(
                set.split(),
                set.grid(),
                set.vocabularySize(),
                1,
                set.classes(),
                set.neverFlip(),
                set.tokenizerFingerprint(),
                ordersFingerprint);
    }

    private static IntBuffer drawn(Path shard, int images, TokenShards tokens) throws IOException {
        Safetensors file = Safetensors.open(shard);
        if (!file.names().contains(OrderShards.DRAWN)) {
            throw new CorruptFileException(shard + " must hold the tokens that were drawn with its orders, but was"
                    + " extracted from real images or by an earlier version; run `" + MADE + "` again");
        }
        IntBuffer drawn = ShardFiles.map(
                shard, file, OrderShards.DRAWN, MADE, images, tokens.grid().cells());
        for (int i = 0; i < drawn.limit(); i++) {
            if (drawn.get(i) < 0 || drawn.get(i) >= tokens.vocabularySize()) {
                throw new CorruptFileException("tokens of " + shard + " must lie in [0, " + tokens.vocabularySize()
                        + "), but hold " + drawn.get(i) + " at place " + i + "; run `" + MADE + "` again");
            }
        }
        return drawn;
    }
}
