package dev.oar.data;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which images a training step sees: a pure function of seed and step, so that resuming needs no state.
 *
 * <p>Families, not images, are drawn equally often: every epoch is a fresh uniform permutation of all families, each giving one
 * member. A family's members take turns from epoch to epoch.
 *
 * <p>It holds 4 bytes an image and 8 a family.
 */
public final class FamilySampler {
    private static final long PLACE = (1L << 32) - 1;

    /** Images family by family, in the sequence in which families first appear. */
    private final int[] images;

    /** Where each family begins among them; one more at the end. */
    private final int[] begins;

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
        long[] byFamily = new long[families.length];
        for (int image = 0; image < families.length; image++) {
            byFamily[image] = (long) families[image] << 32 | image;
        }
        Arrays.sort(byFamily);
        long[] groups = groups(byFamily);
        this.images = new int[families.length];
        this.begins = new int[groups.length + 1];
        int filled = 0;
        for (int family = 0; family < groups.length; family++) {
            int from = (int) (groups[family] & PLACE);
            for (int i = from; i < byFamily.length && byFamily[i] >> 32 == byFamily[from] >> 32; i++) {
                images[filled++] = (int) (byFamily[i] & PLACE);
            }
            begins[family + 1] = filled;
        }
        this.random = CounterRandom.of(seed, "training images");
    }

    /** First image and place of every run of one family, sorted by the image. */
    private static long[] groups(long[] byFamily) {
        return IntStream.range(0, byFamily.length)
                .filter(i -> i == 0 || byFamily[i] >> 32 != byFamily[i - 1] >> 32)
                .mapToLong(i -> (byFamily[i] & PLACE) << 32 | i)
                .sorted()
                .toArray();
    }

    /** The number of families, which is the number of draws in an epoch. */
    public int familyCount() {
        return begins.length - 1;
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
        long number = draw / familyCount();
        int family = epoch(number).families().cellAt((int) (draw % familyCount()));
        int members = begins[family + 1] - begins[family];
        int first = random.derive(-1).integer(members, family);
        return images[begins[family] + (int) ((first + number) % members)];
    }

    private Epoch epoch(long number) {
        Epoch epoch = latest;
        if (epoch == null || epoch.number() != number) {
            epoch = new Epoch(number, GenerationOrder.uniform(familyCount(), random.derive(number)));
            latest = epoch;
        }
        return epoch;
    }
}
