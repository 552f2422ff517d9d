package dev.oar.data;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which images a training step sees: a pure function of seed and step, so that resuming needs no state.
 *
 * <p>Families, not images, are drawn equally often: every epoch is a fresh uniform permutation of all families, each giving one
 * member. A family's members take turns from epoch to epoch.
 */
public final class FamilySampler {
    private final int[][] members;
    private final CounterRandom random;
    private volatile @Nullable Epoch latest;

    private record Epoch(long number, GenerationOrder families) {}

    /**
     * Creates a sampler.
     *
     * @param families the family of each image, any numbers; what is drawn are places in this array
     * @param seed chooses the permutations
     * @throws IllegalArgumentException if there are no images
     */
    public FamilySampler(int[] families, long seed) {
        if (families.length == 0) {
            throw new IllegalArgumentException(
                    "a sampler needs at least one image, but was given none; add images or lower test-fraction");
        }
        Map<Integer, List<Integer>> byFamily = new LinkedHashMap<>();
        for (int image = 0; image < families.length; image++) {
            byFamily.computeIfAbsent(families[image], family -> new ArrayList<>())
                    .add(image);
        }
        this.members = byFamily.values().stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        this.random = CounterRandom.of(seed, "training images");
    }

    /** The number of families, which is the number of draws in an epoch. */
    public int familyCount() {
        return members.length;
    }

    /**
     * The images of one step.
     *
     * @param step counted from 0
     * @param batchSize images per step, at least 1; the same at every step
     * @return places in the array of families
     */
    public int[] batch(long step, int batchSize) {
        if (step < 0 || batchSize < 1) {
            throw new IllegalArgumentException(
                    "a batch needs a step of at least 0 and a size of at least 1, but step is " + step + " and size is "
                            + batchSize + "; count steps from 0");
        }
        int[] batch = new int[batchSize];
        for (int i = 0; i < batchSize; i++) {
            batch[i] = image(Math.addExact(Math.multiplyExact(step, (long) batchSize), i));
        }
        return batch;
    }

    /**
     * The image of one draw.
     *
     * @param draw the number of draws before it since training began
     * @return a place in the array of families
     */
    public int image(long draw) {
        long number = draw / members.length;
        int family = epoch(number).families().cellAt((int) (draw % members.length));
        int[] choice = members[family];
        int first = random.derive(-1).integer(choice.length, family);
        return choice[(int) ((first + number) % choice.length)];
    }

    private Epoch epoch(long number) {
        Epoch epoch = latest;
        if (epoch == null || epoch.number() != number) {
            epoch = new Epoch(number, GenerationOrder.uniform(members.length, random.derive(number)));
            latest = epoch;
        }
        return epoch;
    }
}
