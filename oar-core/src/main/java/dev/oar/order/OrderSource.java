package dev.oar.order;

/**
 * Says in which order each training sample is learnt; fine-tuning differs from pretraining in nothing but this.
 *
 * <p>Sources are pure functions, so resuming needs no state: the same arguments always give the same order.
 */
@FunctionalInterface
public interface OrderSource {
    /**
     * The order of one sample.
     *
     * @param draw the number of samples drawn before it since training began; source of chance
     * @param image the image's place in its token shards
     * @param view 0 for the image as it is, 1 for the horizontally flipped one
     */
    GenerationOrder order(long draw, int image, int view);
}
