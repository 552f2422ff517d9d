package dev.oar.holes;

import dev.oar.data.MeasuredTokens;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.TestOrders;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.CounterRandom;
import java.util.function.IntConsumer;

/**
 * Bits per token of the image's own tokens in a hole, predicted in random order from what can be seen around it: known cells have the
 * tokens that they have when the hole is hidden, as when holes are painted.
 */
final class HoleBits {
    private HoleBits() {}

    /**
     * The bits per token of each image.
     *
     * @param seed chooses the orders within holes
     */
    static double[] measure(AnyOrderModel model, HoledImages holed, int batchSize, long seed, IntConsumer progress) {
        HeldOutImages images = holed.images();
        double[] bits = new double[images.count()];
        int batch = 0;
        while (batch < images.batches()) {
            Hole hole = holed.hole(batch);
            int end = batch + 1;
            while (end < images.batches() && holed.hole(end).cells().equals(hole.cells())) {
                end++;
            }
            int first = batch * batchSize;
            int count = Math.min(end * batchSize, images.count()) - first;
            long orderSeed =
                    CounterRandom.of(seed, "bits in holes").derive(batch).key();
            TestOrders orders = TestOrders.hole(holed.label(), model.space().cells(), hole.cells(), orderSeed);
            // A batch with a hole of its own is shared by two workers.
            int rows = end - batch == 1 ? (batchSize + 1) / 2 : batchSize;
            double[] ofPart = BitsPerToken.measure(model, new Part(holed, hole, first, count), orders, rows)
                    .families()
                    .values();
            System.arraycopy(ofPart, 0, bits, first, count);
            progress.accept(first + count);
            batch = end;
        }
        return bits;
    }

    /** Images that share a hole, each as a family of its own. */
    private record Part(HoledImages holed, Hole hole, int first, int count) implements MeasuredTokens {
        @Override
        public int[] tokens(int index) {
            return holed.tokens(first + index, hole);
        }

        @Override
        public int classIndex(int index) {
            return holed.images().tokens().classIndex(first + index);
        }

        @Override
        public int condition(int index) {
            return holed.images().tokens().condition(first + index);
        }

        @Override
        public int family(int index) {
            return index;
        }
    }
}
