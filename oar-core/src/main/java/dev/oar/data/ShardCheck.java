package dev.oar.data;

/** When the values of shards are checked. */
public enum ShardCheck {
    /** All of them when the set is opened, and the fingerprint of every shard: its files are read through once (about a second per gigabyte). */
    OPENED,
    /**
     * Each when it is read, and of a shard no more than what is read: for a process whose neighbour checks all. Sizes, classes and the
     * manifest's own fingerprint are checked in any case.
     */
    READ
}
