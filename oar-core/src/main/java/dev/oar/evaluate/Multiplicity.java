package dev.oar.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Which of a report's comparisons may be called significant. Of many comparisons of equal models one in twenty lies beyond its interval; so
 * a report has at most one primary comparison, which is judged alone, and all others are corrected together by Holm's method ("A simple
 * sequentially rejective multiple test procedure", 1979): whatever holds in truth, in at most 5 % of reports any of those with no
 * difference is called significant.
 */
public final class Multiplicity {
    private Multiplicity() {}

    /**
     * The same comparisons with their standing, the primary one first.
     *
     * @param primary tells the primary one; it may be missing
     * @throws IllegalArgumentException if it tells several
     */
    public static List<PairedComparison> judged(
            List<PairedComparison> comparisons, Predicate<PairedComparison> primary) {
        List<PairedComparison> chosen = comparisons.stream().filter(primary).toList();
        if (chosen.size() > 1) {
            throw new IllegalArgumentException("a report has at most one primary comparison, but " + chosen.size()
                    + " are named so, the first being " + chosen.get(0).subject() + "; name one");
        }
        List<PairedComparison> judged = new ArrayList<>();
        chosen.forEach(one -> judged.add(one.withStanding(
                new Standing(Standing.Kind.PRIMARY, one.difference().chanceOfZero(), 1))));
        judged.addAll(corrected(comparisons.stream().filter(primary.negate()).toList()));
        return judged;
    }

    private static List<PairedComparison> corrected(List<PairedComparison> comparisons) {
        List<Optional<Standing>> standings =
                standings(comparisons.stream().map(PairedComparison::difference).toList());
        return IntStream.range(0, comparisons.size())
                .mapToObj(i -> standings
                        .get(i)
                        .map(standing -> comparisons.get(i).withStanding(standing))
                        .orElse(comparisons.get(i)))
                .toList();
    }

    /** The standing of differences that are corrected together; those without an interval have none and do not count. */
    static List<Optional<Standing>> standings(List<Interval> differences) {
        int[] bounded = IntStream.range(0, differences.size())
                .filter(i -> differences.get(i).bounded())
                .toArray();
        double[] chances = holm(Arrays.stream(bounded)
                .mapToDouble(i -> differences.get(i).chanceOfZero())
                .toArray());
        List<Optional<Standing>> standings = new ArrayList<>(differences.stream()
                .map(difference -> Optional.<Standing>empty())
                .toList());
        for (int i = 0; i < bounded.length; i++) {
            standings.set(bounded[i], Optional.of(new Standing(Standing.Kind.CORRECTED, chances[i], bounded.length)));
        }
        return standings;
    }

    /** Holm's corrected chances: the smallest of n is multiplied by n, the next by n - 1, and none is smaller than one before it. */
    public static double[] holm(double... chances) {
        Integer[] ascending = IntStream.range(0, chances.length).boxed().toArray(Integer[]::new);
        Arrays.sort(ascending, Comparator.comparingDouble(i -> chances[i]));
        double[] corrected = new double[chances.length];
        double largest = 0;
        for (int rank = 0; rank < chances.length; rank++) {
            largest = Math.max(largest, Math.min(1, chances[ascending[rank]] * (chances.length - rank)));
            corrected[ascending[rank]] = largest;
        }
        return corrected;
    }
}
