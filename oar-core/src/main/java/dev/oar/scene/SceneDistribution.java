package dev.oar.scene;

import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A distribution of token grids that is known exactly. A scene is drawn from a list; it determines the kind of every cell; and a kind
 * determines the token, or draws one of its tokens independently of everything else.
 *
 * <p>No token belongs to two kinds. So a token tells the kind of its cell, which rules scenes out, and nothing besides: given any cells,
 * the scenes that are still possible keep their relative probabilities. Whatever cells tell of others is a sum over those scenes
 * ({@link Beliefs}).
 */
public final class SceneDistribution {
    private final TokenGrid grid;
    private final double[] probabilities;

    /** {@code [scene][cell]}. */
    private final short[][] kinds;

    private final int[] kindOfToken;
    private final double[] probabilityInKind;
    private final double[] noiseBits;

    /** {@code [cell * kinds + kind]}: summed over cells, they tell scenes apart that differ in one of them. */
    private final long[] signatures;

    private final Beliefs nothing;

    /**
     * A distribution.
     *
     * @param probabilities of the scenes; positive, adding up to 1
     * @param kinds {@code [scene][cell]} the kind of every cell in every scene
     * @param tokens {@code [kind][token]} the probabilities of the tokens of each kind; tokens are numbered through, kind by kind
     * @throws IllegalArgumentException if probabilities do not add up to 1, or sizes differ
     */
    public SceneDistribution(TokenGrid grid, double[] probabilities, int[][] kinds, double[][] tokens) {
        requireDistribution("the scenes", probabilities);
        this.grid = grid;
        this.probabilities = probabilities.clone();
        this.kinds = new short[kinds.length][grid.cells()];
        List<Integer> owners = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        this.noiseBits = new double[tokens.length];
        for (int kind = 0; kind < tokens.length; kind++) {
            requireDistribution("the tokens of kind " + kind, tokens[kind]);
            for (double share : tokens[kind]) {
                owners.add(kind);
                shares.add(share);
            }
            noiseBits[kind] = entropy(tokens[kind], 1);
        }
        this.kindOfToken = owners.stream().mapToInt(Integer::intValue).toArray();
        this.probabilityInKind =
                shares.stream().mapToDouble(Double::doubleValue).toArray();
        copy(kinds, tokens.length);
        CounterRandom mixing = CounterRandom.of(0, "signatures of scenes");
        this.signatures = new long[grid.cells() * tokens.length];
        Arrays.setAll(signatures, mixing::bits);
        int[] all = new int[kinds.length];
        Arrays.setAll(all, scene -> scene);
        this.nothing = new Beliefs(this, all);
    }

    private void copy(int[][] from, int kindCount) {
        if (from.length != probabilities.length) {
            throw new IllegalArgumentException("every scene has a probability and kinds of cells, but there are "
                    + probabilities.length + " and " + from.length + "; give as many");
        }
        for (int scene = 0; scene < from.length; scene++) {
            if (from[scene].length != grid.cells()) {
                throw new IllegalArgumentException("every scene has a kind for each of " + grid.cells()
                        + " cells, but scene " + scene + " has " + from[scene].length + "; correct it");
            }
            for (int cell = 0; cell < grid.cells(); cell++) {
                int kind = from[scene][cell];
                if (kind < 0 || kind >= kindCount || kind > Short.MAX_VALUE) {
                    throw new IllegalArgumentException("kinds lie in [0, " + Math.min(kindCount, Short.MAX_VALUE)
                            + "), but scene " + scene + " has " + kind + "; correct it");
                }
                kinds[scene][cell] = (short) kind;
            }
        }
    }

    private static void requireDistribution(String of, double... values) {
        double sum = Arrays.stream(values).sum();
        if (values.length == 0
                || Math.abs(sum - 1) > 1e-9
                || Arrays.stream(values).anyMatch(value -> !(value > 0))) {
            throw new IllegalArgumentException("the probabilities of " + of
                    + " must be positive and add up to 1, but add up to " + sum + "; correct them");
        }
    }

    /** The grid of a picture. */
    public TokenGrid grid() {
        return grid;
    }

    /** The number of tokens. */
    public int vocabularySize() {
        return kindOfToken.length;
    }

    /** The number of scenes. */
    public int scenes() {
        return probabilities.length;
    }

    /** The number of kinds of cells. */
    public int kinds() {
        return noiseBits.length;
    }

    /** The kind that a token belongs to. */
    public int kindOfToken(int token) {
        if (token < 0 || token >= kindOfToken.length) {
            throw new IllegalArgumentException("tokens lie in [0, " + kindOfToken.length + "), but one is " + token
                    + "; give tokens of this distribution");
        }
        return kindOfToken[token];
    }

    /** What is known when no cell is. */
    public Beliefs nothingKnown() {
        return nothing;
    }

    /**
     * The length of the best code of a picture, {@code -log2 p}; infinite if it is of no scene.
     *
     * @param tokens {@code [cells]}, raster order
     */
    public double bits(int... tokens) {
        int[] all = new int[grid.cells()];
        Arrays.setAll(all, cell -> cell);
        return nothing.jointBits(all, tokens);
    }

    /**
     * The fewest cells whose kinds would have to be others for a picture to be of a scene; 0 of a possible one.
     *
     * @param tokens {@code [cells]}, raster order
     */
    public int contradictions(int... tokens) {
        int[] shown = Arrays.stream(tokens).map(this::kindOfToken).toArray();
        int fewest = shown.length;
        for (short[] scene : kinds) {
            int wrong = 0;
            for (int cell = 0; cell < shown.length && wrong < fewest; cell++) {
                wrong += scene[cell] == shown[cell] ? 0 : 1;
            }
            fewest = Math.min(fewest, wrong);
        }
        return fewest;
    }

    /** How often a scene is drawn. */
    double probability(int scene) {
        return probabilities[scene];
    }

    /** The kind of a cell in a scene. */
    int kind(int scene, int cell) {
        return kinds[scene][cell];
    }

    /** A random number of a kind in a cell. */
    long signature(int cell, int kind) {
        return signatures[cell * noiseBits.length + kind];
    }

    /** How often a token is drawn where its kind stands. */
    double probabilityInKind(int token) {
        return probabilityInKind[token];
    }

    /** The entropy of the tokens of a kind, in bits. */
    double noiseBits(int kind) {
        return noiseBits[kind];
    }

    /**
     * The entropy of masses, in bits.
     *
     * @param total what they add up to
     */
    static double entropy(double[] masses, double total) {
        double bits = 0;
        for (double mass : masses) {
            // A share of exactly 1 adds no rounding error, so that certainty is exactly 0.
            if (mass > 0 && mass < total) {
                bits -= mass / total * log2(mass / total);
            }
        }
        return bits;
    }

    static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
