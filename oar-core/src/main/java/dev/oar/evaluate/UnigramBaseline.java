package dev.oar.evaluate;

import dev.oar.data.Families;
import dev.oar.data.MeasuredTokens;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a model must beat: each cell's own distribution of tokens in the training images, blind to the other cells and the class.
 *
 * <p>Counts are by family, smoothed additively: {@code p(v at l) = (n(l, v) + a) / (n + a K)}. Unless given, a is the one of
 * {@code 1, 1/2, 1/4, ... 2^-12} under which each training family is predicted best by all the others, so that the baseline is
 * as strong as its form allows.
 */
public final class UnigramBaseline {
    private static final int HALVINGS = 12;

    private final int vocabularySize;
    private final double smoothing;
    private final double families;
    private final double[][] counts;

    private UnigramBaseline(int vocabularySize, double smoothing, double families, double[][] counts) {
        this.vocabularySize = vocabularySize;
        this.smoothing = smoothing;
        this.families = families;
        this.counts = counts;
    }

    /**
     * Counts training tokens and chooses the smoothing.
     *
     * @throws IllegalArgumentException if there are fewer than two families, or a token is outside the vocabulary
     */
    public static UnigramBaseline fit(MeasuredTokens training, int vocabularySize) {
        UnigramBaseline best = fit(training, vocabularySize, 1);
        if (best.families < 2) {
            throw new IllegalArgumentException(
                    "choosing the smoothing needs at least two training families, but there is " + best.families
                            + "; give the smoothing or more images");
        }
        double fewest = best.bitsWithoutOwnFamily(training);
        for (int halving = 1; halving <= HALVINGS; halving++) {
            UnigramBaseline candidate =
                    new UnigramBaseline(vocabularySize, Math.scalb(1.0, -halving), best.families, best.counts);
            double bits = candidate.bitsWithoutOwnFamily(training);
            if (bits < fewest) {
                fewest = bits;
                best = candidate;
            }
        }
        return best;
    }

    /**
     * Counts training tokens.
     *
     * @param smoothing added to every count, positive
     * @throws IllegalArgumentException if there is no image, or a token is outside the vocabulary
     */
    public static UnigramBaseline fit(MeasuredTokens training, int vocabularySize, double smoothing) {
        if (training.count() < 1 || !(smoothing > 0)) {
            throw new IllegalArgumentException(
                    "a baseline needs at least one training image and a positive smoothing, but got " + training.count()
                            + " images and " + smoothing + "; 0.1 is usual");
        }
        Families families = training.families();
        double[] weights = families.weights();
        double[][] counts = new double[training.tokens(0).length][vocabularySize];
        for (int image = 0; image < training.count(); image++) {
            int[] tokens = training.tokens(image);
            requireFitting(tokens, counts.length, vocabularySize, image);
            for (int cell = 0; cell < counts.length; cell++) {
                counts[cell][tokens[cell]] += weights[image] * families.count();
            }
        }
        return new UnigramBaseline(vocabularySize, smoothing, families.count(), counts);
    }

    /** What is added to every count. */
    public double smoothing() {
        return smoothing;
    }

    /** The probability of a token at a cell. */
    public double probability(int cell, int token) {
        return (counts[cell][token] + smoothing) / (families + smoothing * vocabularySize);
    }

    /** The token that a cell has in most training families, the lowest of several: the best guess that knows nothing else. */
    public int mostFrequent(int cell) {
        int best = 0;
        for (int token = 1; token < vocabularySize; token++) {
            if (counts[cell][token] > counts[cell][best]) {
                best = token;
            }
        }
        return best;
    }

    /**
     * Bits per token of other images; steps are the cells in raster order.
     *
     * @throws IllegalArgumentException if there is no image, or tokens do not fit
     */
    public BitsPerToken measure(MeasuredTokens test) {
        if (test.count() < 1) {
            throw new IllegalArgumentException(
                    "bits per token need at least one image, but there is none; give it test tokens");
        }
        double[][] bits = new double[test.count()][counts.length];
        for (int image = 0; image < bits.length; image++) {
            int[] tokens = test.tokens(image);
            requireFitting(tokens, counts.length, vocabularySize, image);
            double[] ofImage = bits[image];
            Arrays.setAll(ofImage, cell -> bits(probability(cell, tokens[cell])));
        }
        return BitsPerToken.summary("unigram", true, bits, test.families(), Optional.empty());
    }

    /** The mean bits of training images when their own family is left out of the counts. */
    private double bitsWithoutOwnFamily(MeasuredTokens training) {
        Families all = training.families();
        double sum = 0;
        for (int family = 0; family < all.count(); family++) {
            int[] members = all.members(family);
            int[][] tokens = Arrays.stream(members).mapToObj(training::tokens).toArray(int[][]::new);
            for (int cell = 0; cell < counts.length; cell++) {
                int place = cell;
                for (int[] ofMember : tokens) {
                    int token = ofMember[place];
                    double own = (double) Arrays.stream(tokens)
                                    .filter(other -> other[place] == token)
                                    .count()
                            / members.length;
                    double others = Math.max(0, counts[cell][token] - own);
                    sum += bits((others + smoothing) / (families - 1 + smoothing * vocabularySize)) / members.length;
                }
            }
        }
        return sum / (all.count() * (double) counts.length);
    }

    private static double bits(double probability) {
        return -Math.log(probability) / Math.log(2);
    }

    private static void requireFitting(int[] tokens, int cells, int vocabularySize, int image) {
        boolean inVocabulary = Arrays.stream(tokens).allMatch(token -> token >= 0 && token < vocabularySize);
        if (tokens.length != cells || !inVocabulary) {
            throw new IllegalArgumentException("the baseline counts " + cells + " tokens below " + vocabularySize
                    + " per image, but image " + image + " has " + tokens.length + " up to "
                    + Arrays.stream(tokens).max().orElse(0) + "; use tokens of one tokenizer");
        }
    }
}
