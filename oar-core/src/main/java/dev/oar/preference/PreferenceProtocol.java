package dev.oar.preference;

import dev.oar.config.Require;
import dev.oar.order.CounterRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What is fixed of a study before its first vote, as {@code study.yaml} holds it. From the first vote on the file may not change any more.
 *
 * @param version of the format, {@value #VERSION}
 * @param question what raters are asked of every pair
 * @param seed chooses pairs, names of images, sides and sequences, and what the bootstrap draws
 * @param arms what is compared, at least two
 * @param matches images of the same class or caption and seed in every arm, at least one
 * @param raters their codes, at least one
 * @param pairsPerRater pairs that each rater sees, at most all
 * @param catchTrials what tells raters who look from those who do not
 * @param planned the power that was planned with
 * @param bootstrap replicates of the bootstrap over pairs and raters
 * @param trials SHA-256 of the file that lists pairs, catch trials and images
 */
public record PreferenceProtocol(
        int version,
        String question,
        long seed,
        List<ComparedArm> arms,
        int matches,
        List<String> raters,
        int pairsPerRater,
        CatchRule catchTrials,
        PlannedPower planned,
        int bootstrap,
        String trials) {
    /** The version of the format. */
    public static final int VERSION = 1;

    private static final int MOST_ARMS = 8;
    private static final int MOST_RATERS = 1000;
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    /** Letters and digits that are not mistaken for each other. */
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

    private static final int CODE_LETTERS = 6;

    /**
     * One side of a comparison.
     *
     * @param name its name in results, such as {@code a}
     * @param source what it was made of: a folder, or a model and its arm
     * @param drawing how the study drew its images, by the keys of a recipe; empty if they were there before
     */
    public record ComparedArm(String name, String source, Map<String, String> drawing) {
        /** An arm of images that were there before. */
        public ComparedArm(String name, String source) {
            this(name, source, Map.of());
        }

        /** Checks the name, and sorts the texts. */
        public ComparedArm {
            drawing = Collections.unmodifiableMap(new TreeMap<>(drawing));
            Require.that(
                    CODE.matcher(name).matches(),
                    "name of an arm must be 1 to 32 letters, digits, '-' and '_', but is '%s'; shorten it",
                    name);
        }
    }

    /**
     * Catch trials: a real image beside noise. They are mixed into the pairs, and a tie is a wrong answer.
     *
     * @param perRater how many every rater sees, 0 for none
     * @param leastShare a rater counts only if at least this share of the catch trials seen was answered by the real image, 0 to 1
     */
    public record CatchRule(int perRater, double leastShare) {
        /** Checks the ranges. */
        public CatchRule {
            Require.that(
                    perRater >= 0 && leastShare >= 0 && leastShare <= 1,
                    "per-rater must be at least 0 and least-share in 0 .. 1, but they are %s and %s; correct them",
                    perRater,
                    leastShare);
        }
    }

    /**
     * What the study can tell, were the share as planned: by the exact test of two arms at an error of 5 %, divided by the number of pairs of
     * arms.
     *
     * @param share of the preferred arm among votes that are no ties, above 0.5 and at most 1
     * @param correlation of two votes on one pair, 0 to 1
     * @param votes on two arms, from all raters
     * @param independentVotes what those are worth: divided by the design effect
     * @param power the chance to tell the share from one half, rounded to four digits
     */
    public record PlannedPower(double share, double correlation, int votes, int independentVotes, double power) {
        /** Checks the ranges. */
        public PlannedPower {
            Require.that(
                    share > 0.5 && share <= 1 && correlation >= 0 && correlation <= 1,
                    "share that is planned with must be above 0.5 and at most 1 and correlation in 0 .. 1, but they are %s and %s;"
                            + " correct them",
                    share,
                    correlation);
        }

        /**
         * The power of a plan.
         *
         * @param arms how many are compared
         * @param matches images of every arm
         * @param raters how many vote
         * @param pairsPerRater pairs that each sees
         */
        public static PlannedPower of(
                double share, double correlation, int arms, int matches, int raters, int pairsPerRater) {
            var unused = new PlannedPower(share, correlation, 0, 0, 0);
            int kinds = arms * (arms - 1) / 2;
            long all = (long) raters * pairsPerRater;
            int votes = (int) Math.min(Integer.MAX_VALUE, all / kinds);
            double onPair = Math.max(1, (double) all / ((double) matches * kinds));
            int independent = (int) (votes / Clustering.designEffect(onPair, correlation) + 1e-9);
            double power = BinomialPower.of(independent, share, BinomialPower.ALPHA / kinds);
            return new PlannedPower(share, correlation, votes, independent, Math.round(power * 1e4) / 1e4);
        }
    }

    /** Checks what must hold among the settings. */
    public PreferenceProtocol {
        arms = List.copyOf(arms);
        raters = List.copyOf(raters);
        Require.that(
                version == VERSION, "version of a study must be %s, but is %s; update the program", VERSION, version);
        Require.that(!question.isBlank(), "question must say what raters are asked, but is empty; write it");
        requireDifferent("arms", arms.stream().map(ComparedArm::name).toList(), 2, MOST_ARMS);
        requireDifferent("raters", raters, 1, MOST_RATERS);
        for (String code : raters) {
            Require.that(
                    CODE.matcher(code).matches(),
                    "raters have codes of 1 to 32 letters, digits, '-' and '_', but one is '%s'; choose another",
                    code);
        }
        long pairs = (long) matches * arms.size() * (arms.size() - 1) / 2;
        Require.that(
                matches >= 1 && pairs <= 1_000_000 && pairsPerRater >= 1 && pairsPerRater <= pairs,
                "pairs-per-rater must lie in 1 .. %s, all pairs of %s arms with matches %s, but is %s; correct it",
                pairs,
                arms.size(),
                matches,
                pairsPerRater);
        var unused = new TwoWayBootstrap(bootstrap, seed);
        PlannedPower computed =
                PlannedPower.of(planned.share, planned.correlation, arms.size(), matches, raters.size(), pairsPerRater);
        Require.that(
                planned.equals(computed),
                "planned must hold votes %s, independent-votes %s and power %s, which follow from the other settings, but holds %s, %s"
                        + " and %s; correct them",
                computed.votes,
                computed.independentVotes,
                computed.power,
                planned.votes,
                planned.independentVotes,
                planned.power);
    }

    private static void requireDifferent(String key, List<String> names, int least, int most) {
        Require.that(
                names.size() >= least && names.size() <= most && new HashSet<>(names).size() == names.size(),
                "%s must be %s to %s different ones, but are %s; correct them",
                key,
                least,
                most,
                names);
    }

    /** How many pairs of images there are. */
    public int pairs() {
        return matches * arms.size() * (arms.size() - 1) / 2;
    }

    /** How many trials each rater sees. */
    public int trialsPerRater() {
        return pairsPerRater + catchTrials.perRater;
    }

    /** Codes for so many raters, which a seed chooses. They name raters, and keep nobody out who guesses. */
    public static List<String> codes(int raters, long seed) {
        CounterRandom random = CounterRandom.of(seed, "codes of raters");
        List<String> codes = new ArrayList<>();
        for (int rater = 0; codes.size() < raters; rater++) {
            CounterRandom own = random.derive(rater);
            StringBuilder code = new StringBuilder();
            IntStream.range(0, CODE_LETTERS)
                    .forEach(place -> code.append(LETTERS.charAt(own.integer(LETTERS.length(), place))));
            if (!codes.contains(code.toString())) {
                codes.add(code.toString());
            }
        }
        return codes;
    }
}
