package dev.oar.cli;

import dev.oar.preference.BinomialPower;
import dev.oar.preference.PreferenceProtocol;
import dev.oar.preference.StudyMaker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is fixed of a preference study before its first vote. */
final class PreferenceOptions {
    private static final double POWER = 0.8;
    private static final double CATCH_SHARE = 0.1;

    @Option(
            names = "--question",
            paramLabel = "TEXT",
            defaultValue = "Which image looks better?",
            description = "What raters are asked (default: ${DEFAULT-VALUE}).")
    private String question = "";

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description = {
                "Images of every arm (default: all that folders have in common; where all are drawn, as many as tell --share with chance",
                "0.8 by one vote on each)."
            })
    private @Nullable Integer pairs;

    @Option(names = "--raters", paramLabel = "N", description = "How many people vote; each gets a code (default: 1).")
    private @Nullable Integer raters;

    @Option(names = "--rater", paramLabel = "CODE", description = "A code of one's own, once for every rater.")
    private List<String> codes = new ArrayList<>();

    @Option(
            names = "--pairs-per-rater",
            paramLabel = "N",
            description = "Pairs that each rater sees, chosen at random (default: all).")
    private @Nullable Integer pairsPerRater;

    @Option(
            names = "--catch-images",
            paramLabel = "SET",
            description = "Real images, such as the model's test images, that catch trials show beside noise.")
    private @Nullable Path catchImages;

    @Option(
            names = "--catch-share",
            paramLabel = "F",
            description = "Catch trials as a share of a rater's pairs (default: 0.1); 0 for none.")
    private @Nullable Double catchShare;

    @Option(
            names = "--least-catch-share",
            paramLabel = "F",
            defaultValue = "0.75",
            description =
                    "A rater counts only if at least this share of catch trials was answered by the real image (default:"
                            + " ${DEFAULT-VALUE}).")
    private double leastCatchShare = 0.75;

    @Option(
            names = "--share",
            paramLabel = "F",
            defaultValue = "0.64",
            description = "The preference that the study shall tell from one half (default: ${DEFAULT-VALUE}).")
    private double share = 0.64;

    @Option(
            names = "--correlation",
            paramLabel = "F",
            defaultValue = "0.2",
            description =
                    "How much two votes on one pair are expected to repeat each other (default: ${DEFAULT-VALUE}).")
    private double correlation = 0.2;

    @Option(
            names = "--bootstrap",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Replicates of the bootstrap over pairs and raters (default: ${DEFAULT-VALUE}).")
    private int bootstrap = 2000;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = {
                "Chooses pairs, names, sides and sequences, and is the seed of images that are drawn (default:",
                "${DEFAULT-VALUE})."
            })
    private long seed;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "8",
            description = "Images drawn together (default: ${DEFAULT-VALUE}).")
    private int batchSize = 8;

    long seed() {
        return seed;
    }

    int batchSize() {
        return batchSize;
    }

    /** How many images of every arm. */
    int pairs(int unsaid) {
        int asked = pairs == null ? unsaid : pairs;
        if (asked < 1) {
            throw new IllegalArgumentException("--pairs must be at least 1, but is " + asked);
        }
        return asked;
    }

    /** How many images are drawn of every arm unless it is said. */
    int usualPairs() {
        return BinomialPower.votes(share, POWER, BinomialPower.ALPHA)
                .orElseThrow(() -> new IllegalArgumentException(
                        "--share must be far enough from 0.5 to be told by some number of votes, but is " + share
                                + "; plan with a larger one, or say how many --pairs"));
    }

    /**
     * Real images for catch trials; empty if there are to be none.
     *
     * @throws IllegalArgumentException if there are to be some, but no images
     */
    Optional<Path> catchImages() {
        if (catchImages == null && (catchShare == null || catchShare != 0)) {
            throw new IllegalArgumentException(
                    "catch trials tell raters who look from those who do not, but there are no real images for them;"
                            + " name some by --catch-images, or say --catch-share 0");
        }
        return Optional.ofNullable(catchImages);
    }

    /** What is chosen of the study. */
    StudyMaker.Plan plan() {
        if (raters != null && !codes.isEmpty()) {
            throw new IllegalArgumentException(
                    "--raters makes codes and --rater names them, but both were given; leave one out");
        }
        int count = raters == null ? 1 : raters;
        if (count < 1 || count > 1000) {
            throw new IllegalArgumentException("--raters must lie in 1 .. 1000, but is " + count);
        }
        return new StudyMaker.Plan(
                question,
                seed,
                codes.isEmpty() ? PreferenceProtocol.codes(count, seed) : codes,
                pairsPerRater == null ? OptionalInt.empty() : OptionalInt.of(pairsPerRater),
                catchShare == null ? CATCH_SHARE : catchShare,
                leastCatchShare,
                share,
                correlation,
                bootstrap);
    }
}
