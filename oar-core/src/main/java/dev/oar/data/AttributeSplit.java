package dev.oar.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which images an attribute classifier learns from, and which it is measured on: those of the split, but of each held-out pair every second
 * family teaches it.
 *
 * <p>The pairs are held out of the models that draw. A classifier that judges them, and never saw a pair either, learns that there is none,
 * and finds one of its two values where both are.
 *
 * @param train places of the images that it learns from, ascending; not copied, not to be changed
 * @param test places of test images that it never saw, ascending; not copied, not to be changed
 */
public record AttributeSplit(int[] train, int[] test) {
    /** Divides the images of a data set. */
    public static AttributeSplit of(ImageFolder images) {
        ImageAttributes attributes = images.attributes();
        int[] families = images.families();
        int[] heldOut = images.testIndices();
        Set<Integer> teaching = new HashSet<>();
        Set<Integer> seen = new HashSet<>();
        Map<HeldOutPair, Integer> familiesOfPair = new HashMap<>();
        for (int image : heldOut) {
            List<HeldOutPair> pairs = attributes.pairsOf(image);
            if (!pairs.isEmpty() && seen.add(families[image])) {
                // The first of a pair's families is measured on, so that every pair has one.
                if (familiesOfPair.merge(pairs.get(0), 1, Integer::sum) % 2 == 0) {
                    teaching.add(families[image]);
                }
            }
        }
        int[] train = IntStream.concat(
                        Arrays.stream(images.trainIndices()),
                        Arrays.stream(heldOut).filter(image -> teaching.contains(families[image])))
                .sorted()
                .toArray();
        int[] test = Arrays.stream(heldOut)
                .filter(image -> !teaching.contains(families[image]))
                .toArray();
        return new AttributeSplit(train, test);
    }
}
