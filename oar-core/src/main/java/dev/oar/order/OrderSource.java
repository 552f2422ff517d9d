package dev.oar.order;

/**
 * Says in which order each training sample is learnt; fine-tuning differs from pretraining in nothing but this.
 *
 * <p>Sources are pure functions, so resuming needs no state: the same arguments always give the same order.
 */
public interface OrderSource {
    /**
     * The order of one sample.
     *
     * @param draw the number of samples drawn before it since training began; source of chance
     * @param image the image's place in its token shards
     * @param view 0 for the image as it is, 1 for the horizontally flipped one
     */
    GenerationOrder order(long draw, int image, int view);

    /**
     * A text that is equal for sources that give equal orders and differs for others, with all that the orders depend on: seeds, shares,
     * fingerprints of files. It is part of a training's fingerprint, so that no training goes on from a checkpoint of other orders.
     */
    String description();
}
