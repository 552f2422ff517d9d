package dev.oar.extract;

import dev.oar.data.Batches;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.TokenShards;
import dev.oar.decode.DecodedTokens;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An extractor with its model packed, for one shard of a set of images after the other, in any order. The batches of a shard are its own, so
 * its orders do not depend on which others are extracted here, or where.
 */
public final class ShardExtraction implements AutoCloseable {
    private final OrderExtractor extractor;
    private final TokenShards tokens;
    private final AnyOrderModel packed;
    private final Workers workers;

    ShardExtraction(OrderExtractor extractor, TokenShards tokens, AnyOrderModel packed, Workers workers) {
        this.extractor = extractor;
        this.tokens = tokens;
        this.packed = packed;
        this.workers = workers;
    }

    /** The orders of the images of a shard, which are all worked on by this machine's CPU cores, batches side by side. */
    public ExtractedOrders orders(int shard) {
        int perShard = extractor.config().imagesPerShard();
        int first = Math.multiplyExact(shard, perShard);
        int end = Math.min(first + perShard, tokens.count());
        List<GenerationOrder> orders = new ArrayList<>();
        List<int[]> drawn = new ArrayList<>();
        while (orders.size() < end - first) {
            for (ExtractedOrders batch : next(first + orders.size(), end)) {
                orders.addAll(batch.orders());
                drawn.addAll(Arrays.asList(batch.tokens()));
            }
        }
        return new ExtractedOrders(orders, drawn.toArray(int[][]::new));
    }

    /** The orders of the next batches, as many as are worked on side by side. */
    List<ExtractedOrders> next(int from, int end) {
        List<Batches.Batch> batches = batches(from, end);
        MeasuredTokens images = MeasuredTokens.of(tokens);
        List<DecodedTokens> decoded =
                workers.run(batches.size(), i -> extractor.decode(packed, images, batches.get(i)));
        List<ExtractedOrders> orders = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            int count = batches.get(i).count();
            orders.add(new ExtractedOrders(
                    decoded.get(i).orders().subList(0, count),
                    Arrays.copyOf(decoded.get(i).tokens(), count)));
        }
        return orders;
    }

    private List<Batches.Batch> batches(int from, int end) {
        int perShard = extractor.config().imagesPerShard();
        int rows = extractor.config().batchSize();
        List<Batches.Batch> batches = new ArrayList<>();
        for (int first = from; first < end && batches.size() < workers.count(); ) {
            // A batch may not reach over the end of a shard: whoever begins with one must form the same batches.
            int shardEnd = (first / perShard + 1) * perShard;
            int last = Math.min(Math.min(first + rows, end), shardEnd);
            batches.add(new Batches.Batch(first, last, rows));
            first = last;
        }
        return batches;
    }

    /** Frees the packed model; the extractor's own stays its owner's. */
    @Override
    public void close() {
        workers.close();
        packed.close();
    }
}
