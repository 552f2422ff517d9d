package dev.oar.data;

import dev.oar.config.Require;

/**
 * Some of a set of images, spread evenly over it: enough to measure on where all would take too long. Which ones follows from their number
 * alone.
 *
 * @param all the set
 * @param count how many, in {@code 1 .. all.count()}
 */
public record SpreadTokens(MeasuredTokens all, int count) implements MeasuredTokens {
    /** Checks the number. */
    public SpreadTokens {
        Require.that(
                count >= 1 && count <= all.count(),
                "of %s images 1 to all can be taken, but %s were asked for; take fewer",
                all.count(),
                count);
    }

    /** At most so many images. */
    public static SpreadTokens atMost(MeasuredTokens all, int most) {
        return new SpreadTokens(all, Math.min(most, all.count()));
    }

    /** Where an image stands in the set. */
    public int place(int index) {
        return (int) ((long) index * all.count() / count);
    }

    @Override
    public int[] tokens(int index) {
        return all.tokens(place(index));
    }

    @Override
    public int classIndex(int index) {
        return all.classIndex(place(index));
    }

    @Override
    public int condition(int index) {
        return all.condition(place(index));
    }

    @Override
    public int family(int index) {
        return all.family(place(index));
    }
}
