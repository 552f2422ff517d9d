package dev.oar.check;

/**
 * Images that show the same, or nearly.
 *
 * @param groups how many pictures stand in the set more than once; near images are one group directly or along a chain
 * @param images how many images these are together
 * @param acrossSplit test images of which one like it is trained on
 * @param acrossClasses groups whose images are not all of one class
 * @param pairs a pair of each of the first groups, by name
 */
public record DuplicateCounts(int groups, int images, Named acrossSplit, int acrossClasses, Named pairs) {}
