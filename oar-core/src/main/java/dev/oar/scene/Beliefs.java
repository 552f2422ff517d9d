package dev.oar.scene;

import dev.oar.order.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What is known of a picture some of whose cells are: the scenes that are still possible. All of it is exact, by enumeration. Immutable;
 * several threads may share one.
 */
public final class Beliefs {
    private final SceneDistribution distribution;
    private final int[] scenes;
    private final double mass;
    private final BitSet filled;

    /** {@code [cell][kind]}: the mass of the possible scenes in which the cell is of the kind; empty until it is asked for. */
    private volatile double[][] masses = {};

    private volatile double[][] bits = {};

    Beliefs(SceneDistribution distribution, int[] scenes) {
        this(distribution, scenes, new BitSet());
    }

    private Beliefs(SceneDistribution distribution, int[] scenes, BitSet filled) {
        this.distribution = distribution;
        this.scenes = scenes;
        this.filled = filled;
        this.mass = Arrays.stream(scenes).mapToDouble(distribution::probability).sum();
    }

    /** How many scenes are possible; 0 if the cells contradict each other. */
    public int possibleScenes() {
        return scenes.length;
    }

    /** The cells that are not known, ascending. */
    public int[] open() {
        BitSet open = (BitSet) filled.clone();
        open.flip(0, distribution.grid().cells());
        return open.stream().toArray();
    }

    /** What is known when this cell is, too. */
    public Beliefs with(int cell, int token) {
        int kind = distribution.kindOfToken(token);
        BitSet more = (BitSet) filled.clone();
        more.set(cell);
        return new Beliefs(
                distribution,
                Arrays.stream(scenes)
                        .filter(scene -> distribution.kind(scene, cell) == kind)
                        .toArray(),
                more);
    }

    /**
     * What is known when these cells are, too.
     *
     * @param tokens {@code [cells of the picture]}, of which those of the cells count
     */
    public Beliefs with(int[] cells, int[] tokens) {
        Beliefs next = this;
        for (int cell : cells) {
            next = next.with(cell, tokens[cell]);
        }
        return next;
    }

    /** The probability of a token in a cell. */
    public double probability(int cell, int token) {
        return masses()[cell][distribution.kindOfToken(token)] / mass * distribution.probabilityInKind(token);
    }

    /** The probabilities of all tokens in a cell. */
    public double[] distribution(int cell) {
        double[] ofKinds = masses()[cell];
        double[] ofTokens = new double[distribution.vocabularySize()];
        Arrays.setAll(
                ofTokens,
                token -> ofKinds[distribution.kindOfToken(token)] / mass * distribution.probabilityInKind(token));
        return ofTokens;
    }

    /** Draws a token for a cell. */
    public int draw(int cell, CounterRandom random) {
        double[] shares = distribution(cell);
        double left = random.uniform(cell);
        int last = 0;
        for (int token = 0; token < shares.length; token++) {
            if (shares[token] > 0) {
                last = token;
                left -= shares[token];
                if (left < 0) {
                    return token;
                }
            }
        }
        return last; // Rounding has left a little over.
    }

    /** The entropy of the token of a cell, in bits; 0 where it is certain. */
    public double entropy(int cell) {
        return bits()[0][cell];
    }

    /**
     * What the token of a cell would tell about the rest of the picture at most: the entropy of its kind, which is its mutual information with
     * the scene, in bits. What its entropy has besides is noise that tells nothing.
     */
    public double information(int cell) {
        return bits()[1][cell];
    }

    /** Entropy and information of all cells; worked out when first asked for. */
    private double[][] bits() {
        double[][] known = bits;
        if (known.length == 0) {
            double[][] ofKinds = masses();
            known = new double[2][ofKinds.length];
            for (int cell = 0; cell < ofKinds.length; cell++) {
                known[1][cell] = SceneDistribution.entropy(ofKinds[cell], mass);
                known[0][cell] = known[1][cell];
                for (int kind = 0; kind < ofKinds[cell].length; kind++) {
                    known[0][cell] += ofKinds[cell][kind] / mass * distribution.noiseBits(kind);
                }
            }
            bits = known;
        }
        return known;
    }

    private double[][] masses() {
        double[][] known = masses;
        if (known.length == 0) {
            known = new double[distribution.grid().cells()][distribution.kinds()];
            for (int scene : scenes) {
                double probability = distribution.probability(scene);
                for (int cell = 0; cell < known.length; cell++) {
                    known[cell][distribution.kind(scene, cell)] += probability;
                }
            }
            masses = known;
        }
        return known;
    }

    /** The joint entropy of the tokens of cells, in bits. */
    public double jointEntropy(int... cells) {
        double noise = 0;
        for (int cell : cells) {
            noise += entropy(cell) - information(cell);
        }
        return noise + jointInformation(cells);
    }

    /**
     * The total correlation of cells, in bits: how much the sum of their entropies exceeds their joint entropy, and so how many bits are lost
     * where all of them are filled at once without knowing of each other. Never negative; 0 where they are independent.
     */
    public double totalCorrelation(int... cells) {
        double sum = 0;
        for (int cell : cells) {
            sum += information(cell);
        }
        // Certain cells are independent of all others, to the last bit.
        return sum == 0 ? 0 : Math.max(0, sum - jointInformation(cells));
    }

    /** The joint entropy of the kinds of cells: scenes that agree in all of them are told apart by none. */
    private double jointInformation(int... cells) {
        long[] signatures = new long[scenes.length];
        for (int cell : cells) {
            for (int place = 0; place < scenes.length; place++) {
                signatures[place] += distribution.signature(cell, distribution.kind(scenes[place], cell));
            }
        }
        long[] groups = distinct(signatures);
        double[] masses = new double[groups.length];
        for (int place = 0; place < scenes.length; place++) {
            masses[Arrays.binarySearch(groups, signatures[place])] += distribution.probability(scenes[place]);
        }
        return groups.length <= 1 ? 0 : SceneDistribution.entropy(masses, mass);
    }

    /** The different ones, ascending. */
    private static long[] distinct(long... numbers) {
        long[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sorted[count++] = sorted[i];
            }
        }
        return Arrays.copyOf(sorted, count);
    }

    /**
     * The length of the best code of the tokens of cells together, in bits; infinite if no scene has them.
     *
     * @param tokens {@code [cells of the picture]}, of which those of the cells count
     */
    public double jointBits(int[] cells, int[] tokens) {
        Beliefs then = with(cells, tokens);
        double bits = -SceneDistribution.log2(then.mass / mass);
        for (int cell : cells) {
            bits -= SceneDistribution.log2(distribution.probabilityInKind(tokens[cell]));
        }
        return then.possibleScenes() == 0 ? Double.POSITIVE_INFINITY : bits;
    }
}
