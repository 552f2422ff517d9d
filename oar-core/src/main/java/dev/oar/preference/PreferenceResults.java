package dev.oar.preference;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the votes of a study say. As JSON its keys are the names of the components in kebab case. Equal votes give equal results.
 *
 * @param format {@value #FORMAT}
 * @param version {@value #VERSION}
 * @param question what raters were asked
 * @param protocol SHA-256 of the protocol
 * @param arms what is compared
 * @param planned the power that was planned with
 * @param complete whether every rater has done all trials
 * @param raters what every rater did
 * @param accepted the result: without raters who failed the rule on catch trials
 * @param all what it would be with them
 */
public record PreferenceResults(
        String format,
        int version,
        String question,
        String protocol,
        List<PreferenceProtocol.ComparedArm> arms,
        PreferenceProtocol.PlannedPower planned,
        boolean complete,
        List<Rater> raters,
        Analysis accepted,
        Analysis all) {
    /** The format. */
    public static final String FORMAT = "oar-preference-results";

    /** The version of the format. */
    public static final int VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .build();

    /** Copies the lists. */
    public PreferenceResults {
        arms = List.copyOf(arms);
        raters = List.copyOf(raters);
    }

    /**
     * What a rater did.
     *
     * @param code the rater's code
     * @param trials votes that stand, with catch trials
     * @param toDo trials that are left
     * @param votes on pairs
     * @param ties of those
     * @param left votes on pairs for the image on the left
     * @param right votes on pairs for the image on the right
     * @param catchSeen catch trials seen
     * @param catchPassed catch trials answered by the real image
     * @param excluded whether the rule on catch trials excludes the rater
     */
    public record Rater(
            String code,
            int trials,
            int toDo,
            int votes,
            int ties,
            int left,
            int right,
            int catchSeen,
            int catchPassed,
            boolean excluded) {}

    /**
     * The result of some raters.
     *
     * @param raters their codes
     * @param votes on pairs
     * @param comparisons one per two arms
     * @param strengths of more than two arms by the model of Bradley and Terry; empty if there are two, or no maximum
     */
    public record Analysis(List<String> raters, int votes, List<Comparison> comparisons, List<Strength> strengths) {
        /** Copies the lists. */
        public Analysis {
            raters = List.copyOf(raters);
            comparisons = List.copyOf(comparisons);
            strengths = List.copyOf(strengths);
        }
    }

    /**
     * Two arms.
     *
     * @param first name of an arm
     * @param second name of the other
     * @param firstWins votes for the first
     * @param secondWins votes for the second
     * @param ties votes for neither
     * @param share of the first among votes that are no ties; empty if there are none
     * @param agreement of raters with one another; empty if no pair was seen by two of them, or all said the same
     */
    public record Comparison(
            String first,
            String second,
            int firstWins,
            int secondWins,
            int ties,
            Optional<Share> share,
            Optional<Agreement> agreement) {
        /** Votes with ties. */
        public int votes() {
            return firstWins + secondWins + ties;
        }
    }

    /**
     * The share of the first arm among votes that are no ties.
     *
     * @param share 0 to 1
     * @param withTiesHalved the share if a tie were half a vote for either
     * @param exact the interval of Clopper and Pearson, as if votes were independent
     * @param wilson Wilson's interval, likewise
     * @param chance the exact p value that both arms are equally preferred, likewise
     * @param correctedChance the same, corrected by Holm's method among all comparisons
     * @param clustered the interval by the bootstrap over pairs and raters; empty if too few replicates had a share
     * @param majorities the sign test over pairs
     * @param clustering what votes on one pair have in common; empty if no pair has two votes
     * @param votesForPower80 independent votes from which on such a share is told with chance 80 %; empty if more than are looked for
     * @param votesForPower90 the same for 90 %
     */
    public record Share(
            double share,
            double withTiesHalved,
            Range exact,
            Range wilson,
            double chance,
            double correctedChance,
            Optional<Range> clustered,
            Majorities majorities,
            Optional<Clustering> clustering,
            Optional<Integer> votesForPower80,
            Optional<Integer> votesForPower90) {}

    /**
     * Pairs by what most of their raters preferred, which are independent where votes on one pair are not.
     *
     * @param first pairs on which most preferred the first arm
     * @param second pairs on which most preferred the second
     * @param even all other pairs that were voted on
     * @param chance the exact p value that both are equally likely; 1 where all are even
     */
    public record Majorities(int first, int second, int even, double chance) {}

    /**
     * Agreement of raters.
     *
     * @param alpha Krippendorff's, of the categories first, second and tie
     * @param pairs that at least two raters saw
     */
    public record Agreement(double alpha, int pairs) {}

    /**
     * The strength of an arm.
     *
     * @param arm its name
     * @param logStrength natural logarithm; the mean of all arms is 0
     * @param elo the same on the Elo scale
     * @param interval of the Elo figure by the bootstrap over pairs and raters; empty if too few replicates had a maximum
     */
    public record Strength(String arm, double logStrength, double elo, Optional<Range> interval) {}

    /** What every comparison says of the raters who count, a sentence each. */
    public List<String> verdicts() {
        return accepted.comparisons().stream().map(PreferenceVerdict::of).toList();
    }

    /** One JSON document with a line end behind it. */
    public String json() {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this).replace("\r\n", "\n") + "\n";
    }
}
