package dev.oar.generate;

import dev.oar.decode.OrderPolicy;
import dev.oar.generate.DrawingOrder.Fixed.OrderedImage;
import java.util.BitSet;

/**
 * A {@link DrawingOrder} on a grid, which says the policy of batches. An order that stands in a file has been read. Several threads may
 * ask at once.
 */
@FunctionalInterface
public interface DrawingOrders {
    /** The policy of one batch. */
    OrderPolicy policy(Rows rows);

    /**
     * The images of one batch.
     *
     * @param conditions the class of each image, or that of none
     * @param indices the index of each image
     * @param seeds the seed of each image
     * @param known cells that are known beforehand, the same of all
     * @param absent cells that are neither known nor drawn, the same of all
     */
    record Rows(int[] conditions, long[] indices, long[] seeds, BitSet known, BitSet absent) {
        /** Whole images, of which nothing is known. */
        public Rows(int[] conditions, long[] indices, long[] seeds) {
            this(conditions, indices, seeds, new BitSet(), new BitSet());
        }

        /** The number of images. */
        public int count() {
            return conditions.length;
        }

        /** One of the images. */
        public OrderedImage image(int row) {
            return new OrderedImage(seeds[row], conditions[row], indices[row], known, absent);
        }
    }
}
