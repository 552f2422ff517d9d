package dev.oar.study;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.generate.DrawingOrder;
import java.util.List;
import java.util.Optional;

/**
 * One arm of a study.
 *
 * @param name name in tables and folders
 * @param orders what the any-order model is trained further on
 * @param own the order that the arm is meant to be drawn in; absent: what its orders suggest ({@link ArmOrders#drawnIn})
 * @param drawings further orders that this arm alone is drawn in
 * @param steps steps of training, where they are not the recipe's
 * @param learningRate learning rate, where it is not the recipe's
 * @param randomShare share of random orders, where it is not the recipe's
 * @param contextNoise share of context tokens that are exchanged, where it is not the recipe's
 * @param seeds the seeds of the study that this arm is trained under; empty: all
 */
public record StudyArm(
        String name,
        ArmOrders orders,
        Optional<DrawingOrder> own,
        @Default("[]") List<DrawingOrder> drawings,
        Optional<Long> steps,
        Optional<Double> learningRate,
        Optional<Double> randomShare,
        Optional<Double> contextNoise,
        @Default("[]") List<Long> seeds) {
    /** Copies the lists and checks the name and the numbers. */
    public StudyArm {
        drawings = List.copyOf(drawings);
        seeds = List.copyOf(seeds);
        Require.that(
                name.matches("[a-z0-9][a-z0-9.-]*"),
                "an arm is named by small letters, digits, dots and dashes, but this one '%s'; rename it",
                name);
        boolean trains = trained(orders);
        Require.that(
                trains || steps.isEmpty() && learningRate.isEmpty() && randomShare.isEmpty() && contextNoise.isEmpty(),
                "an arm that is not trained has no steps, learning-rate, random-share and context-noise, but '%s' has; take them"
                        + " out",
                name);
        Require.that(
                steps.orElse(1L) >= 1
                        && learningRate.orElse(1.0) > 0
                        && isShare(randomShare.orElse(0.0))
                        && isShare(contextNoise.orElse(0.0)),
                "an arm needs at least 1 step, a positive learning-rate, and random-share and context-noise in [0, 1], but '%s'"
                        + " has %s, %s, %s and %s",
                name,
                steps,
                learningRate,
                randomShare,
                contextNoise);
    }

    private static boolean trained(ArmOrders orders) {
        return !(orders instanceof ArmOrders.Untrained);
    }

    /** Whether the any-order model is trained further. */
    public boolean isTrained() {
        return trained(orders);
    }

    private static boolean isShare(double share) {
        return share >= 0 && share <= 1;
    }

    /** The order that the arm is meant to be drawn in. */
    public DrawingOrder ownOrder() {
        return own.orElseGet(orders::drawnIn);
    }
}
