package dev.oar.evaluate;

import dev.oar.data.Families;
import dev.oar.order.CounterRandom;

/** Features for tests that are a function of a seed. */
final class RandomFeatures {
    private RandomFeatures() {}

    /** Rows whose numbers are independent and normal. */
    static FeatureSet normal(long seed, int rows, int width, double mean, double deviation) {
        CounterRandom random = CounterRandom.of(seed, "test features");
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + deviation * normal(random, i));
        }
        return FeatureSet.of(width, values);
    }

    /** The same features with rows in families. */
    static FeatureSet inFamilies(FeatureSet set, int... ids) {
        return new FeatureSet(set.width(), set.values(), Families.of(ids));
    }

    /** The rows of one set and then those of another, with family ids. */
    static FeatureSet joined(FeatureSet first, FeatureSet second, int... ids) {
        float[] values = new float[first.values().length + second.values().length];
        System.arraycopy(first.values(), 0, values, 0, first.values().length);
        System.arraycopy(second.values(), 0, values, first.values().length, second.values().length);
        return new FeatureSet(first.width(), values, Families.of(ids));
    }

    /** A standard normal number (Box and Muller). */
    static double normal(CounterRandom random, long counter) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.uniform(2 * counter)));
        return radius * Math.cos(2 * Math.PI * random.uniform(2 * counter + 1));
    }
}
