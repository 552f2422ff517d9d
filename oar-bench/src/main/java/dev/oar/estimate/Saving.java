package dev.oar.estimate;

/**
 * A change that would make a run shorter.
 *
 * @param change what is changed, by its key in a recipe
 * @param seconds that it saves
 */
public record Saving(String change, double seconds) {}
