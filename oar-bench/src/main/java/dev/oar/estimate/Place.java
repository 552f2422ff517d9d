package dev.oar.estimate;

/**
 * Where networks are trained and asked, as far as memory goes.
 *
 * @param sideBySide parts of a batch, or batches, that are worked on at the same time
 * @param host whether Java's own memory is there, too
 */
record Place(int sideBySide, boolean host) {
    /** An accelerator works on whole batches. */
    static final Place ACCELERATOR = new Place(1, false);

    /** The CPU, one part for each core that is used. */
    static Place host(int sideBySide) {
        return new Place(sideBySide, true);
    }
}
