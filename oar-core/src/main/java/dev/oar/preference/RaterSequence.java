package dev.oar.preference;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What one rater is shown: a random share of the pairs and of the catch trials in a random sequence, each with its sides at random. All of it
 * follows from the seed of the study and the rater's code.
 */
final class RaterSequence {
    private final int[] trials;
    private final CounterRandom sides;

    private RaterSequence(int[] trials, CounterRandom sides) {
        this.trials = trials;
        this.sides = sides;
    }

    static RaterSequence of(PreferenceProtocol protocol, TrialList list, String rater) {
        int pairs = list.pairs().size();
        int[] some = chosen(protocol, rater, "pairs", pairs, protocol.pairsPerRater());
        int[] catches = chosen(
                protocol,
                rater,
                "catch trials",
                list.catches().size(),
                protocol.catchTrials().perRater());
        int[] together = IntStream.concat(
                        Arrays.stream(some), Arrays.stream(catches).map(trial -> trial + pairs))
                .toArray();
        int[] mixed = chosen(protocol, rater, "sequence", together.length, together.length);
        return new RaterSequence(
                Arrays.stream(mixed).map(place -> together[place]).toArray(), random(protocol, rater, "sides"));
    }

    private static int[] chosen(PreferenceProtocol protocol, String rater, String what, int count, int some) {
        return count == 0
                ? new int[0]
                : Arrays.copyOf(
                        GenerationOrder.uniform(count, random(protocol, rater, what))
                                .toArray(),
                        some);
    }

    private static CounterRandom random(PreferenceProtocol protocol, String rater, String what) {
        return CounterRandom.of(protocol.seed(), "preference " + what + " of " + rater);
    }

    /** How many trials. */
    int count() {
        return trials.length;
    }

    /** The trial at a place, from 0. */
    int trial(int place) {
        return trials[place];
    }

    /** The images of a trial as the rater sees them. */
    Sides sides(TrialList list, int trial) {
        TrialList.Images images = list.images(trial);
        return sides.uniform(trial) < 0.5
                ? new Sides(images.first(), images.second())
                : new Sides(images.second(), images.first());
    }

    /** Names of images. */
    record Sides(String left, String right) {}
}
