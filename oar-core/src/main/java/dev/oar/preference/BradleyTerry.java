package dev.oar.preference;

import dev.oar.config.Require;
import java.util.Arrays;
import java.util.Optional;

/**
 * The model of R. A. Bradley and M. E. Terry (Biometrika 39, 1952): arm i is preferred to arm j with chance
 * {@code s_i / (s_i + s_j)}. Its maximum likelihood is found by the MM algorithm of D. R. Hunter (The Annals of Statistics 32, 2004),
 * {@code s_i <- wins_i / sum_j n_ij / (s_i + s_j)}; a tie is half a win of both.
 *
 * <p>Strengths are told as natural logarithms whose mean is 0, and on the Elo scale: 400 by a factor of ten.
 */
public final class BradleyTerry {
    private static final double ELO = 400 / Math.log(10);
    private static final double ENOUGH = 1e-11;
    private static final int MOST_STEPS = 100_000;

    private BradleyTerry() {}

    /**
     * The logarithms of the strengths.
     *
     * @param wins {@code [arms][arms]}: how often the first was preferred to the second, at least 0
     * @return empty if there is no maximum, since some arms never won against, or were never compared with, the others
     * @throws IllegalArgumentException if the table is not square or holds a negative number
     */
    public static Optional<double[]> logStrengths(double[][] wins) {
        int arms = wins.length;
        for (double[] row : wins) {
            Require.that(
                    row.length == arms && Arrays.stream(row).allMatch(won -> won >= 0),
                    "wins are a square table of numbers of at least 0, but there are %s rows and one is %s; count again",
                    arms,
                    Arrays.toString(row));
        }
        if (arms == 0 || !reachesAll(wins, false) || !reachesAll(wins, true)) {
            return Optional.empty();
        }
        double[] strengths = new double[arms];
        Arrays.fill(strengths, 1);
        double moved = 1;
        for (int step = 0; step < MOST_STEPS && moved > ENOUGH; step++) {
            double[] next = improved(wins, strengths);
            moved = 0;
            for (int arm = 0; arm < arms; arm++) {
                moved = Math.max(moved, Math.abs(Math.log(next[arm] / strengths[arm])));
            }
            strengths = next;
        }
        return Optional.of(Arrays.stream(strengths).map(Math::log).toArray());
    }

    private static double[] improved(double[][] wins, double[] strengths) {
        int arms = strengths.length;
        double[] next = new double[arms];
        double logs = 0;
        for (int i = 0; i < arms; i++) {
            double won = 0;
            double expected = 0;
            for (int j = 0; j < arms; j++) {
                if (j != i) {
                    won += wins[i][j];
                    expected += (wins[i][j] + wins[j][i]) / (strengths[i] + strengths[j]);
                }
            }
            next[i] = expected == 0 ? 1 : won / expected;
            logs += Math.log(next[i]);
        }
        double mean = Math.exp(logs / arms);
        Arrays.setAll(next, i -> next[i] / mean);
        return next;
    }

    /** Whether the first arm reaches every other through wins, or through losses: with both, a maximum exists (L. R. Ford, 1957). */
    private static boolean reachesAll(double[][] wins, boolean losses) {
        boolean[] reached = new boolean[wins.length];
        reached[0] = true;
        boolean grown = true;
        while (grown) {
            grown = false;
            for (int i = 0; i < wins.length; i++) {
                for (int j = 0; j < wins.length; j++) {
                    double won = losses ? wins[j][i] : wins[i][j];
                    if (reached[i] && !reached[j] && i != j && won > 0) {
                        reached[j] = true;
                        grown = true;
                    }
                }
            }
        }
        for (boolean one : reached) {
            if (!one) {
                return false;
            }
        }
        return true;
    }

    /** A natural logarithm of strength on the Elo scale. */
    public static double elo(double logStrength) {
        return ELO * logStrength;
    }
}
