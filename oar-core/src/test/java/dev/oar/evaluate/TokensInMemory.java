package dev.oar.evaluate;

import dev.oar.data.MeasuredTokens;
import dev.oar.order.CounterRandom;
import java.util.Arrays;

/** Tokens for tests. */
record TokensInMemory(int[][] rows, int[] classes, int[] familyIds) implements MeasuredTokens {
    /** Uniform tokens, each image a family of its own, classes in turn. */
    static TokensInMemory random(long seed, int images, int cells, int vocabulary, int classCount) {
        CounterRandom random = CounterRandom.of(seed, "test tokens");
        int[][] rows = new int[images][cells];
        int[] classes = new int[images];
        int[] families = new int[images];
        for (int image = 0; image < images; image++) {
            CounterRandom ofImage = random.derive(image);
            Arrays.setAll(rows[image], cell -> ofImage.integer(vocabulary, cell));
            classes[image] = image % classCount;
            families[image] = image;
        }
        return new TokensInMemory(rows, classes, families);
    }

    /** The same images and then copies of one of them in its family. */
    TokensInMemory withCopies(int image, int copies) {
        int total = count() + copies;
        int[][] longer = Arrays.copyOf(rows, total);
        int[] longerClasses = Arrays.copyOf(classes, total);
        int[] longerFamilies = Arrays.copyOf(familyIds, total);
        Arrays.fill(longer, count(), total, rows[image]);
        Arrays.fill(longerClasses, count(), total, classes[image]);
        Arrays.fill(longerFamilies, count(), total, familyIds[image]);
        return new TokensInMemory(longer, longerClasses, longerFamilies);
    }

    @Override
    public int count() {
        return rows.length;
    }

    @Override
    public int[] tokens(int index) {
        return rows[index];
    }

    @Override
    public int classIndex(int index) {
        return classes[index];
    }

    @Override
    public int family(int index) {
        return familyIds[index];
    }
}
