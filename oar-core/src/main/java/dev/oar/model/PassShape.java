package dev.oar.model;

/**
 * The shape of a decoding pass: positions that settle, and then queries.
 *
 * @param cached how many positions have run before
 * @param settled how many of the positions of the pass will stay, those of the condition at the start included
 * @param queries how many cells are asked for
 * @param isolated whether each query sees what settles and itself alone; else it sees the queries before it, too
 */
record PassShape(int cached, int settled, int queries, boolean isolated) {}
